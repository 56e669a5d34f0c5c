/** A request of the attestation service: one JSON object. Source: the vsock guide's protocol (ping, status, attest). */
import { TruceError } from '../../../proto/errors.ts';
import { readJson } from '../../../proto/json/reader.ts';
import type { JsonValue } from '../../../proto/json/value.ts';
import { callersField, callersUserData } from './caller-user-data.ts';

export const COMMANDS = ['ping', 'attest', 'status'] as const;

export type ServiceRequest =
  | { readonly command: 'ping' | 'status' }
  | { readonly command: 'attest'; readonly wanted: WantedDocument }
  /** What was asked for instead, as text. */
  | { readonly command: undefined; readonly named: string };

/** What is to be in a document; texts are signed as UTF-8, null as null. */
export interface WantedDocument {
  readonly userData: string | null;
  readonly nonce: string | null;
  readonly generateKey: boolean;
}

/** Both fields full, every character of them written as \uXXXX. */
export const LONGEST_REQUEST = 8192;
const DEFAULT_USER_DATA = 'hello-from-enclave';
const DEPTH = 8;
/** Characters: half of one is nothing that a strict reader takes. */
const LONGEST_NAME_SHOWN = 64;

/**
 * Reads a line. Members that it does not know are let be, as the original does.
 * @throws TruceError JSON_INVALID, MESSAGE_INVALID, USER_DATA_REFUSED
 */
export function readServiceRequest(line: Uint8Array): ServiceRequest {
  const value = readJson(line, { bytes: LONGEST_REQUEST, depth: DEPTH });
  if (value.kind !== 'object') throw invalid('a request is a JSON object');
  const command = value.members.get('command');
  if (command?.kind !== 'string') return { command: undefined, named: command?.kind ?? 'none' };
  switch (command.value) {
    case 'ping':
    case 'status':
      return { command: command.value };
    case 'attest':
      return { command: 'attest', wanted: readWanted(value.members) };
    default:
      return { command: undefined, named: [...command.value].slice(0, LONGEST_NAME_SHOWN).join('') };
  }
}

function readWanted(members: ReadonlyMap<string, JsonValue>): WantedDocument {
  const userData = text(members, 'user_data', DEFAULT_USER_DATA);
  const nonce = text(members, 'nonce', null);
  // What cannot be signed is refused before anything is spent on it.
  if (userData !== null) callersUserData(userData);
  if (nonce !== null) callersField('nonce', nonce);
  const generateKey = members.get('generate_key');
  if (generateKey === undefined || generateKey.kind === 'null')
    return { userData, nonce, generateKey: false };
  if (generateKey.kind !== 'boolean') throw invalid('generate_key is neither true nor false');
  return { userData, nonce, generateKey: generateKey.value };
}

function text<Absent>(
  members: ReadonlyMap<string, JsonValue>,
  name: string,
  absent: Absent,
): string | null | Absent {
  const value = members.get(name);
  if (value === undefined) return absent;
  if (value.kind === 'null') return null;
  if (value.kind !== 'string') throw invalid(`${name} is no string`);
  return value.value;
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}
