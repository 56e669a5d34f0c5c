/** The attestation service's answers, read strictly where Truce relies on them; members that are not known are let be. */
import { MAXIMUM_DOCUMENT_LENGTH } from '../../proto/attestation/cose-sign1.ts';
import { decodeBase64 } from '../../proto/base64.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { type JsonValue, jsonInteger, plainJson } from '../../proto/json/value.ts';

export interface ServiceStatus {
  /** `running`. */
  readonly status: string;
  readonly port: number;
  /** Seconds since the service began. */
  readonly uptime: number;
  /** What else it says of itself, under its own names; such as `instance_id` of Truce's runtime. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** What the service says. Nothing of it is proven: the host can answer in its place. */
export interface AttestationAnswer {
  /** As it came: whether it is a document at all is the verifier's to say. */
  readonly document: Uint8Array;
  readonly userData: string;
  readonly nonce: string | null;
  readonly hasPublicKey: boolean;
  /** Until when services inside can use the key, milliseconds since 1970; undefined where it is not said. */
  readonly keyExpires: number | undefined;
  /** When the answer was made, milliseconds since 1970. */
  readonly timestamp: number;
}

type Members = ReadonlyMap<string, JsonValue>;

/** A document and what is echoed of the request, every character of that escaped. */
export const LONGEST_ANSWER = 1 << 17;
const DEEPEST = 8;
/** Characters. */
const LONGEST_REASON = 512;
const STATUS_MEMBERS: readonly string[] = ['success', 'status', 'port', 'uptime'];
const ERROR_CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** The members of an answer that says success. TruceError ATTESTATION_SERVICE_ANSWER, ATTESTATION_SERVICE_REFUSED. */
export function readAnswer(line: Uint8Array): Members {
  const value = readLine(line);
  if (value.kind !== 'object') throw unusable('it is no object');
  const success = value.members.get('success');
  if (success?.kind !== 'boolean') throw unusable('success is neither true nor false');
  if (success.value) return value.members;
  throw new TruceError('ATTESTATION_SERVICE_REFUSED', { reason: refusal(value.members) });
}

/** In the service's words, with its code where it gives one: that of Truce's own table. */
function refusal(members: Members): string {
  const [error, code] = [members.get('error'), members.get('code')];
  const words =
    error?.kind === 'string' ? [...error.value].slice(0, LONGEST_REASON).join('') : 'it does not say why';
  return code?.kind === 'string' && ERROR_CODE.test(code.value) ? `${words} (${code.value})` : words;
}

export function readPong(members: Members): { readonly message: string; readonly timestamp: number } {
  return { message: text(members, 'message'), timestamp: amount(members, 'timestamp') };
}

export function readStatus(members: Members): ServiceStatus {
  return {
    status: text(members, 'status'),
    port: whole(members, 'port'),
    uptime: amount(members, 'uptime'),
    more: Object.fromEntries(
      [...members]
        .filter(([name]) => !STATUS_MEMBERS.includes(name))
        .map(([name, value]) => [name, plainJson(value)]),
    ),
  };
}

export function readAttestation(members: Members): AttestationAnswer {
  const document = decodeBase64(text(members, 'attestation_document'));
  if (document === undefined) throw unusable('attestation_document is no base64');
  if (document.length === 0 || document.length > MAXIMUM_DOCUMENT_LENGTH)
    throw unusable(`attestation_document has ${document.length} bytes`);
  const hasPublicKey = members.get('has_public_key');
  if (hasPublicKey?.kind !== 'boolean') throw unusable('has_public_key is neither true nor false');
  return {
    document,
    userData: text(members, 'user_data'),
    nonce: members.get('nonce')?.kind === 'null' ? null : text(members, 'nonce'),
    hasPublicKey: hasPublicKey.value,
    keyExpires: members.has('key_expires') ? whole(members, 'key_expires') : undefined,
    timestamp: whole(members, 'timestamp'),
  };
}

function readLine(line: Uint8Array): JsonValue {
  try {
    return readJson(line, { bytes: LONGEST_ANSWER, depth: DEEPEST });
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('ATTESTATION_SERVICE_ANSWER', { reason: cause.message }, { cause });
  }
}

function text(members: Members, name: string): string {
  const value = members.get(name);
  if (value?.kind !== 'string') throw unusable(`${name} is no text`);
  return value.value;
}

function whole(members: Members, name: string): number {
  const value = members.get(name);
  const number = value?.kind === 'number' ? jsonInteger(value.text) : undefined;
  if (number === undefined || number < 0) throw unusable(`${name} is no whole number`);
  return number;
}

/** Of seconds, which the original counts in fractions. */
function amount(members: Members, name: string): number {
  const value = members.get(name);
  const number = value?.kind === 'number' ? Number(value.text) : Number.NaN;
  if (!Number.isFinite(number) || number < 0) throw unusable(`${name} is no number`);
  return number;
}

function unusable(reason: string): TruceError {
  return new TruceError('ATTESTATION_SERVICE_ANSWER', { reason });
}
