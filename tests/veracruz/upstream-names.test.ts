/** That docs/veracruz.md has every test of Veracruz's list and every hole, and that the tests it names are there. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { repositoryRoot } from '../support/repository.ts';

const read = (path: string): string => readFileSync(new URL(path, repositoryRoot), 'utf8');
const page = read('docs/veracruz.md');

/** The names of the tests in a file, as its source writes them. */
function testsIn(file: string): string[] {
  const names = read(file).matchAll(/^\s*t\.test\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/gm);
  return [...names].map(([, single, double]) => single ?? double ?? '');
}

/** Where the tests of Veracruz's server have their twins. */
const SERVER_TESTS = ['server-sessions', 'server-provisioning', 'server-programs'];

/** Source: veracruz main, crates/tests/tests/server_test.rs. */
const SERVER = `basic_init_destroy_enclave basic_new_session basic_read_write_and_traverse basic_random_source fd_create
  basic_execute_non_existent basic_client_read_non_existent basic_program_read_non_existent basic_unauthorized_key
  basic_unauthorized_certificate basic_unauthorized_certificate_key_pair basic_aesctr_native_module
  basic_postcard_native_module basic_number_accumulation_batch_process basic_pipeline integration_linear_regression
  integration_intersection_sum integration_string_edit_distance integration_private_set_intersection
  integration_postcard_json test_phase4_number_stream_accumulation_one_data_one_stream_with_attestation
  performance_idash2017 performance_macd performance_set_intersection_sum`;
/** Source: crates/tests/tests/integration_test.rs. */
const INTEGRATION = `veracruz_phase1_get_random_one_client veracruz_phase1_linear_regression_two_clients
  veracruz_phase2_linear_regression_three_clients veracruz_phase2_intersection_set_sum_three_clients
  veracruz_phase2_string_edit_distance_three_clients veracruz_phase3_string_edit_distance_four_clients
  veracruz_phase4_linear_regression_two_clients_parallel`;
/** Source: crates/veracruz-client/src/tests.rs. */
const CLIENT = `test_internal_read_all_bytes_in_file_succ test_internal_read_all_bytes_in_file_invalid_file
  test_internal_read_all_bytes_in_file_invalid_path test_internal_read_cert_succ
  test_internal_read_cert_invalid_certificate test_internal_read_private_key_succ
  test_internal_read_cert_invalid_private_key veracruz_client_session`;
const LISTED = [SERVER, INTEGRATION, CLIENT].flatMap((names) => names.split(/\s+/));

const [, lists = ''] = page.split(/^## (?:Its tests, by name|What was open, and is closed)\n/m);
const twins = [...lists.matchAll(/^\| `([^`]+)`[^|]*\| `([\w-]+)` \| (.+) \|$/gm)].map(
  ([, upstream = '', file = '', test = '']) => ({ upstream, file: `tests/veracruz/${file}.test.ts`, test }),
);

t.test('every test of the list has a twin, which is there', async (t) => {
  t.equal(LISTED.length, 24 + 7 + 8);
  const upstream = twins.map((twin) => twin.upstream);
  for (const name of LISTED) t.ok(upstream.includes(name), name);
  t.equal(new Set(upstream).size, upstream.length, 'no name stands twice');
  for (const twin of twins) {
    const there = testsIn(twin.file);
    t.ok(there.includes(twin.test) || there.includes(`${twin.upstream}: ${twin.test}`), twin.upstream);
  }
});

t.test('every test that stands for one of Veracruz is in the table', async (t) => {
  const shown = new Set(twins.flatMap(({ upstream, test }) => [test, `${upstream}: ${test}`]));
  // Of the AEAD service, which upstream never tested.
  shown.add('aead_native: the AEAD service seals, and opens nothing that was changed');
  for (const file of [...SERVER_TESTS, 'integration-list', 'client-list'])
    for (const name of testsIn(`tests/veracruz/${file}.test.ts`)) t.ok(shown.has(name), name);
});

t.test('every hole names tests that are there, and every test of holes is named', async (t) => {
  const [, table = ''] = page.split('| in Veracruz | here | shown by |\n|---|---|---|\n');
  const rows = table.split('\n').filter((line) => line.startsWith('| '));
  t.ok(rows.length >= 20, `${rows.length} holes`);
  const named = new Set<string>();
  for (const row of rows) {
    const evidence = row.slice(2, -2).split(' | ')[2] ?? '';
    for (const part of evidence.split(' · ')) {
      const [, file = '', test] = part.match(/^`(tests\/[\w./-]+\.test\.ts)`(?:: (.+))?$/) ?? [];
      t.ok(existsSync(fileURLToPath(new URL(file, repositoryRoot))), part);
      if (test !== undefined) t.ok(testsIn(file).includes(test), part);
      named.add(`${file} ${test}`);
    }
  }
  const file = 'tests/veracruz/closed-holes.test.ts';
  for (const test of testsIn(file))
    if (test !== 'what the tests are about is brought') t.ok(named.has(`${file} ${test}`), test);
});
