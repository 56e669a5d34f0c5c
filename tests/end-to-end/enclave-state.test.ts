/** Enclave services that keep something, in enclaves as they are launched: programs on secrets, and state sealed through KMS. */
import { createHash, X509Certificate } from 'node:crypto';
import t from 'tap';
import { KmsProxy } from '../../host-bridge/kms-proxy/kms-proxy.ts';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { toHex } from '../../proto/bytes.ts';
import { Rights } from '../../proto/rights.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { enclaveStatus } from '../support/enclave-status.ts';
import { policyText, RUN, WRITE } from '../support/policy-text.ts';
import { resultOf, SERVICES_PORT, ServiceCaller } from '../support/service-caller.ts';
import { StandInKms } from '../support/stand-in-kms.ts';
import { makeParty, type Party, startTestEnclave, type TestEnclave } from '../support/test-enclave.ts';

const KMS_DOOR = 8000;
const region = 'eu-west-1';
const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
const [alice, bob] = await Promise.all(['alice', 'bob'].map(makeParty));
const reader = await compileSample('read-secret');
const conditions: Record<number, string> = {};
const kms = await StandInKms.start({ region, credentials, keys: { [keyId]: conditions } });
t.teardown(() => kms.close());
const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Life extends TestEnclave {
  readonly caller: ServiceCaller;
}

/** One enclave with the services, a way to KMS, and a party's connection; each has the same policy but for who else is in it. */
async function life(others: readonly Party[] = []): Promise<Life> {
  const { FD_READ, FD_WRITE, FD_SEEK } = Rights;
  const streams = { stdin: FD_WRITE | FD_SEEK, stdout: FD_READ | FD_SEEK };
  const parties = [
    { certificate: alice!.certificate, rights: { '/reader': WRITE | RUN, ...streams } },
    ...others.map(({ certificate }) => ({ certificate, rights: streams })),
  ];
  const own = { stdin: FD_READ | FD_SEEK, stdout: FD_WRITE | FD_SEEK, stderr: FD_WRITE | FD_SEEK };
  const programs = [{ path: '/reader', module: reader, rights: own }];
  const enclave = await startTestEnclave((pcr0) => policyText({ parties, programs, pcr0 }), {
    services: {
      enclave: { channel: 'tls', port: SERVICES_PORT },
      kms: { region, keyId, port: KMS_DOOR, roots: [kms.certificate] },
    },
  });
  const proxy = await KmsProxy.listen({
    destinations: [{ door: KMS_DOOR, host: '127.0.0.1', port: kms.port }],
    enclave: enclave.enclave.dataTarget,
  });
  const { trust } = enclave.enclave;
  kms.root =
    trust.kind === 'root' ? new Uint8Array(new X509Certificate(trust.certificatePem).raw) : 'qemu-emulator';
  const caller = await ServiceCaller.secure(enclave.enclave, alice!);
  const stop = async () => {
    caller.close();
    await proxy.stop();
    await enclave.stop();
  };
  return { ...enclave, caller, stop };
}

/** What the key's policy would say of this enclave. */
async function onlyFor({ pcr0, policy }: Life): Promise<void> {
  const policyHash = createHash('sha256').update(policy).digest();
  conditions[0] = toHex(pcr0);
  const sha384 = async (bytes: Uint8Array) => new Uint8Array(createHash('sha384').update(bytes).digest());
  conditions[16] = toHex(await policyPcr16(policyHash, sha384));
}

let state: unknown;
let key: unknown;

t.test('a program of the policy runs on the secrets of who may run it', async (t) => {
  const first = await life();
  t.teardown(() => first.stop());
  const { caller } = first;
  const session = await first.connect(alice!);
  await session.writeFile('/reader', reader);
  await session.close();
  t.same(resultOf(await caller.ask('secrets', 'put', { name: 'key', value: base64('a secret') })), {
    name: 'key',
    version: 1,
  });
  const ran = resultOf(
    await caller.ask('function', 'run', {
      program: '/reader',
      args: ['secrets/key'],
      secrets: [{ name: 'key' }],
      stdin: base64('x'),
    }),
  );
  t.same(ran, { exitCode: 0, stdout: base64('a secret'), stderr: null });
  t.match(await caller.ask('function', 'run', { module: base64('\0asm') }), {
    success: false,
    errorCode: 'FUNCTION_MODULE_REFUSED',
  });

  key = resultOf(await caller.ask('wallet', 'create', { name: 'key', type: 'secp256k1' }));
  await onlyFor(first);
  const exported = resultOf(await caller.ask('state', 'export', { credentials }));
  t.equal(exported.version, 1);
  state = exported.state;
  const { services } = (await enclaveStatus(first)) as unknown as { services: { state: object } };
  t.same(services.state, { durability: 'sealed-by-kms', version: 1, imported: false });
});

t.test(
  'the next life of the same image and policy takes the state, and no older one than is demanded',
  async (t) => {
    const second = await life();
    t.teardown(() => second.stop());
    const { caller } = second;
    t.match(await caller.ask('state', 'import', { credentials, state, atLeast: 2 }), {
      errorCode: 'SEALED_STATE_VERSION',
    });
    t.match(
      await caller.ask('state', 'import', { credentials: { ...credentials, sessionToken: 'x' }, state }),
      {
        errorCode: 'KMS_CREDENTIALS_REFUSED',
      },
    );
    t.same(resultOf(await caller.ask('state', 'import', { credentials, state, version: 1 })), { version: 1 });
    t.match(resultOf(await caller.ask('secrets', 'get', { name: 'key' })), { value: base64('a secret') });
    t.same(resultOf(await caller.ask('wallet', 'publicKey', { name: 'key' })), key);
    t.match(await caller.ask('state', 'import', { credentials, state }), {
      errorCode: 'SEALED_STATE_IN_USE',
    });
  },
);

t.test('the same image with another policy gets nothing', async (t) => {
  const other = await life([bob!]);
  t.teardown(() => other.stop());
  t.match(await other.caller.ask('state', 'import', { credentials, state }), {
    errorCode: 'KMS_ACCESS_DENIED',
  });
  for (const register of Object.keys(conditions)) delete conditions[Number(register)];
  t.match(await other.caller.ask('state', 'import', { credentials, state }), {
    errorCode: 'KMS_CIPHERTEXT_REFUSED',
  });
  t.match(resultOf(await other.caller.ask('wallet', 'list')), { keys: [] });
});
