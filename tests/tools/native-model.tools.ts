/**
 * The same scripts of file operations on native Linux, in the WASI host and in the model: every answer must be the same
 * but for the differences that docs/wasi.md lists. Needs Debian's clang; run by `npm run test:tools`, for longer with
 * MODEL_RUNS.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { runByGuest } from '../support/posix-guest.ts';
import { runByModel } from '../support/posix-model.ts';
import { scripts } from '../support/posix-steps.ts';
import { repositoryRoot } from '../support/repository.ts';

/** Linux include/uapi/linux/magic.h. */
const TMPFS_MAGIC = 0x01021994;

const work = mkdtempSync(join(tmpdir(), 'truce-native-'));
const program = join(work, 'native-model');
t.teardown(() => rmSync(work, { recursive: true, force: true }));
const source = fileURLToPath(new URL('tests/tools/native-model/native-model.c', repositoryRoot));
execFileSync('clang-14', ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror', '-o', program, source]);

/** Where files live in memory, as those of the host under test do. */
const memory = statfsSync('/dev/shm').type === TMPFS_MAGIC ? '/dev/shm' : tmpdir();

function runNatively(script: readonly string[]): string[] {
  const directory = mkdtempSync(join(memory, 'truce-native-'));
  try {
    const input = script.map((line) => `${line}\n`).join('');
    const output = execFileSync(program, { cwd: directory, input, encoding: 'utf8' });
    return output.trimEnd().split('\n');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Why an answer may be another one on Linux, as the table in docs/wasi.md says it. */
interface Difference {
  /** The row's first cell. */
  readonly row: string;
  covers(words: readonly string[], linux: string, here: string): boolean;
  /** Shows it: the last line's answers. */
  readonly example: { readonly script: readonly string[]; readonly linux: string; readonly here: string };
}

const refused = (...answers: string[]): boolean => answers.every((answer) => /^[A-Z]+$/.test(answer));

const differences: readonly Difference[] = [
  {
    row: 'a slash after what is no directory',
    covers: (words, linux, here) =>
      words.slice(1).some((word) => word.endsWith('/')) && here === 'NOTDIR' && refused(linux),
    example: { script: ['symlink x a', 'mkdir a/'], linux: 'EXIST', here: 'NOTDIR' },
  },
  {
    row: 'making a file with a slash after its name, where something is',
    covers: ([what, , path = '', flags = ''], linux, here) =>
      what === 'open' && flags.includes('c') && path.endsWith('/') && linux === 'ISDIR' && refused(here),
    example: { script: ['mkdir a', 'open 0 a/ cxrw'], linux: 'ISDIR', here: 'EXIST' },
  },
  {
    row: 'renaming or removing `.` and `..`',
    covers: ([what = '', ...paths], linux, here) =>
      /^(rename|rmdir)$/.test(what) &&
      paths.some((path) => /(^|\/)\.\.?\/*$/.test(path)) &&
      refused(linux, here),
    example: { script: ['mkdir a', 'rename a/. b'], linux: 'BUSY', here: 'INVAL' },
  },
];

t.test('any script of file operations is answered as Linux answers it', async (t) => {
  let compared = 0;
  fc.assert(
    fc.property(scripts, (script) => {
      const linux = runNatively(script);
      const here = runByGuest(script);
      const model = runByModel(script);
      for (const [index, line] of script.entries()) {
        const [one = '', other = ''] = [linux[index], here[index]];
        if (other !== model[index]) throw new Error(`${line}: ${other}, but ${model[index]} by the model`);
        if (one === other) compared++;
        else if (!differences.some(({ covers }) => covers(line.split(' '), one, other)))
          throw new Error(`${line}: ${one} on Linux, ${other} here`);
      }
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 400) },
  );
  t.ok(compared > 8000, `${compared} answers are the same`);
});

t.test('every difference is there, and in the documentation', async (t) => {
  const text = readFileSync(new URL('docs/wasi.md', repositoryRoot), 'utf8');
  for (const { row, example } of differences) {
    const { script, linux, here } = example;
    t.equal(runNatively(script).at(-1), linux, row);
    t.equal(runByGuest(script).at(-1), here, row);
    t.ok(text.includes(`| ${row} |`), `${row} has a row`);
  }
});
