import t from 'tap';
import { type Case, check, first, proxy } from './policy-refusals.ts';
import { makeCertificate, NOW, put } from './policy-samples.ts';

const DAY = 86_400_000;
const [expired, future] = await Promise.all([
  makeCertificate(NOW - 2 * DAY, NOW - DAY),
  makeCertificate(NOW + DAY, NOW + 2 * DAY),
]);

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
