import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import type { MessageSchema } from '../../../proto/wire/message-schema.ts';
import {
  decodeProxyRequest,
  decodeProxyResponse,
  encodeProxyRequest,
  encodeProxyResponse,
  type ProxyRequest,
} from '../../../proto/wire/proxy-attestation-messages.ts';
import { proxyRequestSchema, proxyResponseSchema } from '../../../proto/wire/proxy-attestation-schema.ts';
import { repositoryRoot } from '../../support/repository.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

t.test('the tables of the strict scan say what the .proto says', (t) => {
  const source = readFileSync(new URL('proto/protobuf/transport_protocol.proto', repositoryRoot), 'utf8');
  const { root } = protobuf.parse(source, { keepCase: true });
  const described = (schema: MessageSchema): unknown =>
    Object.fromEntries(
      [...schema].map(([number, { name, type }]) => [
        number,
        [name, typeof type === 'object' ? described(type) : type],
      ]),
    );
  const declared = (type: protobuf.Type): unknown =>
    Object.fromEntries(
      type.fieldsArray.map((field) => {
        const inner = field.resolve().resolvedType;
        return [field.id, [field.name, inner instanceof protobuf.Type ? declared(inner) : field.type]];
      }),
    );
  t.same(
    described(proxyRequestSchema),
    declared(root.lookupType('transport_protocol.ProxyAttestationServerRequest')),
  );
  t.same(
    described(proxyResponseSchema),
    declared(root.lookupType('transport_protocol.ProxyAttestationServerResponse')),
  );
  t.end();
});

t.test("Veracruz's own bytes are read and written", (t) => {
  const start: ProxyRequest = { kind: 'start', protocol: 'nitro', firmwareVersion: '0.0' };
  const message = '120c0a056e6974726f1203302e30';
  t.same(encodeProxyRequest(start, { prefixed: false }), hex(message));
  t.same(encodeProxyRequest(start, { prefixed: true }), hex(`000000000000000e${message}`));
  t.same(decodeProxyRequest(hex(message)), { prefixed: false, request: start });
  t.same(decodeProxyRequest(hex(`000000000000000e${message}`)), { prefixed: true, request: start });
  const challenge = { kind: 'challenge', challenge: hex('aabb'), deviceId: 1 } as const;
  t.same(encodeProxyResponse(challenge, { prefixed: false }), hex('12060a02aabb1001'));
  t.same(decodeProxyResponse(hex('12060a02aabb1001')), challenge);
  const chain = { kind: 'chain', root: hex('01'), enclave: hex('02') } as const;
  t.same(encodeProxyResponse(chain, { prefixed: true }), hex('0000000000000008' + '2a060a0101120102'));
  t.same(decodeProxyResponse(hex('0000000000000008' + '2a060a0101120102')), chain);
  t.end();
});

t.test('what goes in comes out', (t) => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const deviceId = fc.integer({ min: 0, max: 0x7fff_ffff });
  const absent = fc.option(bytes, { nil: undefined });
  const request: fc.Arbitrary<ProxyRequest> = fc.oneof(
    fc.record({
      kind: fc.constant('start' as const),
      protocol: fc.string({ maxLength: 9 }),
      firmwareVersion: fc.string({ maxLength: 9 }),
    }),
    fc.record({
      kind: fc.constant('nitro' as const),
      document: bytes,
      deviceId,
      csr: absent,
      policyHash: absent,
    }),
    fc.record({ kind: fc.constant('psa' as const), token: bytes, deviceId, csr: bytes }),
    fc.record({ kind: fc.constant('verify' as const), token: bytes, publicKey: bytes, deviceId }),
  );
  fc.assert(
    fc.property(request, fc.boolean(), (sent, prefixed) => {
      const read = decodeProxyRequest(encodeProxyRequest(sent, { prefixed }));
      t.same(read, { prefixed, request: sent });
    }),
    { numRuns: 50 },
  );
  t.end();
});

t.test('anything else is refused with a code of the table', (t) => {
  const refused = (bytes: Uint8Array, code: string) =>
    t.throws(() => decodeProxyRequest(bytes), { code }, Buffer.from(bytes).toString('hex'));
  refused(hex(''), 'MESSAGE_INVALID');
  refused(hex('00'), 'FRAME_INVALID');
  refused(hex('0000000000000001'), 'FRAME_TOO_LARGE');
  refused(hex('0000000000000000' + '00'), 'FRAME_INVALID');
  refused(hex('12001200'), 'MESSAGE_INVALID');
  refused(hex('12003a00'), 'MESSAGE_INVALID');
  refused(hex('2a00'), 'MESSAGE_INVALID');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, ofServer) => {
      try {
        (ofServer ? decodeProxyResponse : decodeProxyRequest)(bytes);
        return true;
      } catch (error) {
        return error instanceof TruceError;
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});
