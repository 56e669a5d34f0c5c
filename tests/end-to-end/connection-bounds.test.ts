/** How many connections there may be, and how long each: to shake hands, and with a certificate that ends. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { statusWhen } from '../support/enclave-status.ts';
import { policyText, READ } from '../support/policy-text.ts';
import { startTestEnclave } from '../support/test-enclave.ts';
import { controlOf, launchBare } from './bare-enclave.ts';
import { closeOf, codeOf, RawParty } from './raw-party.ts';
import { authority, listed, owner, POLICY_HASH, stillServes } from './tls-parties.ts';

/** Time for a handshake that others hold up, too. */
const LIMITS = { sessions: 6, sessionsPerIdentity: 2, handshakeMilliseconds: 4000 };
const small = await startTestEnclave({ parties: listed }, { limits: LIMITS });
t.teardown(() => small.stop());

t.test('connections are bounded in number and in the time they may take', async (t) => {
  const { address } = small.relay;
  const open = () => RawParty.open(address, owner);
  const [first, second] = await Promise.all([open(), open()]);
  const third = await open();
  t.equal(codeOf(await third.answer()), 'SESSION_LIMIT');
  t.equal(await third.ended, '');
  const other = await RawParty.open(address, authority);
  other.send(POLICY_HASH);
  t.equal(codeOf(await other.answer()), '', 'one party takes no place of another');

  const idle = Array.from({ length: LIMITS.sessions - 3 }, () =>
    connect(address).on('error', () => undefined),
  );
  const closed = Promise.all(idle.map((socket) => closeOf(socket.resume())));
  await delay(100);
  const fresh = await RawParty.open(address, authority);
  fresh.send(POLICY_HASH);
  t.equal(
    codeOf(await fresh.answer()),
    '',
    'beyond the limit a party takes the place of one that has shown nothing',
  );
  fresh.close();
  await closed;
  t.pass('those that do not shake hands are closed in time');
  first.close();
  await first.ended;
  // The enclave hears of the end a little later than the party.
  await statusWhen(small, ({ sessions }) => sessions === 2);
  await stillServes(t, small);
  for (const party of [second, other]) {
    party.send(POLICY_HASH);
    t.equal(codeOf(await party.answer()), '');
    party.close();
  }
});

t.test('a certificate that ends takes its sessions along', async (t) => {
  const bare = await launchBare(t);
  // Certificates count in whole seconds. There are enough of them for all that comes before the end.
  const notAfter = Math.ceil(Date.now() / 1000 + 8) * 1000;
  const party = await createParty('jemima-the-short-lived', notAfter);
  const { pcr0 } = bare.measurements;
  const policy = policyText({
    parties: [{ certificate: party.certificate, rights: { '/note': READ } }],
    pcr0,
  });
  await (await controlOf(t, bare)).setPolicy(policy);

  const early = await RawParty.open({ path: bare.dataTarget.path }, party);
  early.send(POLICY_HASH);
  t.equal(codeOf(await early.answer()), '', 'until then it is a party like any other');
  await delay(notAfter - Date.now() + 50);
  early.send(POLICY_HASH);
  t.equal(codeOf(await early.answer()), 'IDENTITY_UNKNOWN', 'an open session ends as well');
  t.equal(await early.ended, '');
  const late = await RawParty.open({ path: bare.dataTarget.path }, party);
  late.send(POLICY_HASH);
  t.equal(codeOf(await late.answer()), 'IDENTITY_UNKNOWN');
  t.equal(await late.ended, '');
});
