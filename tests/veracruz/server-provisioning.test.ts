/**
 * The tests of Veracruz's server, by name: what nobody has brought, and what was not agreed. docs/veracruz.md has the list.
 * Upstream each test has an enclave of its own; here all share one, so a test that needs something missing stands before
 * those that bring it.
 */
import t from 'tap';
import { enclaveStatus } from '../support/enclave-status.ts';
import * as data from './datasets.ts';
import { example, programPath } from './policies.ts';
import { startServer } from './server-enclave.ts';

const AGREED = Buffer.from('data with a hash');
const { enclave, session, checkHashes } = await startServer({
  programs: ['linear-regression', 'nop', 'number-accumulation', 'random-source'],
  hashed: { '/input/agreed.dat': AGREED },
});

t.test('basic_execute_non_existent: a program that nobody has brought does not run', async (t) => {
  await t.rejects(session.run(programPath('random-source')), { code: 'FILE_NOT_FOUND' });
  await t.rejects(session.run('/program/of-no-policy.wasm'), { code: 'PROGRAM_UNKNOWN' });
  await t.rejects(session.readFile('/output/random.dat'), { code: 'FILE_NOT_FOUND' });
});

t.test('basic_client_read_non_existent: a file that is not there cannot be read', async (t) => {
  await t.rejects(session.readFile('/output/random.dat'), { code: 'FILE_NOT_FOUND' });
  await t.rejects(session.readFile('/nowhere/random.dat'), { code: 'ACCESS_DENIED' });
});

t.test(
  'basic_program_read_non_existent: a program without its data fails and leaves no result',
  async (t) => {
    await session.writeFile(programPath('linear-regression'), example('linear-regression'));
    t.same(await session.run(programPath('linear-regression')), { exitCode: 2 });
    await t.rejects(session.readFile('/output/result.json'), { code: 'FILE_NOT_FOUND' });
  },
);

t.test('test_phase2_incorrect_program_no_attestation: another program is not taken', async (t) => {
  const path = programPath('random-source');
  await t.rejects(session.writeFile(path, example('nop')), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.run(path), { code: 'FILE_NOT_FOUND' });
});

t.test(
  'test_phase2_random_source_one_data_no_attestation: data that the policy has no place for is refused',
  async (t) => {
    const before = (await enclaveStatus(enclave)).files;
    await t.rejects(session.writeFile('/input-9', data.helloWorld), { code: 'ACCESS_DENIED' });
    await t.rejects(session.writeFile('/output/extra.dat', data.helloWorld), { code: 'ACCESS_DENIED' });
    t.same((await enclaveStatus(enclave)).files, before);
  },
);

t.test(
  'test_phase4_number_stream_accumulation_one_data_one_stream_with_attestation: nothing runs by itself',
  async (t) => {
    await checkHashes(t);
    await session.writeFile(programPath('number-accumulation'), example('number-accumulation'));
    await session.writeFile('/input/numbers.txt', Buffer.from('1\n'));
    await session.appendFile('/input/numbers.txt', Buffer.from('2\n'));
    await t.rejects(session.readFile('/output/result.json'), { code: 'FILE_NOT_FOUND' });
  },
);

t.test(
  'test_phase4_number_stream_accumulation_no_data_two_stream_with_attestation: no stream without its beginning',
  async (t) => {
    await t.rejects(session.appendFile('/stream', Buffer.from('1\n')), { code: 'ACCESS_DENIED' });
  },
);

t.test(
  'test_phase4_number_stream_accumulation_no_data_three_stream_with_attestation: no more than was agreed',
  async (t) => {
    const path = '/input/agreed.dat';
    await session.writeFile(path, AGREED);
    await t.rejects(session.appendFile(path, Buffer.from('more')), { code: 'FILE_IMMUTABLE' });
    await t.rejects(session.writeFile(path, Buffer.concat([AGREED, AGREED])), {
      code: 'FILE_HASH_MISMATCH',
    });
  },
);
