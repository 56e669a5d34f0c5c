import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { TlsSessions } from '../../../runtime/manager/tls-sessions.ts';

const NEVER = new Promise(() => undefined);
const bytes = (text: string) => Buffer.from(text);

/** Sessions of an enclave whose end of each connection the test holds. */
function setting(limit = 4) {
  const ends: Duplex[] = [];
  const work: { now: Promise<void> | undefined } = { now: undefined };
  const enclave = {
    phase: 'serving' as 'serving' | 'shutting-down',
    accept: (stream: Duplex) => {
      ends.push(stream);
      return () => work.now;
    },
  };
  const sessions = new TlsSessions(enclave, limit);
  const owner = {};
  const fetch = async (session: number) => {
    const { data, alive } = await sessions.fetch(owner, session, NEVER);
    return [Buffer.from(data).toString(), alive];
  };
  return { sessions, enclave, ends, work, owner, fetch };
}

/** Whether a promise has settled when everything else has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 10; turn++) await delay(0);
  return settled;
}

t.test('bytes go through, and nothing is waited for where nobody works', async (t) => {
  const { sessions, ends, owner, fetch } = setting();
  const session = sessions.open(owner);
  await sessions.send(owner, session, bytes('hello'));
  t.equal(String(ends[0]!.read()), 'hello');
  t.same(await fetch(session), ['', true]);
  ends[0]!.write('answer');
  t.same(await fetch(session), ['answer', true]);
});

t.test('an answer that is being worked on is waited for, until another request comes', async (t) => {
  const { sessions, ends, work, owner, fetch } = setting();
  const session = sessions.open(owner);
  work.now = NEVER as Promise<void>;
  const fetching = fetch(session);
  t.notOk(await isSettled(fetching));
  ends[0]!.write('late');
  t.same(await fetching, ['late', true]);
  let interrupt: (value?: unknown) => void = () => undefined;
  const interrupted = new Promise((resolve) => {
    interrupt = resolve;
  });
  const patient = sessions.fetch(owner, session, interrupted);
  t.notOk(await isSettled(patient));
  interrupt();
  t.match(await patient, { data: { length: 0 }, alive: true });
});

t.test('a session is nobody’s but its owner’s', async (t) => {
  const { sessions, owner } = setting();
  const session = sessions.open(owner);
  const unknown = { code: 'TLS_SESSION_UNKNOWN' };
  await t.rejects(sessions.send({}, session, bytes('x')), unknown);
  await t.rejects(sessions.fetch({}, session, NEVER), unknown);
  t.throws(() => sessions.close({}, session), unknown);
  sessions.closeAll({});
  t.equal(sessions.size, 1);
  sessions.closeAll(owner);
  t.equal(sessions.size, 0);
});

t.test('the last bytes of what is over can be fetched, and give way to a new session', async (t) => {
  const { sessions, ends, owner, fetch } = setting(2);
  const [first] = [sessions.open(owner), sessions.open(owner)];
  t.throws(() => sessions.open(owner), { code: 'SESSION_LIMIT' });
  ends[0]!.write('last');
  ends[0]!.destroy();
  await once(ends[0]!, 'close');
  t.same(await fetch(first), ['last', true]);
  const third = sessions.open(owner);
  t.same([sessions.size, third], [2, 3]);
  await t.rejects(fetch(first), { code: 'TLS_SESSION_UNKNOWN' });
});

t.test('at the end what nobody could fetch from is forgotten, and the rest waited for', async (t) => {
  const { sessions, enclave, ends, owner, fetch } = setting();
  const [spent, owing, idle] = [sessions.open(owner), sessions.open(owner), sessions.open(owner)];
  ends[1]!.write('owed');
  for (const end of ends.slice(0, 2)) end.destroy();
  enclave.phase = 'shutting-down';
  t.throws(() => sessions.open(owner), { code: 'SHUTTING_DOWN' });
  sessions.forgetSpent();
  t.equal(sessions.size, 2);
  await t.rejects(fetch(spent), { code: 'TLS_SESSION_UNKNOWN' });
  const drained = sessions.drained();
  t.same(await fetch(owing), ['owed', false]);
  t.notOk(await isSettled(drained), 'it has not heard that there is no more');
  t.same(await fetch(owing), ['', false]);
  t.notOk(await isSettled(drained), 'the other has not been told');
  t.same(await fetch(idle), ['', false]);
  t.ok(await isSettled(drained));
});

t.test('what is written after a fetcher was told is waited for again', async (t) => {
  const { sessions, enclave, ends, owner, fetch } = setting();
  const session = sessions.open(owner);
  enclave.phase = 'shutting-down';
  t.same(await fetch(session), ['', false]);
  ends[0]!.write('after all');
  const drained = sessions.drained();
  t.notOk(await isSettled(drained));
  t.same(await fetch(session), ['after all', false]);
  t.notOk(await isSettled(drained));
  t.same(await fetch(session), ['', false]);
  t.ok(await isSettled(drained));
});

t.test('a session that is closed is not waited for', async (t) => {
  const { sessions, enclave, owner } = setting();
  const session = sessions.open(owner);
  enclave.phase = 'shutting-down';
  const drained = sessions.drained();
  t.notOk(await isSettled(drained));
  sessions.close(owner, session);
  t.ok(await isSettled(drained));
});
