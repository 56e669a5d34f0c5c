import t, { type Test } from 'tap';
import { type ConnectOptions, connect, type TruceSession } from '../../../host-bridge/client/index.ts';
import {
  encodeTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { type Claims, INSTANCE_ID, PCR0, StandInEnclave } from './stand-in-enclave.ts';

const other = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 1);

async function opened(t: Test, options: ConnectOptions): Promise<TruceSession> {
  const session = await connect(options);
  t.teardown(() => session.close());
  return session;
}

t.test('a party connects when everything that the enclave claims holds', async (t) => {
  const enclave = await StandInEnclave.start(t);
  const seen: string[] = [];
  const session = await opened(t, {
    ...enclave.options,
    onProgress: ({ name, ok }) => seen.push(`${name} ${ok}`),
  });
  const names = [
    'agreement',
    'party',
    'connection',
    'document',
    'freshness',
    'measurement',
    'policy',
    'key',
    'channel',
  ];
  t.same(
    seen,
    [...names, 'instance', 'certificate'].map((name) => `${name} true`),
  );
  t.same(
    session.checks.map(({ name, ok }) => `${name} ${ok}`),
    seen,
  );
  t.equal(session.facts.instanceId, Buffer.from(INSTANCE_ID).toString('hex'));
  t.equal(session.facts.identity.id, 2);
  t.same(
    enclave.received.map(
      (received) => 'kind' in received && received.kind === 'attest' && received.nonce.length,
    ),
    [32],
  );
});

t.test('each attestation asks with a nonce of its own', async (t) => {
  const enclave = await StandInEnclave.start(t);
  await opened(t, enclave.options);
  await opened(t, enclave.options);
  const [first, second] = enclave.received as { nonce: Uint8Array }[];
  t.not(Buffer.compare(first!.nonce, second!.nonce), 0);
});

// What an enclave claims wrongly, the check that finds it, and the error.
const lies: readonly (readonly [string, (claims: Claims) => void, check: string, code: string])[] = [
  [
    'an old nonce',
    (claims) => (claims.nonce = other(claims.nonce)),
    'freshness',
    'ATTESTATION_NONCE_MISMATCH',
  ],
  ['an old document', (claims) => (claims.timestamp -= 4 * 3_600_000), 'freshness', 'ATTESTATION_TOO_OLD'],
  [
    'another key',
    (claims) => (claims.publicKey = other(claims.publicKey)),
    'key',
    'ATTESTATION_PUBLIC_KEY_MISMATCH',
  ],
  ['another policy', (claims) => claims.pcrs.set(16, PCR0), 'policy', 'ATTESTATION_POLICY_MISMATCH'],
  ['no policy', (claims) => claims.pcrs.delete(16), 'policy', 'ATTESTATION_POLICY_ABSENT'],
  [
    'an unset policy',
    (claims) => claims.pcrs.set(16, new Uint8Array(48)),
    'policy',
    'ATTESTATION_POLICY_UNSET',
  ],
  ['another runtime', (claims) => claims.pcrs.set(0, other(PCR0)), 'measurement', 'ATTESTATION_PCR_MISMATCH'],
  [
    'debug mode',
    (claims) => {
      for (const index of [0, 1, 2]) claims.pcrs.set(index, new Uint8Array(48));
    },
    'measurement',
    'ATTESTATION_DEBUG',
  ],
  [
    'another channel',
    (claims) => (claims.exporter = other(claims.exporter)),
    'channel',
    'CLIENT_CHANNEL_MISMATCH',
  ],
  [
    'a channel cut short',
    (claims) => (claims.exporter = claims.exporter.subarray(1)),
    'channel',
    'CLIENT_CHANNEL_MISMATCH',
  ],
  [
    'another purpose',
    (claims) => (claims.purpose = 'truce/certificate/v1'),
    'channel',
    'ATTESTATION_PURPOSE',
  ],
  [
    'another instance than the document',
    (claims) => (claims.answeredInstanceId = other(INSTANCE_ID)),
    'channel',
    'CLIENT_INSTANCE_MISMATCH',
  ],
  [
    'another instance than the certificate',
    (claims) => (claims.instanceId = claims.answeredInstanceId = other(INSTANCE_ID)),
    'certificate',
    'CLIENT_CERTIFICATE_MISMATCH',
  ],
];
for (const [what, bend, check, code] of lies) {
  t.test(`an enclave that shows ${what} gets nothing but the request to attest`, async (t) => {
    const enclave = await StandInEnclave.start(t, { bend });
    const failures: string[] = [];
    const onProgress = ({ name, ok }: { name: string; ok: boolean }) => ok || failures.push(name);
    await t.rejects(connect({ ...enclave.options, onProgress }), { code });
    t.same(failures, [check]);
    t.equal(enclave.received.length, 1);
  });
}

t.test('what the certificate claims must agree with the document', async (t) => {
  const claims: readonly (readonly [string, Uint8Array])[] = [
    [TruceExtension.POLICY_HASH, encodeTruceExtension(new Uint8Array(32))],
    [TruceExtension.MEASUREMENT, encodeTruceExtension(other(PCR0))],
    [VERACRUZ_RUNTIME_HASH, other(PCR0).subarray(0, 32)],
  ];
  for (const claim of claims) {
    const enclave = await StandInEnclave.start(t, { extensions: () => [claim] });
    await t.rejects(connect(enclave.options), { code: 'CLIENT_CERTIFICATE_MISMATCH' });
  }
  const veracruz = await StandInEnclave.start(t, {
    extensions: () => [[VERACRUZ_RUNTIME_HASH, PCR0.subarray(0, 32)]],
  });
  await opened(t, veracruz.options);
  const silent = await StandInEnclave.start(t, { extensions: () => [] });
  t.match((await opened(t, silent.options)).checks.at(-1), { detail: /claims nothing/ });
});

t.test('trust is what the caller names: its root, its registers, its instance', async (t) => {
  const enclave = await StandInEnclave.start(t);
  const { roots } = enclave.options.trust as { roots: string[] };
  const attempt = (trust: ConnectOptions['trust'] & {}) => connect({ ...enclave.options, trust });
  await t.rejects(attempt({}), { code: 'ATTESTATION_ROOT_UNKNOWN' }, "AWS's root alone unless told");
  await t.rejects(attempt({ emulator: true }), { code: 'ATTESTATION_NOT_EMULATOR' });
  await t.rejects(attempt({ roots, emulator: true }), { code: 'ATTESTATION_TRUST_CONFLICT' });
  await t.rejects(attempt({ roots: [] }), { code: 'CLIENT_TRUST_INVALID' });
  await t.rejects(attempt({ roots, instanceId: other(INSTANCE_ID) }), { code: 'CLIENT_INSTANCE_MISMATCH' });
  await t.rejects(attempt({ roots, instanceId: new Uint8Array(15) }), { code: 'CLIENT_TRUST_INVALID' });
  const tail = PCR0.slice();
  tail[47]! ^= 1;
  await t.rejects(
    attempt({ roots, pcrs: new Map([[0, tail]]) }),
    { code: 'ATTESTATION_PCR_MISMATCH' },
    'all of PCR0',
  );
  await t.rejects(attempt({ roots, pcrs: new Map([[8, PCR0]]) }), { code: 'ATTESTATION_PCR_ABSENT' });
  const pcrs = new Map([
    [0, PCR0],
    [1, new Uint8Array(48).fill(1)],
  ]);
  await opened(t, { ...enclave.options, trust: { roots, pcrs, instanceId: INSTANCE_ID } });
});

t.test('a policy without a measurement needs the caller to name one', async (t) => {
  const enclave = await StandInEnclave.start(t);
  const policy = enclave.options.policy.replace(
    /"runtime_manager_hash_nitro": "\w+"/,
    '"runtime_manager_hash_nitro": ""',
  );
  const { roots } = enclave.options.trust as { roots: string[] };
  const attempt = (pcrs?: Map<number, Uint8Array>) =>
    connect({ ...enclave.options, policy, trust: pcrs === undefined ? { roots } : { roots, pcrs } });
  await t.rejects(attempt(), { code: 'CLIENT_NO_MEASUREMENT' });
  await t.rejects(
    attempt(new Map([[0, new Uint8Array(48)]])),
    { code: 'CLIENT_NO_MEASUREMENT' },
    'zero says nothing',
  );
  await t.rejects(
    attempt(new Map([[4, PCR0]])),
    { code: 'CLIENT_NO_MEASUREMENT' },
    'PCR4 is not about the runtime',
  );
  t.equal(enclave.received.length, 0);
  await t.rejects(
    attempt(new Map([[0, PCR0]])),
    { code: 'ATTESTATION_POLICY_MISMATCH' },
    'another text, another policy',
  );
});

t.test('a party that is not in the policy is told so before anything is sent', async (t) => {
  let connections = 0;
  const enclave = await StandInEnclave.start(t, { connection: () => connections++ });
  const stranger = await StandInEnclave.stranger();
  const { identity } = enclave.options;
  const attempt = (identity: { certificate: string; key: string }) =>
    connect({ ...enclave.options, identity });
  await t.rejects(attempt(stranger), { code: 'CLIENT_NOT_IN_POLICY' });
  await t.rejects(attempt({ ...identity, key: stranger.key }), { code: 'CLIENT_IDENTITY_INVALID' });
  await t.rejects(attempt({ ...identity, key: 'not a key' }), { code: 'CLIENT_IDENTITY_INVALID' });
  await t.rejects(attempt({ ...identity, certificate: identity.certificate + stranger.certificate }), {
    code: 'CLIENT_IDENTITY_INVALID',
  });
  await t.rejects(attempt({ ...identity, certificate: '' }), { code: 'PEM_INVALID' });
  await t.rejects(connect({ ...enclave.options, policy: '{}' }), { code: 'POLICY_DIALECT_UNKNOWN' });
  t.equal(connections, 0);
});
