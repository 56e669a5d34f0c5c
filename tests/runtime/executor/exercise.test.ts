import t from 'tap';
import { Exercise, exerciseUntil } from '../../../runtime/executor/exercise.ts';
import { compileSample } from '../../programs/sample-programs.ts';
import { enclaveStatus, statusWhen } from '../../support/enclave-status.ts';
import { RUN, WRITE } from '../../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../../support/test-enclave.ts';

t.test('every call of a round succeeds, however many rounds there are', async (t) => {
  const exercise = new Exercise();
  // A call that fails throws.
  for (let round = 0; round < 3; round++) t.doesNotThrow(() => exercise.round());
});

t.test('a child exercises until its job is here, and no longer than it is of use', async (t) => {
  let asked = 0;
  exerciseUntil(() => ++asked === 3);
  t.equal(asked, 3);
  asked = 0;
  exerciseUntil(() => {
    asked++;
    return false;
  });
  t.ok(asked >= 50 && asked <= 1000, `${asked} rounds`);
});

t.test(
  'a child that exercised serves its run as any other does',
  { skip: process.env.TRUCE_TEST_LAUNCHER === 'qemu' },
  async (t) => {
    const party = await makeParty('party');
    const module = await compileSample('empty');
    const enclave = await startTestEnclave(
      {
        parties: [{ certificate: party.certificate, rights: { '/p.wasm': WRITE | RUN } }],
        programs: [{ path: '/p.wasm', module, rights: {} }],
      },
      { executor: { warmChildren: 1, namespaces: 'if-possible', exercise: true } },
    );
    const session = await enclave.connect(party);
    await session.writeFile('/p.wasm', module);
    const exercises = () => statusWhen(enclave, ({ executor }) => executor.exercised === 1);
    await exercises();
    t.match(await session.run('/p.wasm'), { exitCode: 0 }, 'in the middle of its exercise');
    t.equal((await enclaveStatus(enclave)).executor.exercised, 0, 'it is gone');
    await exercises();
    t.match(await session.run('/p.wasm'), { exitCode: 0 });
    await session.close();
    await enclave.stop();
  },
);
