/**
 * What transport_protocol.proto says, as tables for the strict scan: protobufjs skips unknown fields, keeps the last of
 * two members and reads any wire type, and two readers must never see two messages. A test compares the tables with
 * the .proto.
 */

export type ScalarType = 'bool' | 'bytes' | 'enum' | 'int32' | 'string' | 'uint32' | 'uint64';

export interface FieldSchema {
  readonly name: string;
  /** A scalar, or the schema of a nested message: at the top level such a field is a member of the oneof. */
  readonly type: ScalarType | MessageSchema;
  readonly repeated?: true;
  /** File contents: handed on in pieces, never whole in memory. */
  readonly streamed?: true;
  /** Highest value of an enum. */
  readonly maximum?: number;
  /** Most bytes of a string or of bytes. A request that waits for its turn is kept, so none may be large. */
  readonly longest?: number;
  /** How often a repeated field may come: decoded, an entry of two bytes takes a hundred. */
  readonly most?: number;
}

/** Fields by number. */
export type MessageSchema = ReadonlyMap<number, FieldSchema>;

/** A schema whose field numbers count from 1. */
function message(...fields: readonly FieldSchema[]): MessageSchema {
  return new Map(fields.map((field, index) => [index + 1, field]));
}

function field(name: string, type: ScalarType | MessageSchema): FieldSchema {
  return { name, type };
}

/** Twice the longest path, so that one a little too long is answered as what it is and does not end the session. */
const LONGEST_NAME = 8192;
/** Nonces and challenges: a security module takes no longer ones (attestation/document.ts). */
const LONGEST_CHALLENGE = 4096;
/** As many as a file system has inodes by default. */
const MOST_ENTRIES = 1_000_000;

function name(of: string): FieldSchema {
  return { name: of, type: 'string', longest: LONGEST_NAME };
}

function challenge(of: string): FieldSchema {
  return { name: of, type: 'bytes', longest: LONGEST_CHALLENGE };
}

const streamed: FieldSchema = { name: 'data', type: 'bytes', streamed: true };
const fileName = name('file_name');
const offset = field('offset', 'uint64');
const empty = message();
const fileNameOnly = message(fileName);
const pathOnly = message(name('path'));
const dataOnly = message(field('data', 'bytes'));
const contextOnly = message(field('context', 'uint32'));
const fileData = message(fileName, streamed);
const listingEntry = message(name('name'), field('type', 'uint32'), field('size', 'uint64'));

export const requestSchema: MessageSchema = new Map([
  [1, field('context', 'uint32')],
  [2, field('write_file', fileData)],
  [3, field('append_file', fileData)],
  [4, field('request_pi_hash', fileNameOnly)],
  [5, field('request_result', fileNameOnly)],
  [6, field('request_proxy_psa_attestation_token', message(challenge('challenge')))],
  [8, field('request_shutdown', empty)],
  [9, field('psa_attestation_init', message(challenge('challenge'), field('device_id', 'int32')))],
  [10, field('request_policy_hash', empty)],
  [11, field('read_file', fileNameOnly)],
  [12, field('request_pipeline', fileNameOnly)],
  [32, field('attest', message(challenge('nonce')))],
  [33, field('read_range', message(fileName, offset, field('length', 'uint64')))],
  [
    34,
    field(
      'write_chunk',
      message(fileName, offset, streamed, field('truncate', 'bool'), field('final', 'bool')),
    ),
  ],
  [35, field('list', pathOnly)],
  [36, field('stat', pathOnly)],
  [37, field('remove', pathOnly)],
  [38, field('subscribe', message(fileName, offset))],
  [39, field('end_live', fileNameOnly)],
  [40, field('cancel', contextOnly)],
  [41, field('receipt', message(field('context', 'uint32'), fileName))],
]);

const errorBody: MessageSchema = new Map([
  [1, field('error', 'bytes')],
  [32, field('code', 'string')],
  [33, field('message', 'string')],
]);

export const responseSchema: MessageSchema = new Map<number, FieldSchema>([
  [1, { name: 'status', type: 'enum', maximum: 7 }],
  [4, field('result', message(streamed))],
  [5, field('pi_hash', dataOnly)],
  [6, field('error', errorBody)],
  [8, field('context', 'uint32')],
  [10, field('state', message(field('state', 'bytes')))],
  [11, field('policy_hash', dataOnly)],
  [12, field('cert', dataOnly)],
  [32, field('attestation', message(field('document', 'bytes'), field('instance_id', 'bytes')))],
  [33, field('range', message(streamed, field('eof', 'bool')))],
  [
    34,
    field('listing', message({ name: 'entries', type: listingEntry, repeated: true, most: MOST_ENTRIES })),
  ],
  [
    35,
    field('file_stat', message(field('type', 'uint32'), field('size', 'uint64'), field('rights', 'uint32'))),
  ],
  [36, field('live', message(fileName, offset, streamed, field('ended', 'bool')))],
  [
    37,
    field(
      'receipt',
      message(
        field('data', 'bytes'),
        field('signature', 'bytes'),
        field('document', 'bytes'),
        field('openings', 'bytes'),
      ),
    ),
  ],
]);
