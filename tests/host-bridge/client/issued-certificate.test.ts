import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type ConnectOptions, connect } from '../../../host-bridge/client/index.ts';
import { keepProven } from '../../../host-bridge/client/renewed-proof.ts';
import { TruceExtension, VERACRUZ_RUNTIME_HASH } from '../../../proto/attestation/certificate-extensions.ts';
import { TruceError } from '../../../proto/errors.ts';
import { encodeResponse } from '../../../proto/wire/response-codec.ts';
import type { CertificateFields } from '../../../proto/x509/certificate-writer.ts';
import {
  type CertificateBend,
  StandInProxyAuthority,
  withExtension,
} from '../../support/stand-in-proxy-authority.ts';
import { type Claims, INSTANCE_ID, StandInEnclave, type StandInOptions } from './stand-in-enclave.ts';

const HOUR = 3_600_000;
const [authority, foreign] = await Promise.all([
  StandInProxyAuthority.create(),
  StandInProxyAuthority.create(),
]);

function issuedBy(issuer: StandInProxyAuthority, bend?: CertificateBend): StandInOptions {
  return { proxy: { authority, issue: (csr) => issuer.issue(csr, bend) } };
}

function withFields(change: Partial<CertificateFields>): CertificateBend {
  return (fields) => ({ ...fields, ...change });
}

t.test('a certificate of the policy’s proxy is checked beside the attestation of the channel', async (t) => {
  const enclave = await StandInEnclave.start(t, issuedBy(authority));
  const session = await connect(enclave.options);
  t.match(session.checks.at(-1), { name: 'certificate', ok: true, detail: /VeracruzProxyServer/ });
  t.equal(enclave.received.length, 1);
  await session.close();

  const lying = (claims: Claims): void => {
    claims.exporter = claims.exporter.map((byte) => byte ^ 1);
  };
  const relayed = await StandInEnclave.start(t, { ...issuedBy(authority), bend: lying });
  await t.rejects(connect(relayed.options), { code: 'CLIENT_CHANNEL_MISMATCH' }, 'and never in its place');
});

t.test('where the policy names a proxy, an endpoint may still certify itself', async (t) => {
  const own = await StandInEnclave.start(t, { proxy: { authority } });
  const session = await connect(own.options);
  t.match(session.checks.at(-1), {
    name: 'certificate',
    ok: true,
    detail: 'what it claims agrees with the document',
  });
  await session.close();
});

t.test('any other issued certificate ends the connection before anything is sent', async (t) => {
  const now = Date.now();
  const cases: [string, StandInOptions, string][] = [
    ['of a namesake', issuedBy(foreign), 'ENDPOINT_SIGNATURE'],
    [
      'of nobody that the policy names',
      issuedBy(await StandInProxyAuthority.create(), (fields) => ({
        ...fields,
        issuer: fields.subject.slice(),
        subject: fields.issuer,
      })),
      'ENDPOINT_ISSUER_REFUSED',
    ],
    [
      'expired',
      issuedBy(authority, withFields({ notBefore: now - 48 * HOUR, notAfter: now - HOUR })),
      'ENDPOINT_NOT_VALID_NOW',
    ],
    [
      'without the runtime’s hash',
      issuedBy(authority, withExtension(VERACRUZ_RUNTIME_HASH, undefined)),
      'CLIENT_CERTIFICATE_MISMATCH',
    ],
    [
      'with another runtime’s hash',
      issuedBy(authority, withExtension(VERACRUZ_RUNTIME_HASH, new Uint8Array(32))),
      'CLIENT_CERTIFICATE_MISMATCH',
    ],
    [
      'for another policy',
      issuedBy(
        authority,
        withExtension(TruceExtension.POLICY_HASH, new Uint8Array([4, 32, ...new Uint8Array(32)])),
      ),
      'CLIENT_CERTIFICATE_MISMATCH',
    ],
    [
      'for another instance',
      issuedBy(authority, withExtension(TruceExtension.INSTANCE_ID, new Uint8Array([4, 1, 7]))),
      'CLIENT_CERTIFICATE_MISMATCH',
    ],
    [
      'with a claim that is no OCTET STRING',
      issuedBy(authority, withExtension(TruceExtension.MEASUREMENT, new Uint8Array([5, 0]))),
      'CERTIFICATE_INVALID',
    ],
  ];
  for (const [what, options, code] of cases) {
    const enclave = await StandInEnclave.start(t, options);
    const failures: string[] = [];
    const onProgress = ({ name, ok }: { name: string; ok: boolean }) => ok || failures.push(name);
    await t.rejects(connect({ ...enclave.options, onProgress }), { code }, what);
    t.same(failures, ['certificate']);
    t.equal(enclave.received.length, 1);
  }
});

/** An enclave whose claims a test changes while a session is open; it answers every other request with success. */
async function changing(t: Test, options: Partial<ConnectOptions> = {}) {
  let bend: (claims: Claims) => void = () => undefined;
  const enclave = await StandInEnclave.start(t, {
    ...issuedBy(authority),
    bend: (claims) => bend(claims),
    serve: (received, socket) => {
      const { context } = 'header' in received ? received.header : received;
      socket.write(encodeResponse({ context, status: 1, kind: 'none' }));
    },
  });
  return {
    enclave,
    session: await connect({ ...enclave.options, ...options }),
    change: (next: typeof bend) => {
      bend = next;
    },
  };
}

t.test('a session has the enclave prove itself again, with a nonce of its own', async (t) => {
  const { enclave, session, change } = await changing(t);
  const seen: string[] = [];
  const again = await session.verifyAgain({ onProgress: ({ name }) => seen.push(name) });
  t.same(
    again.checks.map(({ name, ok }) => `${name} ${ok}`),
    seen.map((name) => `${name} true`),
  );
  t.ok(
    ['freshness', 'measurement', 'policy', 'key', 'channel', 'instance', 'certificate'].every((name) =>
      seen.includes(name),
    ),
  );
  const [first, second] = enclave.received as { nonce: Uint8Array }[];
  t.not(Buffer.compare(first!.nonce, second!.nonce), 0);
  await session.writeFile('/a', Buffer.from('still here'));

  const stopped = new AbortController();
  stopped.abort(new Error('enough'));
  await t.rejects(session.verifyAgain({ signal: stopped.signal }), { message: 'enough' });
  await session.writeFile('/a', Buffer.from('and here'));

  change((claims) => {
    claims.instanceId = claims.answeredInstanceId = INSTANCE_ID.map((byte) => byte ^ 1);
  });
  const sent = enclave.received.length;
  await t.rejects(
    session.verifyAgain(),
    { code: 'CLIENT_INSTANCE_MISMATCH' },
    'another instance is another enclave',
  );
  await t.rejects(session.writeFile('/a', Buffer.from('x')), { code: 'CLIENT_INSTANCE_MISMATCH' });
  t.equal(enclave.received.length, sent + 1, 'the session is over');
});

t.test('an old document does not pass for a new proof', async (t) => {
  const { session, change } = await changing(t);
  change((claims) => {
    claims.timestamp -= 4 * HOUR;
  });
  await t.rejects(session.verifyAgain(), { code: 'ATTESTATION_TOO_OLD' });
  await t.rejects(session.stat('/a'), { code: 'ATTESTATION_TOO_OLD' });
});

const proofs = (enclave: StandInEnclave) =>
  enclave.received.filter((request) => 'kind' in request && request.kind === 'attest').length;

t.test('an enclave proves itself again by itself, and a session whose proof fails is over', async (t) => {
  const { enclave, session, change } = await changing(t, { verifyAgainMilliseconds: 20 });
  while (proofs(enclave) < 4) await delay(5);
  await session.writeFile('/a', Buffer.from('still here'));
  change((claims) => {
    claims.timestamp -= 4 * HOUR;
  });
  let ended: unknown;
  while (ended === undefined) {
    await delay(5);
    await session.writeFile('/a', Buffer.from('x')).catch((error: unknown) => {
      ended = error;
    });
  }
  t.match(ended, { code: 'ATTESTATION_TOO_OLD' });
  const last = proofs(enclave);
  await delay(50);
  t.equal(proofs(enclave), last, 'and nothing is asked any more');
});

t.test('no proof is asked for once a session is closed, nor where that is wished', async (t) => {
  const closed = await changing(t, { verifyAgainMilliseconds: 20 });
  await closed.session.close();
  const asked = proofs(closed.enclave);
  const never = await changing(t, { verifyAgainMilliseconds: 0 });
  await delay(60);
  t.equal(proofs(closed.enclave), asked);
  t.equal(proofs(never.enclave), 1);
  await never.session.close();
  for (const verifyAgainMilliseconds of [-1, 0.5, 2 ** 31, Number.NaN])
    await t.rejects(connect({ ...never.enclave.options, verifyAgainMilliseconds }), RangeError);
});

t.test('an enclave may refuse a proof once, not twice in a row', async (t) => {
  const over = new AbortController();
  const refused = new TruceError('CLIENT_REFUSED', { code: 'BUSY', reason: 'later' });
  const answers = [refused, undefined, refused, refused];
  const ended = new Promise((resolve) => {
    const prove = async () => {
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    };
    keepProven(1, prove, resolve, over.signal);
  });
  // Its timers keep no process from ending.
  while (answers.length > 0) await delay(5);
  t.equal(await ended, refused);
});
