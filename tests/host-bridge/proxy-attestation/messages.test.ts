import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { Devices } from '../../../host-bridge/proxy-attestation/devices.ts';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
import {
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { protectedHeaderFor, signedBytes } from '../../../proto/attestation/cose-sign1.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import { type CborKey, type CborMap, CborTag, type CborValue } from '../../../proto/cbor/values.ts';
import { encodeCbor } from '../../../proto/cbor/writer.ts';
import {
  type CertificateChain,
  decodeProxyResponse,
  encodeProxyRequest,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../proto/wire/proxy-attestation-messages.ts';
import { parseCertificate, splitCertificates } from '../../../proto/x509/certificate.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const authority = await AttestationAuthority.create({ time: Date.now() });
const policyHash = new Uint8Array(32).fill(7);
const runtimeHash = new Uint8Array(createHash('sha256').update('the runtime').digest());
const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const devicePem = device.publicKey.export({ type: 'spki', format: 'pem' }).toString();
let count = 0;

async function serve(t: Test, options: Partial<ProxyAttestationOptions> = {}): Promise<string> {
  const server = await startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: join(folder, `${++count}.db`),
    authority: { certificateFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca-key.pem') },
    trustRoots: [authority.root],
    measurements: 'any',
    psa: { keys: [{ publicKey: devicePem }], measurements: [runtimeHash] },
    ...options,
  });
  t.teardown(() => server.close());
  return server.url;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

async function post(url: string, path: string, body: string): Promise<Reply> {
  const answer = await fetch(url + path, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
}

function send(url: string, path: string, request: ProxyRequest, prefixed = true): Promise<Reply> {
  return post(url, path, Buffer.from(encodeProxyRequest(request, { prefixed })).toString('base64'));
}

const responseOf = ({ text }: Reply): ProxyResponse =>
  decodeProxyResponse(new Uint8Array(Buffer.from(text, 'base64')));

function chainOf(reply: Reply): CertificateChain {
  const response = responseOf(reply);
  if (response.kind !== 'chain') throw new Error('no chain');
  return response;
}

async function start(url: string, protocol: string, prefixed = true) {
  const reply = await send(url, '/Start', { kind: 'start', protocol, firmwareVersion: '0.0' }, prefixed);
  const response = responseOf(reply);
  if (response.kind !== 'challenge') throw new Error('no challenge');
  return { ...response, zero: Buffer.from(reply.text, 'base64')[0] === 0 };
}

const enclave = () => new ProxyEnclave(authority, policyHash);
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const point = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(-65));

/** A COSE_Sign1 with ES256. */
function token(
  payload: Uint8Array,
  { key = device.privateKey, unprotected = new Map() as CborMap, tagged = true, algorithm = -7 } = {},
): Uint8Array {
  const protectedHeader = protectedHeaderFor(algorithm);
  const data = signedBytes({ protectedHeader, payload });
  const signature = new Uint8Array(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  const members: CborValue = [protectedHeader, unprotected, payload, signature];
  return encodeCbor(tagged ? new CborTag(18, members) : members);
}

/** Veracruz main's claims. */
function labelled(challenge: Uint8Array, csr: Uint8Array, changed: [CborKey, CborValue][] = []): Uint8Array {
  const instance = concatBytes(Uint8Array.of(1), sha256(point(device.publicKey)));
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [-75_001, -0xdeadbeef],
      [-75_002, 16_384],
      [-75_004, new Uint8Array(32)],
      [10, challenge],
      [25_101, instance],
      [25_102, false],
      [-75_003, new TextEncoder().encode('acme-implementation-id-000000001')],
      [25_104, 1],
      [-75_008, challenge],
      [-75_009, instance],
      [
        -75_006,
        [
          new Map<CborKey, CborValue>([
            [2, runtimeHash],
            [1, 'ARoT'],
            [5, sha256(csr)],
          ]),
        ],
      ],
      ...changed,
    ]),
  );
}

/** The earlier form: three values of 32 bytes at the places where its reader took them from, and a name. */
function placed(challenge: Uint8Array, csr: Uint8Array, changed: [CborKey, CborValue][] = []): Uint8Array {
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [-75_008, challenge],
      [-75_500, runtimeHash],
      [-75_501, sha256(csr)],
      [-75_502, new TextEncoder().encode('linux-1')],
      ...changed,
    ]),
  );
}

t.test(
  "Veracruz's messages to its own addresses bring certificates, with a length before them or without",
  async (t) => {
    const url = await serve(t, { legacy: true });
    const one = enclave();
    for (const [path, prefixed] of [
      ['/Nitro/AttestationToken', true],
      ['/Nitro', true],
      ['/Nitro', false],
    ] as const) {
      const { challenge, deviceId, zero } = await start(url, 'nitro', prefixed);
      t.equal(zero, prefixed, 'the answer has the form of the question');
      t.equal(challenge.length, 32);
      t.ok(deviceId > 0);
      const csr = await one.request({ extensions: [] });
      const document = await one.document(challenge, csr, { userData: csr, publicKey: null });
      const request = { kind: 'nitro', document, deviceId, csr: undefined, policyHash: undefined } as const;
      const reply = await send(url, path, request, prefixed);
      t.equal(reply.status, 200, reply.text);
      const chain = chainOf(reply);
      const certificate = parseCertificate(chain.enclave);
      t.same(certificate.publicKey.raw, one.publicKey);
      t.same(certificate.extensions.get(VERACRUZ_RUNTIME_HASH)?.value, one.pcr0.subarray(0, 32));
      t.same(certificate.issuer.raw, parseCertificate(chain.root).subject.raw);
      t.match(await send(url, path, request, prefixed), { status: 404, text: /^PROXY_CHALLENGE_UNKNOWN: / });
    }
  },
);

t.test("Truce's documents go the same way with their request beside them", async (t) => {
  const url = await serve(t);
  const one = enclave();
  const { challenge, deviceId } = await start(url, 'nitro');
  const csr = await one.request();
  const document = await one.document(challenge, csr);
  const reply = await send(url, '/Nitro', { kind: 'nitro', document, deviceId, csr, policyHash });
  t.equal(reply.status, 200, reply.text);
  const chain = chainOf(reply);
  t.same(readTruceExtension(parseCertificate(chain.enclave), TruceExtension.POLICY_HASH), policyHash);
  const untagged = await start(url, 'nitro');
  const plain = await one.document(untagged.challenge, csr, { userData: csr });
  const refused = { kind: 'nitro', document: plain, csr: undefined, policyHash: undefined } as const;
  t.match(await send(url, '/Nitro', { ...refused, deviceId: untagged.deviceId }), {
    status: 403,
    text: /^PROXY_LEGACY_REFUSED: /,
  });
});

t.test(
  'PSA tokens of both forms are taken from keys that are known, in both forms of the protocol',
  async (t) => {
    const url = await serve(t);
    for (const claims of [labelled, placed]) {
      const one = enclave();
      const csr = await one.request({ extensions: [] });
      const { challenge, deviceId } = await start(url, 'psa');
      const reply = await send(url, '/PSA/AttestationToken', {
        kind: 'psa',
        token: token(claims(challenge, csr)),
        deviceId,
        csr,
      });
      t.equal(reply.status, 200, reply.text);
      const chain = chainOf(reply);
      t.same(parseCertificate(chain.enclave).extensions.get(VERACRUZ_RUNTIME_HASH)?.value, runtimeHash);

      const rest = await startRest(url);
      const answer = await submitRest(url, rest.id, { token: token(claims(rest.nonce, csr)), csr }, 'PSA');
      t.equal(answer.status, 200, answer.code);
      const certificate = parseCertificate(splitCertificates(answer.body)[0]!);
      for (const identifier of Object.values(TruceExtension))
        t.equal(readTruceExtension(certificate, identifier), undefined, 'it proves no policy');
    }
  },
);

t.test('PSA tokens that anything is wrong with bring nothing', async (t) => {
  const url = await serve(t);
  const one = enclave();
  const csr = await one.request({ extensions: [] });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const refused = async (code: string, make: (nonce: Uint8Array) => Uint8Array, request = csr) => {
    const { id, nonce } = await startRest(url);
    t.equal((await submitRest(url, id, { token: make(nonce), csr: request }, 'PSA')).code, code);
  };
  const components = (member: CborMap): [CborKey, CborValue][] => [[-75_006, [member]]];
  const runtime = (hash: Uint8Array) =>
    new Map<CborKey, CborValue>([
      [2, hash],
      [1, 'ARoT'],
      [5, sha256(csr)],
    ]);
  await refused('PROXY_TOKEN_SIGNATURE', (nonce) =>
    token(labelled(nonce, csr), { key: stranger.privateKey }),
  );
  await refused('PROXY_TOKEN_SIGNATURE', (nonce) => token(placed(nonce, csr), { key: stranger.privateKey }));
  await refused('PROXY_TOKEN_KEY_UNKNOWN', (nonce) =>
    token(labelled(nonce, csr, [[-75_009, new Uint8Array(33)]]), { key: stranger.privateKey }),
  );
  await refused('PROXY_TOKEN_KEY_UNKNOWN', (nonce) =>
    token(labelled(nonce, csr), { unprotected: new Map([[4, Uint8Array.of(1)]]) }),
  );
  await refused('ATTESTATION_NONCE_MISMATCH', () => token(labelled(new Uint8Array(32), csr)));
  await refused('ATTESTATION_DEBUG', (nonce) => token(labelled(nonce, csr, [[25_102, true]])));
  await refused('ATTESTATION_DEBUG', (nonce) => token(placed(nonce, csr, [[25_102, true]])));
  await refused('PROXY_MEASUREMENT_REFUSED', (nonce) =>
    token(labelled(nonce, csr, components(runtime(new Uint8Array(32))))),
  );
  await refused('PROXY_REQUEST_MISMATCH', (nonce) => token(labelled(nonce, Uint8Array.of(1))));
  await refused('PROXY_CLAIM_MISMATCH', (nonce) => token(labelled(nonce, asking)), asking);
  await refused('PROXY_TOKEN_INVALID', (nonce) => token(labelled(nonce, csr), { algorithm: -35 }));
  await refused('PROXY_TOKEN_INVALID', (nonce) => token(labelled(nonce, csr, [[10, new Uint8Array(32)]])));
  await refused('PROXY_TOKEN_INVALID', (nonce) => token(encodeCbor(new Map([[-75_008, nonce]]))));
  await refused('PROXY_TOKEN_INVALID', () => token(new Uint8Array([0x80])));
  await refused('CBOR_INVALID', () => new Uint8Array(randomBytes(40)).fill(0xff, 0, 1));
  const none = await startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: join(folder, `${++count}.db`),
    authority: { certificateFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca-key.pem') },
    measurements: 'any',
  });
  t.teardown(() => none.close());
  const { id, nonce } = await startRest(none.url);
  const answer = await submitRest(none.url, id, { token: token(labelled(nonce, csr)), csr }, 'PSA');
  t.equal(answer.code, 'PROXY_TOKEN_KEY_UNKNOWN', 'no key is built in');
});
const asking = await enclave().request();

t.test('a key that tokens name is the only one they are checked with', async (t) => {
  const keyId = new Uint8Array([1, 2, 3]);
  const url = await serve(t, {
    psa: {
      keys: [
        { publicKey: devicePem, keyId, instanceId: new Uint8Array([9]) },
        {
          publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' })
            .publicKey.export({ type: 'spki', format: 'pem' })
            .toString(),
          keyId: new Uint8Array([4]),
        },
      ],
      measurements: 'any',
    },
  });
  const csr = await enclave().request({ extensions: [] });
  const ask = async (named: Uint8Array) => {
    const { id, nonce } = await startRest(url);
    const unprotected = new Map([[4, named]]);
    return submitRest(url, id, { token: token(placed(nonce, csr), { unprotected }), csr }, 'PSA');
  };
  t.equal((await ask(keyId)).status, 200);
  t.equal((await ask(new Uint8Array([4]))).code, 'PROXY_TOKEN_SIGNATURE');
});

t.test('/VerifyPAT gives what a token says, where its device is known by number and key', async (t) => {
  const known = {
    deviceId: 77,
    publicKeyHash: createHash('sha256').update(point(device.publicKey)).digest('hex'),
  };
  const url = await serve(t, { devices: [{ ...known, enclaveName: 'linux-1' }] });
  const payload = placed(new Uint8Array(32).fill(3), new Uint8Array(1));
  const verify = (changed: Partial<Extract<ProxyRequest, { kind: 'verify' }>> = {}) =>
    send(
      url,
      '/VerifyPAT',
      {
        kind: 'verify',
        token: token(payload),
        publicKey: point(device.publicKey),
        deviceId: 77,
        ...changed,
      },
      false,
    );
  const reply = await verify();
  t.equal(reply.status, 200, reply.text);
  t.same(Buffer.from(reply.text, 'base64'), Buffer.from(payload));
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const unknown = { status: 403, text: /^PROXY_DEVICE_UNKNOWN: / };
  t.match(await verify({ deviceId: 78 }), unknown);
  t.match(await verify({ publicKey: point(stranger.publicKey) }), unknown);
  t.match(await verify({ token: token(payload, { key: stranger.privateKey }) }), {
    status: 403,
    text: /^PROXY_TOKEN_SIGNATURE: /,
  });
  // An enclave that was attested here is known by its number and the key that was certified.
  const one = enclave();
  const csr = await one.request({ extensions: [] });
  const { challenge, deviceId } = await start(url, 'psa');
  const ownPoint = one.publicKey.subarray(-65);
  const own = { token: token(payload, { key: one.privateKey }), publicKey: ownPoint, deviceId };
  t.match(await verify(own), unknown, 'not before');
  await send(url, '/PSA', { kind: 'psa', token: token(labelled(challenge, csr)), deviceId, csr });
  t.equal((await verify(own)).status, 200);
});

t.test('so many attested devices are known, and every configured one', async (t) => {
  const database = await ProxyDatabase.open(join(folder, 'devices.db'));
  t.teardown(() => database.close());
  const device = (deviceId: number) => ({ deviceId, publicKeyHash: `hash ${deviceId}`, enclaveName: 'x' });
  const devices = new Devices(database, [device(1)], { attestedDevices: 3 });
  for (const deviceId of [9, 8, 7, 6, 5]) devices.attested(device(deviceId), 1000 - deviceId, 0);
  for (const deviceId of [1, 7, 6, 5]) t.equal(devices.publicKeyHash(deviceId, 0), `hash ${deviceId}`);
  for (const deviceId of [9, 8])
    t.throws(
      () => devices.publicKeyHash(deviceId, 0),
      { code: 'PROXY_DEVICE_UNKNOWN' },
      'the oldest go first',
    );
});

t.test('what is no message, or for another address, is refused in one line', async (t) => {
  const url = await serve(t);
  t.match(await send(url, '/Start', { kind: 'start', protocol: 'sgx', firmwareVersion: '' }), {
    status: 501,
    text: /^PROXY_PROTOCOL_UNKNOWN: .*\n$/,
  });
  t.match(await post(url, '/SGX/Msg1', ''), { status: 501 });
  t.match(await post(url, '/Nitro/Other', ''), { status: 404, text: /^PROXY_ADDRESS_UNKNOWN: / });
  t.match(await post(url, '/Start', ''), { status: 400 });
  t.match(await post(url, '/Start', 'AA==\n'), { status: 400, text: /^PROXY_REQUEST_INVALID: .* no base64/ });
  t.match(await post(url, '/Start', 'AB=='), { status: 400, text: /no base64/ });
  t.match(await send(url, '/Nitro', { kind: 'start', protocol: 'nitro', firmwareVersion: '' }), {
    status: 400,
    text: /^PROXY_REQUEST_INVALID: /,
  });
  // A challenge for one protocol answers no other, and is used up all the same.
  const { challenge, deviceId } = await start(url, 'nitro');
  const csr = await enclave().request({ extensions: [] });
  const psa = { kind: 'psa', token: token(labelled(challenge, csr)), deviceId, csr } as const;
  t.match(await send(url, '/PSA', psa), { status: 404 });
});
