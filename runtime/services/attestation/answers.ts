/** What the attestation service answers: one JSON object, with the original's members first. */
import type { TruceError } from '../../../proto/errors.ts';
import type { IssuedDocument } from './document-issuer.ts';
import { COMMANDS, type WantedDocument } from './service-request.ts';

export interface ServiceState {
  readonly port: number;
  /** Seconds since the service began. */
  readonly uptime: number;
  /** Documents that it has given out. */
  readonly documents: number;
  /** Keys that services can use now. */
  readonly keys: number;
  /** Public facts of the enclave, such as its instance id. */
  readonly enclave: Readonly<Record<string, unknown>>;
}

export function pong(now: number): object {
  return { success: true, message: 'pong', timestamp: Math.floor(now / 1000) };
}

export function status({ port, uptime, documents, keys, enclave }: ServiceState): object {
  return { success: true, status: 'running', port, uptime, documents, keys, ...enclave };
}

export function attested(wanted: WantedDocument, { document, key }: IssuedDocument, now: number): object {
  return {
    success: true,
    attestation_document: Buffer.from(document).toString('base64'),
    user_data: wanted.userData,
    nonce: wanted.nonce,
    has_public_key: key !== undefined,
    document_size: document.length,
    timestamp: now,
    ...(key === undefined ? {} : { key_id: key.id, key_expires: key.expires }),
  };
}

export function unknownCommand(named: string): object {
  return {
    success: false,
    error: `Unknown command: ${named}`,
    code: 'REQUEST_UNSUPPORTED',
    available_commands: COMMANDS,
  };
}

export function failed(error: TruceError): object {
  const { code, message, details } = error;
  const what = code === 'JSON_INVALID' ? 'Invalid JSON request' : 'Failed to process request';
  const wait = details.milliseconds;
  return {
    success: false,
    error: `${what}: ${message}`,
    code,
    ...(code === 'ATTESTATION_LIMIT' ? { retry_after_ms: wait } : {}),
  };
}
