import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import {
  HASH,
  makeCertificate,
  NOW,
  type SampleCertificate,
  type SamplePolicy,
  seed004Policy,
  truce2Policy,
  veracruzPolicy,
} from './policy-samples.ts';

const DAY = 86_400_000;
const [first, second, proxy, expired, future] = await Promise.all([
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
  makeCertificate(NOW - 2 * DAY, NOW - DAY),
  makeCertificate(NOW + DAY, NOW + 2 * DAY),
]);

function refusal(text: string | Uint8Array): TruceError | undefined {
  try {
    parsePolicy(text, { now: NOW });
    return undefined;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error;
  }
}

type Change = (policy: SamplePolicy) => void;
type Case = [name: string, change: Change, code: ErrorCode, path: string];
const dialects = { seed: seed004Policy, veracruz: veracruzPolicy } as const;

function check(t: Test, dialect: keyof typeof dialects, cases: readonly Case[]): void {
  for (const [name, change, code, path] of cases) {
    const policy = dialects[dialect](first, second, proxy);
    change(policy);
    const error = refusal(JSON.stringify(policy));
    t.equal(error?.code, code, `${dialect}: ${name}`);
    t.equal(error?.details.path, path, `${dialect}: ${name}`);
    t.ok(error?.message.startsWith(`${path}`), 'the message begins with the place');
  }
}

/** Puts a value at a path of names and indices. */
const put =
  (value: unknown, ...path: (string | number)[]): Change =>
  (policy) => {
    let place: Record<string | number, unknown> = policy;
    for (const name of path.slice(0, -1)) place = place[name] as Record<string | number, unknown>;
    const last = path.at(-1)!;
    if (value === undefined) delete place[last];
    else place[last] = value;
  };

t.test('names the field of what is common to both dialects', (t) => {
  const common: Case[] = [
    ['unknown field', put(1, 'extra'), 'POLICY_UNKNOWN_FIELD', '$.extra'],
    ['odd unknown field', put(1, 'a b'), 'POLICY_UNKNOWN_FIELD', '$["a b"]'],
    [
      'unknown field inside',
      put(1, 'identities', 1, 'file_rights', 0, 'mode'),
      'POLICY_UNKNOWN_FIELD',
      '$.identities[1].file_rights[0].mode',
    ],
    ['missing field', put(undefined, 'debug'), 'POLICY_MISSING_FIELD', '$.debug'],
    [
      'missing rights',
      put(undefined, 'programs', 0, 'file_rights', 0, 'rights'),
      'POLICY_MISSING_FIELD',
      '$.programs[0].file_rights[0].rights',
    ],
    [
      'missing expiry part',
      put(undefined, 'enclave_cert_expiry', 'day'),
      'POLICY_MISSING_FIELD',
      '$.enclave_cert_expiry.day',
    ],
    ['string for boolean', put('false', 'debug'), 'POLICY_WRONG_TYPE', '$.debug'],
    ['object for array', put({}, 'identities'), 'POLICY_WRONG_TYPE', '$.identities'],
    [
      'number for certificate',
      put(1, 'identities', 0, 'certificate'),
      'POLICY_WRONG_TYPE',
      '$.identities[0].certificate',
    ],
    ['negative id', put(-1, 'identities', 0, 'id'), 'POLICY_WRONG_TYPE', '$.identities[0].id'],
    ['id over 32 bits', put(2 ** 32, 'programs', 0, 'id'), 'POLICY_WRONG_TYPE', '$.programs[0].id'],
    ['fraction for id', put(0.5, 'identities', 0, 'id'), 'POLICY_WRONG_TYPE', '$.identities[0].id'],
    ['no identities', put([], 'identities'), 'POLICY_NO_IDENTITIES', '$.identities'],
    ['duplicate identity id', put(0, 'identities', 1, 'id'), 'POLICY_DUPLICATE_ID', '$.identities[1].id'],
    [
      'no certificate',
      put('hello', 'identities', 1, 'certificate'),
      'POLICY_CERTIFICATE_INVALID',
      '$.identities[1].certificate',
    ],
    [
      'certificate with a flipped byte of its structure',
      put(first.pem.replace('\nMII', '\nMJI'), 'identities', 0, 'certificate'),
      'POLICY_CERTIFICATE_INVALID',
      '$.identities[0].certificate',
    ],
    [
      'two certificates for one identity',
      put(`${first.pem}\n${proxy.pem}`, 'identities', 0, 'certificate'),
      'POLICY_CERTIFICATE_INVALID',
      '$.identities[0].certificate',
    ],
    [
      'malformed proxy certificate',
      put('x', 'proxy_service_cert'),
      'POLICY_CERTIFICATE_INVALID',
      '$.proxy_service_cert',
    ],
    [
      'expired certificate',
      put(expired.pem, 'identities', 1, 'certificate'),
      'POLICY_CERTIFICATE_EXPIRED',
      '$.identities[1].certificate',
    ],
    [
      'expired proxy certificate',
      put(expired.pem, 'proxy_service_cert'),
      'POLICY_CERTIFICATE_EXPIRED',
      '$.proxy_service_cert',
    ],
    [
      'certificate of tomorrow',
      put(future.pem, 'identities', 0, 'certificate'),
      'POLICY_CERTIFICATE_NOT_YET_VALID',
      '$.identities[0].certificate',
    ],
    [
      'duplicate certificate',
      put(`${first.pem}\n`, 'identities', 1, 'certificate'),
      'POLICY_DUPLICATE_CERTIFICATE',
      '$.identities[1].certificate',
    ],
    ...[2 ** 30, -1, 1.5, 2 ** 60].map(
      (rights): Case => [
        `rights ${rights}`,
        put(rights, 'identities', 0, 'file_rights', 0, 'rights'),
        'POLICY_RIGHTS_INVALID',
        '$.identities[0].file_rights[0].rights',
      ],
    ),
    [
      'rights in words',
      put('8198', 'identities', 0, 'file_rights', 0, 'rights'),
      'POLICY_WRONG_TYPE',
      '$.identities[0].file_rights[0].rights',
    ],
    ...[
      '',
      '/a/../b',
      './a',
      '//a',
      '/a//b',
      '/a\0',
      '..',
      `/${'n'.repeat(256)}`,
      `/${'é'.repeat(128)}`,
      '/a'.repeat(2048),
    ].map(
      (name): Case => [
        `path ${JSON.stringify(name.slice(0, 12))}`,
        put(name, 'programs', 0, 'file_rights', 0, 'file_name'),
        'POLICY_PATH_INVALID',
        '$.programs[0].file_rights[0].file_name',
      ],
    ),
    [
      'program that is a directory',
      put('/p/', 'programs', 0, 'program_file_name'),
      'POLICY_PATH_INVALID',
      '$.programs[0].program_file_name',
    ],
    [
      'program that is a stream',
      put('stdin', 'programs', 0, 'program_file_name'),
      'POLICY_PATH_INVALID',
      '$.programs[0].program_file_name',
    ],
    [
      'same path twice',
      (policy) => policy.identities[1]!.file_rights.push({ ...policy.identities[1]!.file_rights[0]! }),
      'POLICY_REPEATED_PATH',
      '',
    ],
    ...['TLS_FOO', 'tls1_3_aes_128_gcm_sha256', 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256', ''].map(
      (name): Case => [
        `suite ${name}`,
        put(name, 'ciphersuite'),
        'POLICY_CIPHER_SUITE_UNKNOWN',
        '$.ciphersuite',
      ],
    ),
    [
      'month 13',
      put(13, 'enclave_cert_expiry', 'month'),
      'POLICY_EXPIRY_INVALID',
      '$.enclave_cert_expiry.month',
    ],
    ['no day 0', put(0, 'enclave_cert_expiry', 'day'), 'POLICY_EXPIRY_INVALID', '$.enclave_cert_expiry.day'],
    [
      'minute 60',
      put(60, 'enclave_cert_expiry', 'minute'),
      'POLICY_EXPIRY_INVALID',
      '$.enclave_cert_expiry.minute',
    ],
    [
      'hour 1.5',
      put(1.5, 'enclave_cert_expiry', 'hour'),
      'POLICY_EXPIRY_INVALID',
      '$.enclave_cert_expiry.hour',
    ],
    [
      '29 February 2023',
      put({ year: 2023, month: 2, day: 29, hour: 0, minute: 0 }, 'enclave_cert_expiry'),
      'POLICY_EXPIRY_INVALID',
      '$.enclave_cert_expiry.day',
    ],
    [
      'year in words',
      put('2021', 'enclave_cert_expiry', 'year'),
      'POLICY_WRONG_TYPE',
      '$.enclave_cert_expiry.year',
    ],
    ['expired policy', put(2020, 'enclave_cert_expiry', 'year'), 'POLICY_EXPIRED', '$.enclave_cert_expiry'],
    [
      'strategy',
      put('interpretation', 'execution_strategy'),
      'POLICY_STRATEGY_UNKNOWN',
      '$.execution_strategy',
    ],
    ...['http://a:1', 'a', 'a:', 'a:0', 'a:65536', 'a:01', ':1', '[::1:1', 'a b:1', 'a:1/x', '-a:1'].map(
      (url): Case => [
        `url ${url}`,
        put(url, 'veracruz_server_url'),
        'POLICY_URL_INVALID',
        '$.veracruz_server_url',
      ],
    ),
    [
      'proxy url',
      put('a:b', 'proxy_attestation_server_url'),
      'POLICY_URL_INVALID',
      '$.proxy_attestation_server_url',
    ],
    [
      'proxy without certificate',
      put('', 'proxy_service_cert'),
      'POLICY_CONTRADICTION',
      '$.proxy_service_cert',
    ],
    [
      'proxy without url',
      put('', 'proxy_attestation_server_url'),
      'POLICY_CONTRADICTION',
      '$.proxy_attestation_server_url',
    ],
    [
      'short measurement',
      put('aa', 'runtime_manager_hash_nitro'),
      'POLICY_HASH_INVALID',
      '$.runtime_manager_hash_nitro',
    ],
    [
      'odd measurement',
      put(`${'a'.repeat(63)}g`, 'runtime_manager_hash_nitro'),
      'POLICY_HASH_INVALID',
      '$.runtime_manager_hash_nitro',
    ],
  ];
  for (const dialect of ['seed', 'veracruz'] as const) {
    const repeated = dialect === 'seed' ? 2 : 4;
    check(
      t,
      dialect,
      common.map(([name, change, code, path]) => [
        name,
        change,
        code,
        path === '' ? `$.identities[1].file_rights[${repeated}].file_name` : path,
      ]),
    );
  }
  t.end();
});

t.test('names the field of what seed 004 alone has', (t) => {
  check(t, 'seed', [
    [
      'no hash',
      put(undefined, 'programs', 0, 'pi_hash'),
      'POLICY_PROGRAM_WITHOUT_HASH',
      '$.programs[0].pi_hash',
    ],
    ['empty hash', put('', 'programs', 0, 'pi_hash'), 'POLICY_PROGRAM_WITHOUT_HASH', '$.programs[0].pi_hash'],
    ['short hash', put('00', 'programs', 0, 'pi_hash'), 'POLICY_HASH_INVALID', '$.programs[0].pi_hash'],
    ['no streams', put(undefined, 'std_streams_table'), 'POLICY_MISSING_FIELD', '$.std_streams_table'],
    [
      'unknown stream',
      put({ Stdlog: { file_name: 'stdin', rights: 1 } }, 'std_streams_table', 0),
      'POLICY_UNKNOWN_FIELD',
      '$.std_streams_table[0].Stdlog',
    ],
    ['empty stream', put({}, 'std_streams_table', 0), 'POLICY_WRONG_TYPE', '$.std_streams_table[0]'],
    [
      'stream of another name',
      put('stdout', 'std_streams_table', 0, 'Stdin', 'file_name'),
      'POLICY_CONTRADICTION',
      '$.std_streams_table[0].Stdin.file_name',
    ],
    [
      'same stream twice',
      put({ Stdin: { file_name: 'stdin', rights: 2 } }, 'std_streams_table', 1),
      'POLICY_REPEATED_PATH',
      '$.std_streams_table[1].Stdin.file_name',
    ],
    [
      'stream in the table and in the program',
      put('stdout', 'programs', 0, 'file_rights', 1, 'file_name'),
      'POLICY_REPEATED_PATH',
      '$.programs[0].file_rights[1].file_name',
    ],
    [
      'same path in two spellings',
      put('/input-0', 'programs', 0, 'file_rights', 1, 'file_name'),
      'POLICY_REPEATED_PATH',
      '$.programs[0].file_rights[1].file_name',
    ],
    [
      'directory',
      put('output/', 'identities', 1, 'file_rights', 1, 'file_name'),
      'POLICY_PATH_INVALID',
      '$.identities[1].file_rights[1].file_name',
    ],
    [
      'same program twice',
      (policy) => policy.programs.push({ ...policy.programs[0]!, id: 1 }),
      'POLICY_DUPLICATE_PROGRAM',
      '$.programs[1].program_file_name',
    ],
    [
      'same program id twice',
      (policy) => policy.programs.push({ ...policy.programs[0]!, program_file_name: 'b.wasm' }),
      'POLICY_DUPLICATE_ID',
      '$.programs[1].id',
    ],
    [
      'something below a program',
      put('linear-regression.wasm/x', 'identities', 1, 'file_rights', 0, 'file_name'),
      'POLICY_CONTRADICTION',
      '$.programs[0].program_file_name',
    ],
  ]);
  t.end();
});

t.test('names the field of what Veracruz’s dialect alone has', (t) => {
  check(t, 'veracruz', [
    [
      'no hash',
      put('/q.wasm', 'programs', 0, 'program_file_name'),
      'POLICY_PROGRAM_WITHOUT_HASH',
      '$.programs[0].program_file_name',
    ],
    ['short hash', put('00', 'file_hashes', 1, 'hash'), 'POLICY_HASH_INVALID', '$.file_hashes[1].hash'],
    [
      'same file hashed twice',
      put('program/detector.wasm', 'file_hashes', 1, 'file_path'),
      'POLICY_REPEATED_HASH',
      '$.file_hashes[1].file_path',
    ],
    [
      'hash of a directory',
      put('/a/', 'file_hashes', 1, 'file_path'),
      'POLICY_PATH_INVALID',
      '$.file_hashes[1].file_path',
    ],
    [
      'hash of a stream',
      put('stdin', 'file_hashes', 1, 'file_path'),
      'POLICY_PATH_INVALID',
      '$.file_hashes[1].file_path',
    ],
    [
      'hash where a directory is',
      put('/output', 'file_hashes', 1, 'file_path'),
      'POLICY_CONTRADICTION',
      '$.identities[1].file_rights[2].file_name',
    ],
    [
      'hash above other names',
      put('/user_input', 'file_hashes', 1, 'file_path'),
      'POLICY_CONTRADICTION',
      '$.file_hashes[1].file_path',
    ],
    [
      'same path with and without a slash',
      put('/program', 'identities', 0, 'file_rights', 1, 'file_name'),
      'POLICY_REPEATED_PATH',
      '$.identities[0].file_rights[1].file_name',
    ],
    ['no memory', put(0, 'max_memory_mib'), 'POLICY_WRONG_TYPE', '$.max_memory_mib'],
    ['missing memory', put(undefined, 'max_memory_mib'), 'POLICY_MISSING_FIELD', '$.max_memory_mib'],
    ['nameless pipeline', put('', 'pipelines', 0, 'name'), 'POLICY_WRONG_TYPE', '$.pipelines[0].name'],
    [
      'pipeline with a name longer than receipts and requests have it',
      put('ü'.repeat(2048), 'pipelines', 0, 'name'),
      'POLICY_WRONG_TYPE',
      '$.pipelines[0].name',
    ],
    [
      'same pipeline twice',
      (policy) => (policy.pipelines as unknown[]).push({ name: '0', pipeline: '', id: 1, file_rights: [] }),
      'POLICY_CONTRADICTION',
      '$.pipelines[1].name',
    ],
    [
      'same pipeline id twice',
      (policy) => (policy.pipelines as unknown[]).push({ name: '1', pipeline: '', id: 0, file_rights: [] }),
      'POLICY_DUPLICATE_ID',
      '$.pipelines[1].id',
    ],
    [
      'native module of no kind',
      put({}, 'native_modules', 0, 'type'),
      'POLICY_WRONG_TYPE',
      '$.native_modules[0].type',
    ],
    [
      'native module of an unknown kind',
      put({ toString: {} }, 'native_modules', 0, 'type'),
      'POLICY_WRONG_TYPE',
      '$.native_modules[0].type',
    ],
    [
      'native module without its file',
      put({ Static: {} }, 'native_modules', 0, 'type'),
      'POLICY_MISSING_FIELD',
      '$.native_modules[0].type.Static.special_file',
    ],
    [
      'native module that policies may come to bring along',
      put({ Dynamic: { special_file: '/s', entry_point: '/tmp/a' } }, 'native_modules', 0, 'type'),
      'POLICY_NATIVE_MODULE_FOREIGN',
      '$.native_modules[0].type',
    ],
    [
      'native module that parties provide',
      put({ Provisioned: { entry_point: '/program/b' } }, 'native_modules', 0, 'type'),
      'POLICY_NATIVE_MODULE_FOREIGN',
      '$.native_modules[0].type',
    ],
    [
      'native module of an unknown name',
      put('Postcard service', 'native_modules', 0, 'name'),
      'POLICY_NATIVE_MODULE_UNKNOWN',
      '$.native_modules[0].name',
    ],
    [
      'native module whose file is a directory',
      put({ Static: { special_file: '/services/' } }, 'native_modules', 0, 'type'),
      'POLICY_PATH_INVALID',
      '$.native_modules[0].type.Static.special_file',
    ],
    [
      'native module whose file others have as a directory',
      put({ Static: { special_file: '/output' } }, 'native_modules', 0, 'type'),
      'POLICY_CONTRADICTION',
      '$.native_modules[0].type.Static.special_file',
    ],
    [
      'native module whose file is above that of another',
      (policy) =>
        (policy.native_modules as unknown[]).push({
          name: 'AEAD Service',
          type: { Static: { special_file: '/services/postcard/aead' } },
        }),
      'POLICY_CONTRADICTION',
      '$.native_modules[0].type.Static.special_file',
    ],
    [
      'native module whose file has a hash',
      put({ Static: { special_file: '/program/detector.wasm' } }, 'native_modules', 0, 'type'),
      'POLICY_CONTRADICTION',
      '$.native_modules[0].type.Static.special_file',
    ],
    [
      'native modules with one file',
      (policy) =>
        (policy.native_modules as unknown[]).push({
          name: 'AEAD Service',
          type: { Static: { special_file: 'services/postcard' } },
        }),
      'POLICY_REPEATED_PATH',
      '$.native_modules[1].type.Static.special_file',
    ],
  ]);
  t.end();
});

t.test('refuses what fits two dialects, or none', (t) => {
  check(t, 'seed', [
    ['with hashes of files', put([], 'file_hashes'), 'POLICY_DIALECT_AMBIGUOUS', '$.file_hashes'],
    ['with pipelines', put([], 'pipelines'), 'POLICY_DIALECT_AMBIGUOUS', '$.pipelines'],
  ]);
  check(t, 'veracruz', [
    [
      'with a program’s own hash',
      put(HASH, 'programs', 0, 'pi_hash'),
      'POLICY_DIALECT_AMBIGUOUS',
      '$.programs[0].pi_hash',
    ],
    [
      'with SGX',
      put('', 'runtime_manager_hash_sgx'),
      'POLICY_DIALECT_AMBIGUOUS',
      '$.runtime_manager_hash_sgx',
    ],
  ]);
  for (const text of ['{}', '{"identities": [], "programs": [{}, 1]}'])
    t.match(refusal(text), { code: 'POLICY_DIALECT_UNKNOWN', details: { path: '$' } }, text);
  for (const text of ['[]', 'null', '"x"']) t.equal(refusal(text)?.code, 'POLICY_WRONG_TYPE', text);
  t.end();
});

t.test('refuses text that is no strict JSON, or too much of it', (t) => {
  const text = JSON.stringify(veracruzPolicy(first, second, proxy));
  t.match(refusal(text.replace('{', '{"debug":true,')), { code: 'JSON_INVALID', details: { line: 1 } });
  t.equal(refusal(`${text}x`)?.code, 'JSON_INVALID');
  t.equal(refusal(`\ufeff${text}`)?.code, 'JSON_INVALID');
  t.equal(refusal(text.replace('"id":0', `"id":${'['.repeat(20)}${']'.repeat(20)}`))?.code, 'JSON_INVALID');
  const room = (1 << 20) - text.length;
  t.equal(refusal(text + ' '.repeat(room)), undefined, 'exactly 1 MiB is read');
  t.equal(refusal(text + ' '.repeat(room + 1))?.code, 'POLICY_TOO_LARGE');
  t.equal(refusal(new Uint8Array((1 << 20) + 1))?.code, 'POLICY_TOO_LARGE');
  t.equal(refusal(`"${'é'.repeat(1 << 19)}"`)?.code, 'POLICY_TOO_LARGE', 'bytes are counted, not characters');
  t.throws(() => parsePolicy(text, { now: Number.NaN }), RangeError);
  t.end();
});

t.test('answers a damaged policy with an error of the table', (t) => {
  const makers = [
    seed004Policy,
    veracruzPolicy,
    (...made: SampleCertificate[]) => truce2Policy([...made, first]),
  ];
  const texts = makers.map((make) => JSON.stringify(make(first, second, proxy)));
  const damage = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.nat({ max: 4000 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.constantFrom('', '0', '"', '{', ']', '-', '\\', 'null', 'x', '/', '..'),
  });
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ text, at, remove, insert }) => {
      const place = at % text.length;
      const error = refusal(text.slice(0, place) + insert + text.slice(place + remove));
      if (error !== undefined) refused += 1;
      // No message shows an unfilled place of its template.
      t.notMatch(error?.message ?? '', /\{\w+\}/);
    }),
    { numRuns: 400 },
  );
  t.ok(refused > 100);
  t.end();
});
