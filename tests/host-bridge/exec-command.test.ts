import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { registerExecCommand } from '../../host-bridge/cli/exec-command.ts';
import { compileSample, compileText, type SampleProgram } from '../programs/sample-programs.ts';
import { commandHere } from '../support/command-here.ts';
import { allGone, descendants } from '../support/process-tree.ts';
import { repositoryRoot } from '../support/repository.ts';
import { truce } from '../support/truce-command.ts';
import { compileScript } from '../support/wasi-script.ts';

const COMMAND = fileURLToPath(new URL('dist/truce.js', repositoryRoot));
const RANDOM_SOURCE = fileURLToPath(new URL('examples/random-source/random-source.wasm', repositoryRoot));
const NOTCAPABLE = 76;

/** Prints its arguments and its environment as they lie in memory: each with a NUL behind it. */
const SHOW_ARGUMENTS = `(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $args_sizes_get (i32.const 16) (i32.const 4)))
    (drop (call $args_get (i32.const 4096) (i32.const 8192)))
    (drop (call $environ_sizes_get (i32.const 16) (i32.const 12)))
    (drop (call $environ_get (i32.const 4096) (i32.const 16384)))
    (i32.store (i32.const 0) (i32.const 8192))
    (i32.store (i32.const 8) (i32.const 16384))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 16)))))`;

// Those that leave a core idle go on side by side.
t.jobs = 2;
const folder = t.testdir({ work: { input: { 'a.csv': 'a,b\n' } } });
const at = (...names: string[]) => join(folder, ...names);
const samples = [
  'echo-stdin',
  'endless-loop',
  'exit-three',
  'output-flood',
  'trap',
  'write-forbidden',
] as const;
for (const name of samples) writeFileSync(at(`${name}.wasm`), await compileSample(name));
writeFileSync(at('show-arguments.wasm'), await compileText(SHOW_ARGUMENTS));
const sample = (name: SampleProgram) => at(`${name}.wasm`);
const exec = (...args: string[]) => truce(['exec', ...args]);

/** For programs that print nothing: what they print would go to this process's streams. */
const execHere = (...args: string[]) => commandHere(registerExecCommand, ['exec', ...args]);

function start(args: readonly string[], stdout: 'pipe' | number = 'pipe'): ChildProcess {
  return spawn(process.execPath, [COMMAND, 'exec', ...args], { stdio: ['pipe', stdout, 'pipe'] });
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

t.test('arguments, environment and output are exact', { buffered: true }, async (t) => {
  const shown = await truce(
    ['exec', '--env', 'A=b=c', '--env', 'TAKEN', at('show-arguments.wasm'), '--', '', 'y z', '--env', 'ü'],
    { environment: { TAKEN: 'over', HIDDEN: 'x' } },
  );
  t.equal(shown.stdout, 'show-arguments.wasm\0\0y z\0--env\0ü\0A=b=c\0TAKEN=over\0');
  t.same([shown.code, shown.stderr], [0, '']);
});

t.test(
  'bytes that are not UTF-8 are refused, and U+FFFD is taken as it is',
  { buffered: true },
  async (t) => {
    // A shell, since Node starts nothing with bytes that are no text.
    const run = promisify(execFile);
    const script = (rest: string) =>
      `export TAKEN="$(printf 'a\\377')" GOOD="\uFFFD"; exec "$0" "$1" exec ${rest}`;
    const shell = (rest: string) =>
      run('sh', ['-c', script(rest), process.execPath, COMMAND, at('show-arguments.wasm')]);
    const wrong = [`"$2" -- "$(printf '\\377')"`, `--env A="$(printf '\\377')" "$2"`, '--env TAKEN "$2"'];
    const refusals = await Promise.allSettled(wrong.map(shell));
    for (const [index, refusal] of refusals.entries())
      t.match(
        refusal,
        { reason: { code: 2, stderr: /it is not UTF-8; give such bytes in a file/ } },
        wrong[index]!,
      );
    const { stdout } = await shell('--env GOOD --env A=\uFFFD "$2" -- "\uFFFD"');
    t.equal(stdout, 'show-arguments.wasm\0\uFFFD\0GOOD=\uFFFD\0A=\uFFFD\0');
  },
);

t.test('rights are those of the folder; the host’s files stay as they are', { buffered: true }, async (t) => {
  const program = sample('write-forbidden');
  const [readable, hidden, writable] = await Promise.all([
    execHere('--dir', `${at('work')}::/:r`, program),
    execHere(program),
    execHere(
      '--dir',
      `${at('work', 'input', 'a.csv')}::/input/a.csv`,
      '--out',
      `/input/a.csv::${at('cut.csv')}`,
      program,
    ),
  ]);
  t.same([readable.code, hidden.code, writable.code], [NOTCAPABLE, NOTCAPABLE, 0]);
  t.equal(readFileSync(at('cut.csv'), 'utf8'), '');
  t.equal(readFileSync(at('work/input/a.csv'), 'utf8'), 'a,b\n');
});

t.test(
  'results come out where the program ended by itself, and only there',
  { buffered: true },
  async (t) => {
    const script = async (name: string, last: 'loop' | 'unlink') => {
      const step = { unlink: { path: 'none' }, loop: {} }[last];
      const steps = [
        { call: 'write', path: 'r/file', text: 'kept' },
        { call: last, ...step },
      ];
      writeFileSync(at(`${name}.wasm`), await compileScript(steps as Parameters<typeof compileScript>[0]));
      return at(`${name}.wasm`);
    };
    const out = (host: string) => ['--out', `/r/::${at(host)}`];
    const [failed, ended, missing] = await Promise.all([
      execHere(...out('failed'), ...out('again'), await script('failed', 'unlink')),
      execHere(...out('ended'), '--limit', 'wall_milliseconds=50', await script('ended', 'loop')),
      execHere('--out', `/none::${at('none')}`, sample('exit-three')),
    ]);
    t.not(failed.code, 0, 'what a program wrote before it failed is kept');
    for (const name of ['failed', 'again']) t.equal(readFileSync(at(name, 'file'), 'utf8'), 'kept', name);
    t.equal(ended.code, 142);
    t.match(ended.stderr, /^truce: the program ran longer than 50 ms\n {2}code: RUN_WALL_LIMIT\n$/);
    t.notOk(readdirSync(folder).includes('ended'));
    t.equal(missing.code, 3, 'a failure of the program’s own comes first');
    t.match(missing.stderr, /left nothing at \/none/);
  },
);

t.test('a trap or a limit ends with a signal’s status and one clear line', { buffered: true }, async (t) => {
  const flood = exec('--limit', 'output_bytes=100000', sample('output-flood'));
  const ends = await Promise.all([
    execHere(sample('trap')),
    execHere('--limit', 'cpuMilliseconds=50', sample('endless-loop')),
    flood,
    execHere('--fuel', '100000', sample('endless-loop')),
  ]);
  t.same(
    ends.map(({ code }) => code),
    [134, 152, 153, 152],
  );
  const codes = ['RUN_TRAP', 'RUN_CPU_LIMIT', 'RUN_OUTPUT_LIMIT', 'RUN_FUEL_LIMIT'];
  for (const [index, code] of codes.entries())
    t.match(
      ends[index]!.stderr,
      new RegExp(`^truce: the program [^\\n]+\\n( {2}what to do: [^\\n]+\\n)?  code: ${code}\\n$`),
    );
  t.equal((await flood).stdout.length, 65536, 'what came before the limit was printed');
});

t.test('files that are missing or broken are named', { buffered: true }, async (t) => {
  writeFileSync(at('text.wasm'), 'no module');
  const program = sample('exit-three');
  const cases: [args: string[], code: string, message: RegExp][] = [
    [[at('none.wasm')], 'LOCAL_FILE_UNREADABLE', /none\.wasm: ENOENT/],
    [[at('text.wasm')], 'MODULE_INVALID', /invalid WebAssembly at byte 0/],
    [['--stdin', at('none'), program], 'LOCAL_FILE_UNREADABLE', /none: ENOENT/],
    [['--out', `/f::${at('none/f')}`, program], 'LOCAL_FILE_UNWRITABLE', /none\/f: ENOENT/],
  ];
  const outcomes = await Promise.all(cases.map(([args]) => execHere(...args)));
  for (const [index, [args, code, message]] of cases.entries()) {
    const { code: status, stderr } = outcomes[index]!;
    t.equal(status, 1, args.join(' '));
    t.match(stderr, message);
    t.match(stderr, new RegExp(`code: ${code}\n`));
  }
  // Limits of its files are none of the program's own, whose is to the byte.
  const storage = ['--limit', 'fileBytes=1024', '--limit', 'vfsBytes=1048576'];
  const module = (bytes: number) => ['--limit', `run.module_bytes=${bytes}`];
  const { size } = statSync(RANDOM_SOURCE);
  const out = ['--out', `/o/::${at('small')}`, RANDOM_SOURCE, '--', '4', '/o/r'];
  const fits = await execHere(...storage, ...module(size), ...out);
  t.same([fits.code, fits.stderr], [0, '']);
  t.match(await execHere(...module(size - 1), ...out), { code: 1, stderr: /code: PROGRAM_TOO_LARGE\n/ });
  const usage = await execHere('--limit', 'memory=1', program);
  t.equal(usage.code, 2);
  t.match(usage.stderr, /NAME one of: wallMilliseconds, .*memoryBytes/);
});

t.test('the trace has a line for each call', { buffered: true }, async (t) => {
  const steps = [
    { call: 'make-directory', path: 'made' },
    { call: 'print', text: 'half a line', to: 'stderr' },
    { call: 'unlink', path: 'none' },
  ] as const;
  writeFileSync(at('traced.wasm'), await compileScript(steps));
  const { code, stdout, stderr } = await exec('--strace', '--dir', `${at('work')}::/`, at('traced.wasm'));
  t.same([code, stdout], [44, '']);
  t.equal(
    stderr.replace(/<[\d.]+ us>/g, '<>'),
    [
      'wasi: path_create_directory(3, "made") = SUCCESS [PATH_CREATE_DIRECTORY at /made] <>',
      'half a line',
      'wasi: fd_write(2, [11]) = 11 [FD_WRITE] <>',
      'wasi: path_unlink_file(3, "none") = NOENT [PATH_UNLINK_FILE at /none] <>',
      'wasi: proc_exit(44)',
      '',
    ].join('\n'),
  );
});

t.test(
  'a deterministic run gives the same again, and the report says how it was',
  { buffered: true },
  async (t) => {
    const run = (name: string, ...seed: string[]) =>
      execHere(
        '--report',
        at(`${name}.json`),
        '--out',
        `/o/::${at(name)}`,
        ...seed,
        RANDOM_SOURCE,
        '--',
        '16',
        '/o/r',
      );
    const seed = ['--seed', 'ab'.repeat(32)];
    const outcomes = await Promise.all([run('first', ...seed), run('second', ...seed)]);
    t.same(
      outcomes.map(({ code, stderr }) => [code, stderr]),
      [
        [0, ''],
        [0, ''],
      ],
    );
    const [first, second] = ['first', 'second'].map((name) => readFileSync(at(name, 'r'), 'hex'));
    t.equal(first?.length, 32);
    t.equal(second, first);
    const report = JSON.parse(readFileSync(at('first.json'), 'utf8'));
    t.match(report, { status: 0, exitCode: 0, milliseconds: Number, usage: { writtenBytes: 16 } });
  },
);

t.test(
  'a reader that goes away ends the program quietly, as SIGPIPE would',
  { buffered: true },
  async (t) => {
    const child = start([sample('output-flood')]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [stderr, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
    t.same([code, stderr], [141, '']);
  },
);

t.test('output that has no place to go ends the program with the reason', { buffered: true }, async (t) => {
  const child = start([sample('output-flood')], openSync('/dev/full', 'w'));
  const [stderr, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
  t.equal(code, 1);
  t.match(stderr, /cannot write standard output: ENOSPC\n(.*\n)? {2}code: LOCAL_FILE_UNWRITABLE\n$/);
});

t.test('a signal ends the program with all that was started for it', { buffered: true }, async (t) => {
  const [interrupted, killed] = [start([sample('echo-stdin')]), start([sample('echo-stdin')])];
  for (const child of [interrupted, killed]) {
    child.stdin?.write('x');
    await once(child.stdout!, 'data');
  }
  // Where another child were to take the place of the one that runs, it would be there by then.
  await delay(500);
  const started = [interrupted, killed].map((child) => descendants(child.pid!));
  for (const pids of started) t.equal(pids.length, 3, 'engine, spawner, child, and no other');
  interrupted.kill('SIGINT');
  killed.kill('SIGKILL');
  const [stderr, [code]] = await Promise.all([textOf(interrupted.stderr), once(interrupted, 'exit')]);
  t.same([code, stderr], [130, '']);
  await allGone(started.flat());
});
