import { generateKeyPairSync, randomBytes } from 'node:crypto';
import t from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import type { CborKey, CborMap, CborValue } from '../../../proto/cbor/values.ts';
import { encodeCbor } from '../../../proto/cbor/writer.ts';
import { parseCertificate, splitCertificates } from '../../../proto/x509/certificate.ts';
import { startRest, submitRest } from '../../support/proxy-enclave.ts';
import { devicePem, labelled, placed, runtimeHash, sha256, token } from './device-tokens.ts';
import { start } from './fresh-proxy-server.ts';
import { begin, chainOf, send, serveDevice } from './message-exchange.ts';
import { enclave } from './proxy-attempts.ts';

t.test(
  'PSA tokens of both forms are taken from keys that are known, in both forms of the protocol',
  async (t) => {
    const url = await serveDevice(t);
    for (const claims of [labelled, placed]) {
      const one = enclave();
      const csr = await one.request({ extensions: [] });
      const { challenge, deviceId } = await begin(url, 'psa');
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
  const url = await serveDevice(t);
  const one = enclave();
  const csr = await one.request({ extensions: [] });
  const asking = await enclave().request();
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
  const none = await start({});
  t.teardown(() => none.close());
  const { id, nonce } = await startRest(none.url);
  const answer = await submitRest(none.url, id, { token: token(labelled(nonce, csr)), csr }, 'PSA');
  t.equal(answer.code, 'PROXY_TOKEN_KEY_UNKNOWN', 'no key is built in');
});

t.test('a key that tokens name is the only one they are checked with', async (t) => {
  const keyId = new Uint8Array([1, 2, 3]);
  const url = await serveDevice(t, {
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
