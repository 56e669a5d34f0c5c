/**
 * What a program does to a tree of files, in an enclave, is what the same calls do to a directory of this machine: errors,
 * names, bytes. Two programs run one after the other, so that the second meets what the first one's commit left.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { compileScript, type Step } from '../support/wasi-script.ts';

const TREES = 16;
const STEPS = 30;
const RECORDS = ['first', 'second'] as const;

/** Few names, so that they meet: files, directories and links of every kind take each other's place. */
const NAMES = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'x', 'x/a'];
const TARGETS = ['a', 'b', 'd', 'd/a', 'x', 'nothing', 'e/a', '../a', '../d', '../x/a'];

const path = fc.constantFrom(...NAMES);
const text = fc.string({ unit: fc.constantFrom('p', 'q', 'r'), maxLength: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ call: fc.constantFrom('make-directory', 'remove-directory', 'unlink'), path }),
  fc.record({ call: fc.constantFrom('rename', 'link'), from: path, to: path }),
  fc.record({ call: fc.constant('symbolic-link'), target: fc.constantFrom(...TARGETS), path }),
  fc.record(
    {
      call: fc.constant('write'),
      path,
      text,
      offset: fc.nat(20),
      cut: fc.boolean(),
      existing: fc.boolean(),
    },
    { requiredKeys: ['call', 'path', 'text'] },
  ),
  fc.record({ call: fc.constant('write'), path, text, append: fc.constant(true) }),
  fc.record({ call: fc.constant('set-size'), path, size: fc.nat(30) }),
) as fc.Arbitrary<Step>;
const scripts = fc.array(step, { minLength: STEPS, maxLength: STEPS });
const trees = fc.sample(fc.tuple(scripts, scripts), { numRuns: TREES, seed: 20 });

/** What a client puts there first. */
const BEFORE = { a: 'one file', 'd/a': 'another', 'd/e/a': 'deep' };

/** The same steps below another directory. Links are relative and lead up by one at most: it has to be one further down. */
function below(directory: string, steps: readonly Step[]): Step[] {
  const moved = (name: string) => `${directory}/${name}`;
  return steps.map((one) => {
    if ('from' in one) return { ...one, from: moved(one.from), to: moved(one.to) };
    return 'path' in one ? { ...one, path: moved(one.path) } : one;
  });
}

/** The error number of one step on this machine. */
function native(one: Step): number {
  try {
    perform(one);
    return Errno.SUCCESS;
  } catch (error) {
    const name = (error as NodeJS.ErrnoException).code?.slice(1) as keyof typeof Errno;
    if (Errno[name] === undefined) throw error;
    return Errno[name];
  }
}

/** Where two errors apply, POSIX leaves it open which is told. Linux: a link's new name, and a move onto a directory above. */
function alike(one: Step, error: number): number {
  if (one.call === 'link' && error === Errno.PERM) return Errno.EXIST;
  return one.call === 'rename' && error === Errno.ISDIR ? Errno.NOTEMPTY : error;
}

function perform(one: Step): unknown {
  switch (one.call) {
    case 'make-directory':
      return mkdirSync(one.path);
    case 'remove-directory':
      return rmdirSync(one.path);
    case 'unlink':
      return unlinkSync(one.path);
    case 'rename':
      return renameSync(one.from, one.to);
    case 'link':
      return linkSync(one.from, one.to);
    case 'symbolic-link':
      return symlinkSync(one.target, one.path);
    case 'set-size':
      return truncateSync(one.path, one.size);
    case 'write': {
      const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
      const flags =
        O_WRONLY | (one.existing ? 0 : O_CREAT) | (one.cut ? O_TRUNC : 0) | (one.append ? O_APPEND : 0);
      const file = openSync(one.path, flags);
      try {
        return writeSync(file, Buffer.from(one.text), 0, undefined, one.offset ?? (one.append ? null : 0));
      } finally {
        closeSync(file);
      }
    }
    default:
      throw new Error(`${one.call} changes no tree`);
  }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 8);

function nativeTree(directory: string, prefix = ''): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const stat = lstatSync(join(directory, name));
      if (stat.isDirectory())
        return [`${prefix}${name}/`, ...nativeTree(join(directory, name), `${prefix}${name}/`)];
      if (stat.isSymbolicLink()) return [`${prefix}${name}@`];
      return [`${prefix}${name} ${stat.size} ${digest(readFileSync(join(directory, name)))}`];
    });
}

async function enclaveTree(session: TruceSession, directory: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const { name, kind, size } of await session.list(directory)) {
    if (kind === 'directory')
      found.push(
        `${prefix}${name}/`,
        ...(await enclaveTree(session, `${directory}/${name}`, `${prefix}${name}/`)),
      );
    else if (kind === 'symbolic-link') found.push(`${prefix}${name}@`);
    else found.push(`${prefix}${name} ${size} ${digest(await session.readFile(`${directory}/${name}`))}`);
  }
  return found;
}

const EVERYTHING = Object.values(Rights).reduce((all, bit) => all | bit, 0) & ~Rights.FD_EXECUTE;
const party = await makeParty('party');
const programPath = (tree: number, turn: string) => `/bin/${tree}-${turn}.wasm`;
const programs = (
  await Promise.all(
    trees.map((pair, tree) =>
      Promise.all(
        RECORDS.map(async (turn, index) => ({
          path: programPath(tree, turn),
          module: await compileScript(below(`tree-${tree}/in`, pair[index]!), {
            record: `record-${tree}/${turn}`,
          }),
          rights: { [`/tree-${tree}/`]: EVERYTHING, [`/record-${tree}/`]: WRITE },
        })),
      ),
    ),
  )
).flat();
const enclave = await startTestEnclave(
  {
    parties: [
      {
        certificate: party.certificate,
        rights: {
          '/bin/': WRITE | RUN,
          ...Object.fromEntries(
            trees.flatMap((_, tree) => [
              [`/tree-${tree}/`, EVERYTHING],
              [`/record-${tree}/`, READ],
            ]),
          ),
        },
      },
    ],
    programs,
  },
  { limits: { runs: 4 }, executor: { warmChildren: 4, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const session = await enclave.connect(party);
for (const { path: name, module } of programs) await session.writeFile(name, module);

const scratch = mkdtempSync(join(tmpdir(), 'truce-native-'));
t.teardown(() => rmSync(scratch, { recursive: true, force: true }));

const outcomes = await Promise.all(
  trees.map(async (_, tree) => {
    const own = await enclave.connect(party);
    for (const [name, content] of Object.entries(BEFORE))
      await own.writeFile(`/tree-${tree}/in/${name}`, Buffer.from(content));
    const turns = [];
    for (const turn of RECORDS) {
      const { exitCode } = await own.run(programPath(tree, turn));
      turns.push({
        exitCode,
        errors: [...(await own.readFile(`/record-${tree}/${turn}`))],
        tree: await enclaveTree(own, `/tree-${tree}`),
      });
    }
    await own.close();
    return turns;
  }),
);

for (const [tree, pair] of trees.entries())
  t.test(`tree ${tree} is what this machine makes of the same calls`, async (t) => {
    const directory = join(scratch, `tree-${tree}`);
    mkdirSync(join(directory, 'in/d/e'), { recursive: true });
    for (const [name, content] of Object.entries(BEFORE)) writeFileSync(join(directory, 'in', name), content);
    for (const [turn, steps] of pair.entries()) {
      const errors = below(join(directory, 'in'), steps).map(native);
      const found = outcomes[tree]![turn]!;
      t.equal(found.exitCode, 0);
      const told = (numbers: readonly number[]) =>
        steps.map((one, index) => `${alike(one, numbers[index]!)} ${JSON.stringify(one)}`);
      t.same(told(found.errors), told(errors));
      t.same(found.tree, nativeTree(directory));
    }
  });

t.test('the samples are no idle ones', async (t) => {
  const errors = new Set(outcomes.flat().flatMap((turn) => turn.errors));
  for (const name of ['SUCCESS', 'NOENT', 'EXIST', 'NOTDIR', 'ISDIR', 'NOTEMPTY', 'LOOP'] as const)
    t.ok(errors.has(Errno[name]), name);
  t.ok(outcomes.flat().some((turn) => turn.tree.some((line) => line.endsWith('@'))));
  await session.close();
});
