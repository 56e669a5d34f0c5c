/** Standard input of `truce exec`: its own, or what `--stdin` names. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { compileSample } from '../programs/sample-programs.ts';
import { repositoryRoot } from '../support/repository.ts';

const COMMAND = fileURLToPath(new URL('dist/truce.js', repositoryRoot));

// Those that leave a core idle go on side by side.
t.jobs = 2;
const folder = t.testdir({});
const at = (...names: string[]) => join(folder, ...names);
const ECHO = at('echo-stdin.wasm');
writeFileSync(ECHO, await compileSample('echo-stdin'));

function start(args: readonly string[], stdout: 'pipe' | number = 'pipe'): ChildProcess {
  return spawn(process.execPath, [COMMAND, 'exec', ...args], { stdio: ['pipe', stdout, 'pipe'] });
}

t.test(
  'standard input is a file, or comes as it is written; every byte comes out',
  { buffered: true },
  async (t) => {
    const bytes = Buffer.alloc(3 << 20, 'line of a file\n');
    writeFileSync(at('bytes'), bytes);
    const target = openSync(at('copied'), 'w');
    const fromFile = start(['--stdin', at('bytes'), ECHO], target);
    const live = start([ECHO]);
    const reader = live.stdout![Symbol.asyncIterator]();
    for (const text of ['one', 'two']) {
      live.stdin?.write(text);
      t.equal(String((await reader.next()).value), text, 'before the input has ended');
    }
    live.stdin?.end(bytes);
    if (fromFile.exitCode === null) await once(fromFile, 'close');
    // By now the pipe is full, and the program waits for whoever reads it.
    let rest = '';
    for await (const chunk of reader) rest += chunk;
    t.equal(rest, bytes.toString());
    const codes = await Promise.all([fromFile, live].map((child) => child.exitCode ?? once(child, 'close')));
    t.same(
      codes.flat().filter((code) => code !== 0 && code !== null),
      [],
    );
    t.same(readFileSync(at('copied')), bytes);
  },
);

t.test('--stdin takes pipes and devices, to their end or as they come', { buffered: true }, async (t) => {
  const run = promisify(execFile);
  const shell = (rest: string) =>
    run('bash', ['-c', `"$0" "$1" exec ${rest}`, process.execPath, COMMAND, ECHO, at('pipe')]);
  await run('mkfifo', [at('pipe')]);
  const outcomes = await Promise.all([
    shell('--stdin <(echo substituted) "$2"'),
    shell('--deterministic --stdin <(echo once; sleep 0.1; echo more) "$2"'),
    shell('--stdin /dev/null "$2"'),
    shell('--deterministic --stdin /dev/null "$2"'),
    shell('--stdin /dev/stdin "$2" < <(echo own)'),
    shell('--stdin "$3" "$2" & sleep 0.1; echo named > "$3"; wait'),
  ]);
  t.same(
    outcomes.map(({ stdout, stderr }) => stdout + stderr),
    ['substituted\n', 'once\nmore\n', '', '', 'own\n', 'named\n'],
  );
  const refusals = await Promise.allSettled([
    shell('--stdin / "$2"'),
    shell('--deterministic --limit fileBytes=1024 --stdin /dev/zero "$2"'),
  ]);
  t.match(refusals, [
    { reason: { code: 1, stderr: /cannot read \/: it is a folder\n/ } },
    { reason: { code: 1, stderr: /no room for \/dev\/zero/ } },
  ]);
});
