/**
 * Veracruz's form until October 2022 (and the one of its page on the network stack): a protobuf message in base64 to
 * `/Start`, `/Nitro`, `/PSA` and `/VerifyPAT`, and one back. Of failures the body is a line of text.
 */
import { randomInt } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TruceError } from '../../proto/errors.ts';
import {
  decodeProxyRequest,
  encodeProxyResponse,
  type ProxyFrame,
  type ProxyRequest,
} from '../../proto/wire/proxy-attestation-messages.ts';
import type { AttestationService } from './attestation-service.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Evidence } from './evidence.ts';
import type { HttpFailure } from './http-failure.ts';

/** int32 on the wire. */
const DEVICE_IDS = 0x7fff_ffff;

type Kind = ProxyRequest['kind'];
type RequestOf<K extends Kind> = Extract<ProxyRequest, { readonly kind: K }>;

export function addMessagePlane(app: FastifyInstance, service: AttestationService): void {
  app.post('/Start', async (request, reply) => {
    const { message, frame } = readMessage(request, 'start');
    const { protocol } = message;
    if (protocol !== 'nitro' && protocol !== 'psa') throw new TruceError('PROXY_PROTOCOL_UNKNOWN');
    // Veracruz counts devices from 1. Who could guess a number could use up another's challenge: these are drawn.
    const drawn = () => String(randomInt(1, DEVICE_IDS));
    const { id, nonce } = service.begin(drawn, protocol, request.countedAddress);
    return sendMessage(
      reply,
      encodeProxyResponse({ kind: 'challenge', challenge: nonce, deviceId: Number(id) }, frame),
    );
  });
  for (const path of ['/Nitro', '/Nitro/AttestationToken'])
    app.post(path, async (request, reply) => {
      const { message, frame } = readMessage(request, 'nitro');
      const { document: token, csr, policyHash } = message;
      return answer(request, reply, frame, service, message, 'nitro', { token, csr, policyHash });
    });
  for (const path of ['/PSA', '/PSA/AttestationToken'])
    app.post(path, async (request, reply) => {
      const { message, frame } = readMessage(request, 'psa');
      const { token, csr } = message;
      return answer(request, reply, frame, service, message, 'psa', { token, csr, policyHash: undefined });
    });
  app.post('/VerifyPAT', async (request, reply) => {
    const { message } = readMessage(request, 'verify');
    const payload = await service.verifyToken(message.token, message.publicKey, message.deviceId);
    // The payload itself, with no message around it.
    return sendMessage(reply, payload);
  });
  // SGX had its own, and no Nitro enclave ever answered there.
  app.post('/SGX/*', async () => {
    throw new TruceError('PROXY_PROTOCOL_UNKNOWN');
  });
}

/** One line, as nobody's client reads more than the status. */
export function sendLine(reply: FastifyReply, { status, code, message }: HttpFailure): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${code}: ${message}\n`);
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  frame: ProxyFrame,
  service: AttestationService,
  { deviceId }: { readonly deviceId: number },
  protocol: 'nitro' | 'psa',
  evidence: Evidence,
): Promise<FastifyReply> {
  const attempt = { id: String(deviceId), protocol, address: request.countedAddress, deviceId };
  const { certificate, authority } = await service.attest(attempt, async () => evidence);
  return sendMessage(
    reply,
    encodeProxyResponse({ kind: 'chain', root: authority, enclave: certificate }, frame),
  );
}

function readMessage<K extends Kind>(
  request: FastifyRequest,
  kind: K,
): { readonly message: RequestOf<K>; readonly frame: ProxyFrame } {
  const body = request.body;
  if (!Buffer.isBuffer(body)) throw new TruceError('PROXY_REQUEST_INVALID', { reason: 'it has no body' });
  const { prefixed, request: message } = decodeProxyRequest(
    decodeBase64(body.toString('latin1'), 'the body'),
  );
  if (message.kind !== kind)
    throw new TruceError('PROXY_REQUEST_INVALID', { reason: 'a message for another address' });
  return { message: message as RequestOf<K>, frame: { prefixed } };
}

function sendMessage(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(encodeBase64(bytes));
}
