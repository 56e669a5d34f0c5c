/** Standard input of `truce exec`: its own, or what `--stdin` names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
