import t from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { parseCertificate } from '../../../proto/x509/certificate.ts';
import { labelled, token } from './device-tokens.ts';
import { begin, chainOf, post, send, serveDevice } from './message-exchange.ts';
import { enclave, policyHash } from './proxy-attempts.ts';

t.test(
  "Veracruz's messages to its own addresses bring certificates, with a length before them or without",
  async (t) => {
    const url = await serveDevice(t, { legacy: true });
    const one = enclave();
    for (const [path, prefixed] of [
      ['/Nitro/AttestationToken', true],
      ['/Nitro', true],
      ['/Nitro', false],
    ] as const) {
      const { challenge, deviceId, zero } = await begin(url, 'nitro', prefixed);
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
  const url = await serveDevice(t);
  const one = enclave();
  const { challenge, deviceId } = await begin(url, 'nitro');
  const csr = await one.request();
  const document = await one.document(challenge, csr);
  const reply = await send(url, '/Nitro', { kind: 'nitro', document, deviceId, csr, policyHash });
  t.equal(reply.status, 200, reply.text);
  const chain = chainOf(reply);
  t.same(readTruceExtension(parseCertificate(chain.enclave), TruceExtension.POLICY_HASH), policyHash);
  const untagged = await begin(url, 'nitro');
  const plain = await one.document(untagged.challenge, csr, { userData: csr });
  const refused = { kind: 'nitro', document: plain, csr: undefined, policyHash: undefined } as const;
  t.match(await send(url, '/Nitro', { ...refused, deviceId: untagged.deviceId }), {
    status: 403,
    text: /^PROXY_LEGACY_REFUSED: /,
  });
});

t.test('what is no message, or for another address, is refused in one line', async (t) => {
  const url = await serveDevice(t);
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
  const { challenge, deviceId } = await begin(url, 'nitro');
  const csr = await enclave().request({ extensions: [] });
  const psa = { kind: 'psa', token: token(labelled(challenge, csr)), deviceId, csr } as const;
  t.match(await send(url, '/PSA', psa), { status: 404 });
});
