/**
 * The REST form of Veracruz main (proxy_attestation_server, main.go): a challenge from `/proxy/v1/Start`, a token and a
 * certification request in a form to `/proxy/v1/Nitro/<id>` or `PSA/<id>`, two certificates back. `policy_hash` is Truce's.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { concatBytes, fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { AttestationService } from './attestation-service.ts';
import { decodeBase64 } from './base64.ts';
import type { Evidence } from './evidence.ts';
import type { HttpFailure } from './http-failure.ts';

/** What Veracruz's server says of both of its answers. */
const MEDIA_TYPE = 'application/vnd.veraison.challenge-response-session+json';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const POLICY_HASH_BYTES = 32;
const FIELDS = ['token', 'csr', 'policy_hash'] as const;
type FieldName = (typeof FIELDS)[number];

export function addRestPlane(app: FastifyInstance, service: AttestationService): void {
  app.post('/proxy/v1/Start', async (request, reply) => {
    const { id, nonce } = service.begin(randomUUID, 'any', request.countedAddress);
    return reply.code(201).header('location', id).type(MEDIA_TYPE).send(Buffer.from(nonce));
  });
  for (const [path, protocol] of [
    ['Nitro', 'nitro'],
    ['PSA', 'psa'],
  ] as const)
    app.post<{ Params: { id: string } }>(`/proxy/v1/${path}/:id`, async (request, reply) => {
      const id = request.params.id.toLowerCase();
      if (!UUID.test(id)) throw invalid('the id is no UUID');
      const attempt = { id, protocol, address: request.countedAddress };
      const { certificate, authority } = await service.attest(attempt, () => readForm(request));
      return reply.type(MEDIA_TYPE).send(Buffer.from(concatBytes(certificate, authority)));
    });
}

/** Problem details (RFC 9457), with the code of the table beside its members. */
export function sendProblem(reply: FastifyReply, { status, code, message }: HttpFailure): FastifyReply {
  const problem = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail: message, code };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Names of the statuses that are in use. Source: RFC 9110 section 15, RFC 6585. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

async function readForm(request: FastifyRequest): Promise<Evidence> {
  const fields = await readFields(request);
  const policyHash = fields.get('policy_hash');
  return {
    token: decodeBase64(required(fields, 'token'), 'token'),
    csr: decodeBase64(required(fields, 'csr'), 'csr'),
    policyHash: policyHash === undefined ? undefined : readPolicyHash(policyHash),
  };
}

/** Text fields, each at most once and no others; files are none. */
async function readFields(request: FastifyRequest): Promise<ReadonlyMap<FieldName, string>> {
  if (!request.isMultipart()) throw invalid('the body is no multipart/form-data');
  const fields = new Map<FieldName, string>();
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'field' || typeof part.value !== 'string')
        throw invalid('a part of the form is no text field');
      const name = FIELDS.find((known) => known === part.fieldname);
      if (name === undefined) throw invalid('a field that is not understood');
      if (fields.has(name)) throw invalid(`${name} comes twice`);
      if (part.fieldnameTruncated || part.valueTruncated) throw invalid(`${name} is too long`);
      fields.set(name, part.value);
    }
  } catch (cause) {
    if (cause instanceof TruceError) throw cause;
    // The parser's words are for its callers; each of them is about the form.
    throw new TruceError('PROXY_REQUEST_INVALID', { reason: 'the form cannot be read' }, { cause });
  }
  return fields;
}

function required(fields: ReadonlyMap<FieldName, string>, name: FieldName): string {
  const value = fields.get(name);
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

function readPolicyHash(text: string): Uint8Array {
  const hash = fromHex(text);
  if (hash?.length !== POLICY_HASH_BYTES)
    throw invalid(`policy_hash is not ${POLICY_HASH_BYTES} bytes in hexadecimal`);
  return hash;
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_REQUEST_INVALID', { reason });
}
