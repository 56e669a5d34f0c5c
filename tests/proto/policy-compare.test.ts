import t from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { comparePolicies } from '../../proto/policy/compare/compare.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { combinePolicies } from '../../proto/policy/service/combine.ts';
import { completedParts } from '../../proto/policy/service/complete.ts';
import { translatePlan } from '../../proto/policy/translate.ts';
import { writePolicy } from '../../proto/policy/write.ts';
import { detectorFunction, detectorUsers } from './policy-part-samples.ts';
import { makeCertificate, NOW, type SamplePolicy, truce2Policy, veracruzPolicy } from './policy-samples.ts';

const certificates = await Promise.all(Array.from({ length: 5 }, () => makeCertificate()));
const [first, second, third, fourth] = certificates as [Sample, Sample, Sample, Sample];
type Sample = Awaited<ReturnType<typeof makeCertificate>>;
const nameOf = (der: Uint8Array) =>
  `party ${certificates.findIndex((each) => toHex(each.der) === toHex(der))}`;

const veracruz = () => veracruzPolicy(first, second, third);
const version2 = () => truce2Policy([first, second, third, fourth]);

function changes(before: SamplePolicy, after: SamplePolicy): [security: boolean, message: string][] {
  const read = (policy: SamplePolicy) => parsePolicy(JSON.stringify(policy), { now: NOW });
  return comparePolicies(read(before), read(after), nameOf).map(({ security, message }) => [
    security,
    message,
  ]);
}

/** The changes that an edit makes to a policy. */
function edited(sample: () => SamplePolicy, edit: (policy: SamplePolicy) => void) {
  const policy = sample();
  edit(policy);
  return changes(sample(), policy);
}

t.test('order, ids and spelling are no change', (t) => {
  t.strictSame(
    edited(veracruz, (policy) => {
      policy.identities.reverse();
      for (const [index, identity] of policy.identities.entries()) {
        identity.id = 7 + index;
        identity.certificate += '\n';
        identity.file_rights.reverse();
      }
      policy.runtime_manager_hash_icecap = '';
      policy.ciphersuite = 'TLS1-3-CHACHA20-POLY1305-SHA256';
      policy.file_hashes = [...(policy.file_hashes as unknown[])].reverse();
      Object.assign(policy.programs[0]!, { id: 9, program_file_name: 'program/detector.wasm' });
    }),
    [],
  );
  t.end();
});

t.test('rights that allow the same are no change, whatever entries and bits they are made of', (t) => {
  t.strictSame(
    edited(veracruz, (policy) => {
      const rights = policy.identities[0]!.file_rights;
      rights[0]!.rights |= 1 << 7; // FD_ADVISE is nothing to a client.
    }),
    [],
  );
  t.end();
});

t.test('an entry that changes no rights still draws a line', (t) => {
  t.strictSame(
    edited(version2, (policy) => {
      policy.identities[2]!.file_rights.push({ file_name: '/output/inner/', rights: 2383878 });
    }),
    [
      [false, '/output/inner is a directory from the start'],
      [false, 'links and renames do not cross /output/inner any more'],
    ],
  );
  t.end();
});

t.test('says what a party gains and loses, once for a subtree, and what it may do besides', (t) => {
  t.strictSame(
    edited(veracruz, (policy) => {
      policy.identities[1]!.file_rights[2] = { file_name: '/output/', rights: 24582 & ~16384 };
      policy.identities[0]!.file_rights[1] = { file_name: '/program_data/', rights: 534084 | 8198 };
      policy.identities[0]!.file_rights.push({ file_name: '/output/inner/', rights: 8198 });
      policy.identities[1]!.file_rights[3]!.rights |= 64;
      policy.identities[1]!.file_rights[0]!.rights = 24582;
    }),
    [
      [
        true,
        'party 0 may now read and look up: /output/inner and all below it (rights 0 before, 2105350 after)',
      ],
      [true, 'party 0 may now read: /program_data and all below it (rights 2631236 before, 2631238 after)'],
      [
        true,
        'party 1 may now read, list and look up: /program and all below it (rights 536879108 before, 2121734 after)',
      ],
      [true, 'party 1 may now add to: stdout (rights 2121734 before, 2121798 after)'],
      [false, 'party 1 may no longer list: /output and all below it (rights 2121734 before, 2105350 after)'],
      [false, 'party 1 may no longer run /program/detector.wasm'],
    ].sort(bySecurity),
  );
  t.strictSame(
    edited(version2, (policy) => {
      policy.identities[2]!.file_rights.push({ file_name: '/output/secret', rights: 0 });
      policy.identities[1]!.file_rights.push({ file_name: '/output', rights: 8198 });
    }).map(([, message]) => message.replace(/ \(.*/, '')),
    ['party 1 may now read: /output', 'party 2 may no longer read, list and look up: /output/secret'],
    'a file is not the subtree below it, and an entry takes away',
  );
  t.end();
});

/** What matters for security first, otherwise as told. */
function bySecurity(left: (string | boolean)[], right: (string | boolean)[]): number {
  return Number(right[0]) - Number(left[0]);
}

t.test('tells parties by their certificates', (t) => {
  const renewed = edited(veracruz, (policy) => {
    policy.identities[0]!.certificate = fourth.pem;
  });
  t.match(
    renewed.find(([, message]) => message.startsWith('party 3 is a new party')),
    [true, 'party 3 is a new party, until 2022-06-01T00:00:00Z'],
  );
  t.ok(renewed.some(([security, message]) => security && /^party 3 may now create/.test(message)));
  t.strictSame(renewed.at(-1), [false, 'party 0 is a party no more, and loses all rights']);
  t.end();
});

/** Puts a value where a path of names and indices leads; undefined takes away what is there. */
function put(policy: SamplePolicy, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let place = policy as Record<string, unknown>;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  place[last] = value;
}

type Case = [sample: () => SamplePolicy, path: string, value: unknown, security: boolean, message: RegExp];
const other = 'cd'.repeat(32);
const set = { pcr8: '4'.repeat(96) };
const cases: readonly Case[] = [
  [
    veracruz,
    'file_hashes.0.hash',
    other,
    true,
    /^program .*wasm is replaced: its SHA-256 was 3fc0\w+, and is cdcd/,
  ],
  [
    veracruz,
    'file_hashes.1.hash',
    other,
    true,
    /^\/program_data\/weights must have the SHA-256 (cd){32}, not 89/,
  ],
  [veracruz, 'file_hashes.1.file_path', 'a', true, /^\/program_data\/weights has no hash any more/],
  [veracruz, 'file_hashes.2', { file_path: '/output/a', hash: other }, false, /^\/output\/a must now have/],
  [
    veracruz,
    'programs.0.file_rights.4',
    { file_name: '/a/', rights: 2 },
    true,
    /^program .* may now read and .*: \/a/,
  ],
  [veracruz, 'pipelines', [], false, /^pipeline 0 is gone$/],
  [
    veracruz,
    'pipelines.0.pipeline',
    '',
    true,
    /^pipeline 0 changes from "\/program\/detector\.wasm ;" to ""$/,
  ],
  [veracruz, 'native_modules', [], false, /^the native module at \/services\/postcard is gone$/],
  [veracruz, 'debug', true, true, /^debug mode: on/],
  [veracruz, 'enable_clock', true, true, /^the clock that programs read: on, was off$/],
  [veracruz, 'execution_strategy', 'Interpretation', false, /strategy: Interpretation, was JIT$/],
  [veracruz, 'max_memory_mib', 1, false, /^the memory: 1 MiB, was 2000 MiB$/],
  [veracruz, 'veracruz_server_url', 'a:1', false, /^the address: a:1/],
  [
    veracruz,
    'ciphersuite',
    'TLS1-3-AES-256-GCM-SHA384',
    true,
    /^the cipher suite: TLS_AES.*, was TLS_CHACHA20/,
  ],
  [veracruz, 'runtime_manager_hash_nitro', '', true, /^the accepted runtime on nitro: any, was 89ba\w+$/],
  [veracruz, 'proxy_service_cert', fourth.pem, true, /^the proxy .* with party 3, was .* with party 2$/],
  [veracruz, 'enclave_cert_expiry.year', 2022, true, /^the end of the policy: 2022-/],
  [veracruz, 'enclave_cert_expiry.month', 11, false, /^the end of the policy: 2021-11/],
  [version2, 'receipts', false, true, /^the receipts of runs: not made, was made$/],
  [version2, 'trust_roots', undefined, true, /^the roots that vouch .*: its reader's own, was party 3$/],
  [
    version2,
    'measurements',
    [set],
    true,
    /^the sets of registers .*: PCR8 4+, was PCR0 1+, PCR1 2+, PCR2 3+ or PCR8 4+$/,
  ],
  [version2, 'live_files', ['stdout'], false, /^\/input\/video can no longer be added to/],
  [version2, 'live_files.3', '/output/more', true, /^\/output\/more can now be added to/],
  [version2, 'identities.0.may_shut_down', true, true, /^party 0 may now shut the enclave down$/],
  [version2, 'identities.2.may_shut_down', undefined, false, /^party 2 may no longer shut the enclave down$/],
  [version2, 'programs.0.outcome', 'full', true, /learns of its end: all of it, was whether it succeeded$/],
  [version2, 'programs.0.arguments', [], true, /arguments: none, was \["--threshold","0\.6"\]$/],
  [version2, 'programs.0.interfaces', ['wasi:sockets'], true, /interfaces: wasi:sockets, was none$/],
  [version2, 'programs.0.deterministic', undefined, true, /deterministic seed and time: none, was 0001/],
  [version2, 'programs.0.fuel', 1, false, /fuel: 1, was 1000000000$/],
  [version2, 'programs.0.limits', { open_files: 8 }, false, /limits: open_files 8, was .*open_files 16/],
];

t.test('tells every other change in a sentence, and marks those that matter for security', (t) => {
  for (const [sample, path, value, security, message] of cases) {
    const told = edited(sample, (policy) => put(policy, path, value));
    const found = told.find(([, each]) => message.test(each));
    t.ok(found, `${message}: ${JSON.stringify(told)}`);
    t.equal(found?.[0], security, `${message}`);
    const marks = told.map(([mark]) => mark);
    t.strictSame(marks, [...marks].sort().reverse(), 'what matters comes first');
  }
  t.end();
});

t.test('a new program comes with all that it may do, and is gone in one sentence', (t) => {
  const more = veracruz();
  (more.file_hashes as unknown[]).push({ file_path: '/program/b.wasm', hash: 'ab'.repeat(32) });
  more.programs.push({
    program_file_name: '/program/b.wasm',
    id: 1,
    file_rights: [{ file_name: '/user_input/key', rights: 2 }],
  });
  const told = changes(veracruz(), more).map(([, message]) => message.replace(/ \(.*/, ''));
  t.strictSame(told, [
    'party 1 may now run /program/b.wasm',
    `program /program/b.wasm is new, with the SHA-256 ${'ab'.repeat(32)}`,
    'program /program/b.wasm may now read and FD_FILESTAT_GET: /user_input/key and all below it',
  ]);
  t.strictSame(
    changes(more, veracruz()).map(([, message]) => message),
    ['program /program/b.wasm is gone'],
  );
  t.end();
});

t.test('a policy in another dialect is the same where it means the same', (t) => {
  const vaas = combinePolicies(detectorUsers(first, second), detectorFunction, { loader: third.pem }).policy;
  const { plan, place } = completedParts(vaas, {
    server: 'a:1',
    proxy: undefined,
    measurements: new Map(),
    now: NOW,
  });
  const older = writePolicy(plan, place, 'veracruz');
  const newer = writePolicy(translatePlan(plan, 'veracruz', 'truce-2').plan, place, 'truce-2');
  const read = (text: string) => parsePolicy(text, { now: NOW });
  t.strictSame(comparePolicies(read(older), read(newer), nameOf), []);
  const literal = writePolicy(plan, place, 'truce-2');
  const lost = comparePolicies(read(older), read(literal), nameOf).map(({ message }) => message);
  t.match(lost[0], /^party 0 may no longer look up: \/video and all below it/, 'what the older one implies');
  t.ok(lost.includes('party 1 may no longer shut the enclave down'));
  t.end();
});
