import t from 'tap';
import type { ServiceSession } from '../../../host-bridge/enclave-manager/service-session.ts';
import { SessionSupply } from '../../../host-bridge/enclave-manager/session-supply.ts';

/** As much of a session as the supply looks at. */
const session = { open: true, close: () => undefined } as unknown as ServiceSession;

t.test(
  'a call that waits for a connection ends with its signal, and takes no place from the others',
  async (t) => {
    const supply = new SessionSupply(async () => ({ session, facts: undefined }));
    const finish: (() => void)[] = [];
    const held = Array.from({ length: 8 }, () =>
      supply.use(() => new Promise<void>((resolve) => finish.push(resolve)), undefined),
    );
    const given = new AbortController();
    const waiting = supply.use(async () => 'given up', given.signal);
    const next = supply.use(async () => 'next', undefined);
    given.abort(new Error('enough'));
    await t.rejects(waiting, { message: 'enough' });
    finish[0]!();
    t.equal(await next, 'next');
    for (const end of finish) end();
    await Promise.all(held);
    supply.close();
  },
);
