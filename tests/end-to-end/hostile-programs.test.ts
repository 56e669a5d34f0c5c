import t from 'tap';
import { idle } from '../support/enclave-status.ts';
import { startHostileEnclave } from '../support/hostile-enclave.ts';
import { descendants } from '../support/process-tree.ts';

const hostile = await startHostileEnclave({ size: 'small' });
t.teardown(() => hostile.stop());
await hostile.ordinaryRun();
const { files } = await idle(hostile.enclave);

for (const [name, { ends }] of hostile.programs)
  t.test(`${name}: ends by ${ends.join(' or ')}, and the next client's run is as ever`, async (t) => {
    const { end } = await hostile.attack(name);
    t.ok(ends.includes(end), `it ended by ${end}`);
    await t.resolves(hostile.ordinaryRun());
    await hostile.tidy();
    t.same((await idle(hostile.enclave)).files, files, 'nothing of it is left');
  });

t.test('no process of any of them is left', async (t) => {
  const { executor } = await idle(hostile.enclave);
  t.ok(executor.warm + executor.starting <= 2);
  t.ok(descendants(hostile.enclave.enclave.pid).length < 12);
});
