import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../proto/errors.ts';
import { cipherSuiteNames } from '../../proto/policy/cipher-suites.ts';
import { comparePolicies } from '../../proto/policy/compare/compare.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { combinePolicies } from '../../proto/policy/service/combine.ts';
import { parseFunctionPolicy } from '../../proto/policy/service/function-policy.ts';
import { parseUserPolicy } from '../../proto/policy/service/user-policy.ts';
import { parseVaasPolicy } from '../../proto/policy/service/vaas-policy.ts';
import { repositoryRoot } from '../support/repository.ts';
import { mutate, mutation } from './policy-mutations.ts';
import { detectorFunction, detectorUsers, seedExample, seedExampleWith } from './policy-part-samples.ts';
import { HASH, makeCertificate, NOW, truce2Policy, veracruzPolicy } from './policy-samples.ts';

const folder = new URL('proto/policy/schemas/', repositoryRoot);
const ajv = new Ajv2020({ strict: true, allErrors: true, strictRequired: false, allowUnionTypes: true });
const schemas = new Map(
  readdirSync(folder).map((name) => [
    name.replace('.schema.json', ''),
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Schema,
  ]),
);
interface Schema {
  readonly $id: string;
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly $defs: Readonly<Record<string, unknown>>;
}
const validators = new Map([...schemas].map(([name, schema]) => [name, ajv.compile(schema)]));
const validator = (name: string): ValidateFunction => validators.get(name)!;

const options = { now: NOW };
const certificates = await Promise.all(Array.from({ length: 4 }, () => makeCertificate()));
const [first, second, third] = certificates as [Sample, Sample, Sample, Sample];
type Sample = Awaited<ReturnType<typeof makeCertificate>>;
const full = (text: string) => parsePolicy(text, options);
/** A policy changes nothing for anybody from itself. */
const same = (policy: Policy) => {
  const changes = comparePolicies(policy, policy, () => 'a party');
  if (changes.length > 0) throw new Error(changes[0]!.message);
};
const vaas = (text: string) => parseVaasPolicy(text, options);
const userText = seedExampleWith('user', certificates);
const users = detectorUsers(first, second);
const asText = (value: unknown) => JSON.stringify(value);

/** Each schema with texts that it and the reader take, and that reader. */
const shapes: [schema: string, samples: unknown[], read: (text: string) => unknown][] = [
  [
    'user',
    [JSON.parse(seedExampleWith('user', certificates)), detectorUsers(first, second)],
    (text) => parseUserPolicy(text, options),
  ],
  ['function', [JSON.parse(seedExample('program')), detectorFunction], parseFunctionPolicy],
  [
    'vaas',
    [
      JSON.parse(seedExampleWith('vaas', certificates)),
      {
        ...combinePolicies(detectorUsers(first, second), detectorFunction).policy,
        enclave_cert_expiry: { year: 2021, month: 12, day: 23, hour: 23, minute: 44 },
      },
    ],
    vaas,
  ],
  ['full-seed-004', [JSON.parse(seedExampleWith('full', certificates))], full],
  ['full-veracruz', [veracruzPolicy(first, second, third)], full],
  ['full-version-2', [truce2Policy(certificates)], full],
];

t.test('every schema says what it is, and shapes that schemas share are the same', (t) => {
  t.strictSame([...schemas.keys()].sort(), shapes.map(([name]) => name).sort());
  const shared = new Map<string, unknown>();
  for (const [name, schema] of schemas) {
    t.equal(schema.$id, `urn:truce:policy:${name}`);
    t.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    t.ok(schema.title.length > 5 && schema.description.length > 20, name);
    for (const [definition, shape] of Object.entries(schema.$defs)) {
      if (shared.has(definition)) t.strictSame(shape, shared.get(definition), `${name}: ${definition}`);
      shared.set(definition, shape);
    }
  }
  t.end();
});

t.test('takes every example of seed 004 as it stands there', (t) => {
  for (const [example, schema] of [
    ['user', 'user'],
    ['program', 'function'],
    ['vaas', 'vaas'],
    ['full', 'full-seed-004'],
  ] as const)
    t.ok(validator(schema)(JSON.parse(seedExample(example))), `${example} ${ajv.errorsText()}`);
  t.end();
});

t.test('takes what the readers take, with every cipher suite', (t) => {
  for (const [name, samples, read] of shapes)
    for (const sample of samples) {
      t.doesNotThrow(() => read(JSON.stringify(sample)), name);
      t.ok(validator(name)(sample), ajv.errorsText(validator(name).errors));
    }
  const [, [sample]] = shapes[4]!;
  for (const suite of cipherSuiteNames.flatMap((mark) => [mark, mark.replaceAll('-', '_')]))
    t.ok(validator('full-veracruz')({ ...(sample as object), ciphersuite: suite }), suite);
  t.end();
});

t.test('what a schema refuses, the reader refuses: it may know more, never less', (t) => {
  for (const [name, samples, read] of shapes) {
    const verdicts = { both: 0, reader: 0, neither: 0 };
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.array(mutation, { minLength: 1, maxLength: 2 }),
      (sample, mutations) => {
        const document = structuredClone(sample);
        for (const each of mutations) mutate(document, each);
        let text: string;
        try {
          text = JSON.stringify(document);
        } catch {
          return; // A copy into itself.
        }
        const valid = validator(name)(JSON.parse(text));
        let taken = true;
        try {
          const policy = read(text);
          if (read === full) same(policy as Policy);
        } catch (error) {
          if (!(error instanceof TruceError)) throw error;
          taken = false;
        }
        if (taken && !valid) throw new Error(`${ajv.errorsText(validator(name).errors)}: ${text}`);
        verdicts[taken ? 'neither' : valid ? 'reader' : 'both'] += 1;
      },
    );
    fc.assert(property, { numRuns: 100 });
    t.ok(verdicts.both > 20, `${name}: ${JSON.stringify(verdicts)}`);
  }
  t.end();
});

t.test('refuses names behind a line break, and ports that there are not, as the reader does', (t) => {
  const policy = veracruzPolicy(first, second, third);
  const both = (sample: unknown) => {
    t.doesNotThrow(() => full(asText(sample)));
    return validator('full-veracruz')(sample);
  };
  const neither = (sample: unknown, code: string) => {
    t.throws(() => full(asText(sample)), { code });
    t.notOk(validator('full-veracruz')(sample), asText(sample).slice(0, 80));
  };
  const naming = (file_name: string) => {
    const sample = structuredClone(policy);
    sample.identities[0]!.file_rights[0]!.file_name = file_name;
    return sample;
  };
  for (const name of ['a\n/../b', 'a\n//b', 'a\n/.', 'a\u2028/./b'])
    neither(naming(name), 'POLICY_PATH_INVALID');
  t.ok(both(naming('a\n/..b/c..')));
  const at = (port: number) => ({ ...policy, veracruz_server_url: `a:${port}` });
  for (const port of [0, 65_536, 65_540, 65_600, 66_000, 70_000, 99_999])
    neither(at(port), 'POLICY_URL_INVALID');
  for (const port of [1, 9, 999, 9999, 59_999, 60_000, 64_999, 65_499, 65_529, 65_535])
    t.ok(both(at(port)), `${port}`);
  t.end();
});

t.test('names the field of a part that is wrong', (t) => {
  const cases: [string, string, () => unknown][] = [
    [
      'POLICY_MISSING_FIELD',
      '$.instanceid',
      () => parseUserPolicy(userText.replace(/"instanceid".*\n/, ''), options),
    ],
    [
      'POLICY_UNKNOWN_FIELD',
      '$.instance_id',
      () => parseUserPolicy(userText.replace('instanceid', 'instance_id'), options),
    ],
    [
      'POLICY_NO_IDENTITIES',
      '$.identities',
      () => parseUserPolicy(asText({ ...users, identities: [] }), options),
    ],
    [
      'POLICY_CERTIFICATE_INVALID',
      '$.identities[0].certificate',
      () => parseUserPolicy(seedExample('user'), options),
    ],
    [
      'POLICY_DUPLICATE_CERTIFICATE',
      '$.identities[1].certificate',
      () => parseUserPolicy(asText(detectorUsers(first, first)), options),
    ],
    [
      'POLICY_CERTIFICATE_EXPIRED',
      '$.identities[0].certificate',
      () => parseUserPolicy(userText, { now: NOW * 2 }),
    ],
    [
      'POLICY_RIGHTS_INVALID',
      '$.identities[0].file_rights[0].rights',
      () => parseUserPolicy(userText.replace('533572', '-1'), options),
    ],
    // The README's schema has no "required" there.
    [
      'POLICY_MISSING_FIELD',
      '$.identities[0].file_rights[1].rights',
      () => parseUserPolicy(userText.replace(/,\s+"rights": 8198/, ''), options),
    ],
    [
      'POLICY_MISSING_FIELD',
      '$.max_memory_mib',
      () =>
        parseFunctionPolicy(
          seedExample('program').replace('{', '{"debug": false, "enable_clock": true, "file_rights": [],'),
        ),
    ],
    [
      'POLICY_HASH_INVALID',
      '$.programs[0].pi_hash',
      () => parseFunctionPolicy(seedExample('program').replace('3fc0', 'zz')),
    ],
    [
      'POLICY_PROGRAM_WITHOUT_HASH',
      '$.programs[0].pi_hash',
      () => parseFunctionPolicy(seedExample('program').replace(/"pi_hash".*\n/, '')),
    ],
    [
      'POLICY_REPEATED_HASH',
      '$.data_files[0].data_file',
      () =>
        parseFunctionPolicy(
          asText({
            ...detectorFunction,
            data_files: [{ data_file: 'program/detector.wasm', pi_hash: HASH }],
          }),
        ),
    ],
    [
      'POLICY_PATH_INVALID',
      '$.programs[0].file_rights[0].file_name',
      () => parseFunctionPolicy(seedExample('program').replace('input-0', 'input-0/')),
    ],
    [
      'POLICY_DIALECT_AMBIGUOUS',
      '$.programs[0].pi_hash',
      () =>
        parseVaasPolicy(seedExampleWith('vaas', certificates).replace('{', '{"max_memory_mib": 1,'), options),
    ],
    [
      'POLICY_PROGRAM_WITHOUT_HASH',
      '$.programs[0].program_file_name',
      () =>
        parseVaasPolicy(
          asText({ ...combinePolicies(users, detectorFunction).policy, file_hashes: [] }),
          options,
        ),
    ],
    [
      'POLICY_WRONG_TYPE',
      '$.function',
      () => parseFunctionPolicy(asText({ ...detectorFunction, function: 'x'.repeat(256) })),
    ],
  ];
  for (const [code, path, read] of cases) t.throws(read, { code, details: { path } }, `${code} ${path}`);
  t.throws(() => parseUserPolicy('{"function": "a", "function": "b"}', options), { code: 'JSON_INVALID' });
  t.throws(() => parseFunctionPolicy(' '.repeat(1_048_577)), { code: 'POLICY_TOO_LARGE' });
  t.end();
});
