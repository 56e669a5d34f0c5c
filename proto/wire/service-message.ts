/**
 * What the frames of the enclave services hold. Requests are written in PascalCase and answers in camelCase, as .NET's
 * serialiser did it for the originals; both are read whatever the case of their names, and strictly else.
 * Source: Neo service layer, design document. `errorCode` is Truce's own.
 */
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { TruceError } from '../errors.ts';
import { readJson } from '../json/reader.ts';
import type { JsonValue } from '../json/value.ts';

export interface ServiceRequest {
  /** The caller's own, handed back with the answer. */
  readonly requestId: string;
  /** Such as `account`. */
  readonly serviceType: string;
  /** Empty where the caller names none. */
  readonly operation: string;
  /** A JSON object in UTF-8; empty where there is none. */
  readonly payload: Uint8Array;
}

export interface ServiceAnswer {
  readonly requestId: string;
  readonly success: boolean;
  /** null where it succeeded. */
  readonly errorMessage: string | null;
  /** A code of the error table; null where it succeeded, or where a service of another make answers. */
  readonly errorCode: string | null;
  /** A JSON object in UTF-8; null where it failed. */
  readonly payload: Uint8Array | null;
}

/** The requestId of answers to what cannot be read. */
export const UNKNOWN_REQUEST = 'unknown';

/** The message and its fields, with room for one that is to be told of. */
const MOST_VALUES = 8;
/** Characters. */
const LONGEST = { requestId: 128, serviceType: 64, operation: 64, errorCode: 64, errorMessage: 4096 };

export function encodeServiceRequest(request: ServiceRequest): Uint8Array {
  return encode({
    RequestId: request.requestId,
    ServiceType: request.serviceType,
    Operation: request.operation,
    Payload: encodeBase64(request.payload),
  });
}

/** @throws TruceError JSON_INVALID, SERVICE_MESSAGE_INVALID {reason} */
export function decodeServiceRequest(message: Uint8Array): ServiceRequest {
  const fields = readFields(message, ['requestId', 'serviceType', 'operation', 'payload']);
  return {
    requestId: required(text(fields, 'requestId', LONGEST.requestId), 'requestId'),
    serviceType: required(text(fields, 'serviceType', LONGEST.serviceType), 'serviceType'),
    operation: text(fields, 'operation', LONGEST.operation) ?? '',
    payload: bytes(fields, 'payload') ?? new Uint8Array(0),
  };
}

export function encodeServiceAnswer(answer: ServiceAnswer): Uint8Array {
  const { payload, errorMessage } = answer;
  return encode({
    ...answer,
    errorMessage: errorMessage === null ? null : cut(errorMessage, LONGEST.errorMessage),
    payload: payload === null ? null : encodeBase64(payload),
  });
}

/** One that quotes a long path is longer than readers take; half of a surrogate pair at its end they would not take either. */
function cut(message: string, longest: number): string {
  return message.length > longest ? message.slice(0, longest).replace(/[\ud800-\udbff]$/, '') : message;
}

/** @throws TruceError JSON_INVALID, SERVICE_MESSAGE_INVALID {reason} */
export function decodeServiceAnswer(message: Uint8Array): ServiceAnswer {
  const names = ['requestId', 'success', 'errorMessage', 'errorCode', 'payload'];
  const fields = readFields(message, names);
  const success = fields.get('success');
  if (success?.kind !== 'boolean') throw invalid('success is neither true nor false');
  return {
    requestId: required(text(fields, 'requestId', LONGEST.requestId), 'requestId'),
    success: success.value,
    errorMessage: text(fields, 'errorMessage', LONGEST.errorMessage) ?? null,
    errorCode: text(fields, 'errorCode', LONGEST.errorCode) ?? null,
    payload: bytes(fields, 'payload') ?? null,
  };
}

function encode(message: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** The members by these names, whatever their case. Two that differ in case alone would be two messages for two readers. */
function readFields(message: Uint8Array, names: readonly string[]): ReadonlyMap<string, JsonValue> {
  const root = readJson(message, { bytes: message.length, depth: 1, values: MOST_VALUES });
  if (root.kind !== 'object') throw invalid('not an object');
  const fields = new Map<string, JsonValue>();
  for (const [written, value] of root.members) {
    const name = names.find((known) => known.toLowerCase() === written.toLowerCase());
    if (name === undefined) throw invalid('a field that is not known');
    if (fields.has(name)) throw invalid(`two fields are ${name}`);
    fields.set(name, value);
  }
  return fields;
}

/** undefined where the field is missing or null. */
function text(fields: ReadonlyMap<string, JsonValue>, name: string, longest: number): string | undefined {
  const value = fields.get(name);
  if (value === undefined || value.kind === 'null') return undefined;
  if (value.kind !== 'string' || value.value.length > longest)
    throw invalid(`${name} is not a string of up to ${longest} characters`);
  return value.value;
}

function bytes(fields: ReadonlyMap<string, JsonValue>, name: string): Uint8Array | undefined {
  const value = fields.get(name);
  if (value === undefined || value.kind === 'null') return undefined;
  const decoded = value.kind === 'string' ? decodeBase64(value.value) : undefined;
  if (decoded === undefined) throw invalid(`${name} is not base64`);
  return decoded;
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

function invalid(reason: string): TruceError {
  return new TruceError('SERVICE_MESSAGE_INVALID', { reason });
}
