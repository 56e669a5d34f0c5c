import fc from 'fast-check';
import t, { type Test } from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { comparePolicies } from '../../proto/policy/compare/compare.ts';
import type { PolicyDialect } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { PlannedRights, PolicyPlan } from '../../proto/policy/plan.ts';
import { translatePlan } from '../../proto/policy/translate.ts';
import { writePolicy } from '../../proto/policy/write.ts';
import { makeCertificate, NOW } from './policy-samples.ts';

const parties = await Promise.all([makeCertificate(), makeCertificate()]);
const place = { server: 'a:1', proxy: undefined, expiry: NOW + 86_400_000, measurements: new Map() };
const sha256 = new Uint8Array(32);
const PROGRAM = 'd/p.wasm';
const [R, W, X] = [24_582, 534_084, 536_879_108];
const RW = R | W;
type Older = 'seed-004' | 'veracruz';

interface Names {
  readonly parties?: readonly (readonly PlannedRights[])[];
  readonly program?: readonly PlannedRights[];
  readonly hashes?: readonly string[];
}

const grant = (name: string, rights: number): PlannedRights => ({ name, rights });

function planOf(form: Older, { parties: rights = [], program = [], hashes = [] }: Names): PolicyPlan {
  return {
    identities: parties.map(({ der }, id) => ({
      id,
      certificate: der,
      fileRights: rights[id] ?? [],
      mayShutDown: false,
    })),
    programs: [{ id: 0, name: PROGRAM, sha256, fileRights: program, settings: {} }],
    pipelines: [],
    nativeModules: [],
    hashes: form === 'veracruz' ? hashes.map((name) => ({ name, sha256 })) : [],
    streams: form === 'seed-004' ? { stdin: 8198, stdout: 533_572, stderr: 0 } : undefined,
    cipherSuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    debug: false,
    enableClock: false,
    strategy: 'JIT',
    maxMemoryMib: form === 'veracruz' ? 64 : undefined,
    version2: undefined,
  };
}

/** What a plan that has been translated changes; undefined where its own dialect refuses it. */
function translated(form: Older, to: PolicyDialect, names: Names) {
  const plan = planOf(form, names);
  const older = read(writePolicy(plan, place, form));
  const { plan: said, warnings } = translatePlan(plan, form, to);
  const newer = read(writePolicy({ ...said, maxMemoryMib: 64 }, place, to));
  const changes = comparePolicies(
    older,
    newer,
    (der) => `party ${parties.findIndex((each) => toHex(each.der) === toHex(der))}`,
  );
  return {
    warnings,
    newer,
    gains: changes.filter(({ security }) => security).map(({ message }) => message),
    losses: changes
      .filter(({ kind, security }) => kind !== 'term' && !security)
      .map(({ message }) => message),
  };
}

const read = (text: string) => parsePolicy(text, { now: NOW });

const rights = fc.constantFrom(0, R, W, RW, X, 8192, 6, 68, 70, 1 << 26, RW | (1 << 26));
function entries(names: readonly string[]) {
  return fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), rights }), {
    maxLength: 3,
    selector: ({ name }) => canonicalPath(name),
  });
}
const files = ['a', 'a/b', 'a/b/c', 'ab', 'c.txt', 'e/f', 'g', 'd', PROGRAM, 'stdin', 'stdout'];
const seedNames = fc.record({
  parties: fc.tuple(entries(files), entries(files)),
  program: entries(files.slice(0, -2)),
});
const all = [...files, '/', 'a/', 'a/b/', 'a/b/c/', 'd/'];
const veracruzNames = fc.record({
  parties: fc.tuple(entries(all), entries(all)),
  program: entries(all),
  hashes: fc.subarray(['a/b/c', 'ab'], { maxLength: 1 }),
});

/** How often each outcome came; `judge` sees those that were translated. */
function outcomes(
  form: Older,
  to: PolicyDialect,
  names: fc.Arbitrary<Names>,
  judge: (result: ReturnType<typeof translated>, names: Names) => void,
): Record<'exact' | 'warned' | 'refused', number> {
  const counts = { exact: 0, warned: 0, refused: 0 };
  fc.assert(
    fc.property(names, (each) => {
      try {
        read(writePolicy(planOf(form, each), place, form));
      } catch {
        return; // A file and a directory of one name.
      }
      try {
        const result = translated(form, to, each);
        judge(result, each);
        counts[result.warnings.length === 0 ? 'exact' : 'warned'] += 1;
      } catch (error) {
        if (!(error instanceof TruceError) || error.code !== 'POLICY_DIALECT_LACKS') throw error;
        counts.refused += 1;
      }
    }),
    { numRuns: 150 },
  );
  return counts;
}

/** To run a program by its path in newer dialects, one has to see it. */
const SEES_PROGRAM = / may now see that it is there: \/d\/p\.wasm \(/;

function refuse(condition: boolean, told: unknown): void {
  if (condition) throw new Error(JSON.stringify(told));
}

t.test(
  'nobody gains a right in version 2 by Veracruz’s names, and what nothing warns of is the same',
  (t) => {
    const counts = outcomes('veracruz', 'truce-2', veracruzNames, ({ gains, losses, warnings }) => {
      refuse(gains.length > 0, gains);
      refuse(warnings.length === 0 && losses.length > 0, losses);
    });
    t.ok(Math.min(...Object.values(counts)) > 2, JSON.stringify(counts));
    t.end();
  },
);

t.test('nobody gains a right in version 2 by names of seed 004', (t) => {
  const counts = outcomes('seed-004', 'truce-2', seedNames, ({ gains, losses }) => {
    refuse(!gains.every((message) => SEES_PROGRAM.test(message)), gains);
    refuse(losses.length > 0, losses);
  });
  t.ok(counts.exact > 100 && counts.warned + counts.refused === 0, JSON.stringify(counts));
  t.end();
});

t.test('nobody gains a right on what is there by names of seed 004 in Veracruz’s dialect', (t) => {
  const counts = outcomes('seed-004', 'veracruz', seedNames, ({ gains, losses, warnings, newer }, names) => {
    const holders = { identities: names.parties, programs: [names.program ?? []] };
    const warned = (warnings[0]?.paths ?? []).map((field) => {
      const [, list, holder, entry] = /^\$\.(\w+)\[(\d)\]\.file_rights\[(\d)\]\.file_name$/.exec(field)!;
      return canonicalPath(holders[list as 'programs']![Number(holder)]![Number(entry)]!.name);
    });
    // A subtree that nothing lies in, unless somebody makes a directory of what was to be a file.
    const below = warned
      .filter((path) => !newer.boundaries.containsBelow(path))
      .map((path) => `: all below ${path} (`);
    const expected = (message: string) =>
      SEES_PROGRAM.test(message) || below.some((text) => message.includes(text));
    refuse(!gains.every(expected), { gains, warned });
    refuse(losses.length > 0, losses);
  });
  t.ok(counts.warned > 20 && counts.refused > 20, JSON.stringify(counts));
  t.end();
});

function refused(t: Test, form: Older, to: PolicyDialect, names: Names, path: string): void {
  t.throws(() => translated(form, to, names), {
    code: 'POLICY_DIALECT_LACKS',
    details: { dialect: to, path },
    message: `what ${path} names`,
  });
}

t.test('refuses a name of Veracruz’s that would no longer hide what a shorter one grants', (t) => {
  for (const own of [0, R]) {
    const hidden: Names = { parties: [[grant('data/', RW), grant('data/private', own)]] };
    const path = '$.identities[0].file_rights[1].file_name';
    refused(t, 'veracruz', 'truce-2', hidden, path);
    t.strictSame(translated('veracruz', 'truce-2', { ...hidden, hashes: ['data/private'] }).warnings, []);
    const directory = translated('veracruz', 'truce-2', { ...hidden, program: [grant('data/private/x', R)] });
    t.equal(directory.newer.identities[0]!.access.entryAt('/data/private/y')?.path, '/data/private');
    t.match(directory.warnings, [{ paths: ['$.programs[0].file_rights[0].file_name'] }]);
  }
  refused(
    t,
    'veracruz',
    'truce-2',
    { program: [grant('/', R), grant('out.d', W)] },
    '$.programs[0].file_rights[1].file_name',
  );
  t.end();
});

t.test('warns of a name of Veracruz’s that becomes one file', (t) => {
  const { warnings, losses, gains } = translated('veracruz', 'truce-2', {
    parties: [[], [grant('out.d', RW)]],
  });
  t.match(warnings, [{ code: 'ENTRY_NOW_ONE_FILE', paths: ['$.identities[1].file_rights[0].file_name'] }]);
  t.strictSame(gains, []);
  t.match(losses, [/^party 1 may no longer .*: all below \/out\.d /]);
  t.end();
});

t.test('refuses a name of seed 004 that would reach another’s files, and warns of the others', (t) => {
  const path = '$.identities[0].file_rights[0].file_name';
  const nested = (below: Names): Names => ({
    ...below,
    parties: [[grant('data', RW)], ...(below.parties ?? [])],
  });
  refused(t, 'seed-004', 'veracruz', nested({ parties: [[grant('data/x', RW)]] }), path);
  refused(t, 'seed-004', 'veracruz', nested({ program: [grant('data/x/y', R)] }), path);
  refused(t, 'seed-004', 'veracruz', { parties: [[grant('d', 8192)]] }, path);
  t.strictSame(translated('seed-004', 'truce-2', nested({ program: [grant('data/x', R)] })).gains, []);
  t.match(translated('seed-004', 'veracruz', nested({})).warnings, [
    { code: 'ENTRY_NOW_SUBTREE_TOO', paths: [path] },
  ]);
  t.end();
});

t.test('who may run a program of seed 004 without opening it may not read it afterwards', (t) => {
  const names: Names = { parties: [[grant(PROGRAM, 6), grant('stdout', 2)]] };
  for (const to of ['veracruz', 'truce-2'] as const) {
    const { newer, gains } = translated('seed-004', to, names);
    t.equal(newer.identities[0]!.access.rightsAt('/d/p.wasm'), 8192 | (1 << 21) | (1 << 29) | 4);
    t.strictSame(gains, []);
  }
  t.end();
});
