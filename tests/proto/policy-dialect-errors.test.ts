import t from 'tap';
import { check, refusal } from './policy-refusals.ts';
import { HASH, put } from './policy-samples.ts';

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
