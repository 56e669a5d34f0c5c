/**
 * The messages of /dev/nsm: CBOR in the shape of serde's externally tagged enums, both ways, as the runtime speaks it and
 * a simulator answers it. Source: aws-nitro-enclaves-nsm-api 0.5.1, `Request` and `Response`; QEMU 10.0, virtio-nsm.c.
 */
import { decodeCbor } from './cbor/reader.ts';
import type { CborKey, CborValue } from './cbor/values.ts';
import { encodeCbor } from './cbor/writer.ts';
import { TruceError } from './errors.ts';

/** Source: Linux, include/uapi/linux/nsm.h (NSM_REQUEST_MAX_SIZE, NSM_RESPONSE_MAX_SIZE). */
export const MAXIMUM_NSM_REQUEST = 4096;
export const MAXIMUM_NSM_RESPONSE = 12_288;

export type NsmRequest =
  | { readonly type: 'DescribeNSM' | 'GetRandom' }
  | { readonly type: 'DescribePCR' | 'LockPCR'; readonly index: number }
  | { readonly type: 'ExtendPCR'; readonly index: number; readonly data: Uint8Array }
  /** Locks the registers from 0 up to `range`, which is not among them. */
  | { readonly type: 'LockPCRs'; readonly range: number }
  /** Empty bytes and undefined are different things, and stay so in the document. */
  | {
      readonly type: 'Attestation';
      readonly userData: Uint8Array | undefined;
      readonly nonce: Uint8Array | undefined;
      readonly publicKey: Uint8Array | undefined;
    };

export interface NsmDescription {
  readonly version: readonly [major: number, minor: number, patch: number];
  readonly moduleId: string;
  readonly maximumPcrs: number;
  readonly lockedPcrs: readonly number[];
  readonly digest: string;
}

export type NsmResponse =
  | ({ readonly type: 'DescribeNSM' } & NsmDescription)
  | { readonly type: 'GetRandom'; readonly random: Uint8Array }
  | { readonly type: 'DescribePCR'; readonly locked: boolean; readonly data: Uint8Array }
  | { readonly type: 'ExtendPCR'; readonly data: Uint8Array }
  | { readonly type: 'LockPCR' | 'LockPCRs' }
  | { readonly type: 'Attestation'; readonly document: Uint8Array }
  | { readonly type: 'Error'; readonly error: NsmErrorName };

export const NSM_ERROR_NAMES = [
  'Success',
  'InvalidArgument',
  'InvalidIndex',
  'InvalidResponse',
  'ReadOnlyIndex',
  'InvalidOperation',
  'BufferTooSmall',
  'InputTooLarge',
  'InternalError',
] as const;
export type NsmErrorName = (typeof NSM_ERROR_NAMES)[number];

/** `index` and `range` are u16 in the API, `locked_pcrs` a set of u16. */
const LARGEST_INDEX = 0xffff;
const MOST_LOCKED_PCRS = 256;

type Fields = ReadonlyMap<CborKey, CborValue>;

function nsmError(reason: string): TruceError {
  return new TruceError('NSM_INVALID', { reason });
}

/** NSM_TOO_LARGE: over 4096 bytes. RangeError: an index that is no u16. */
export function encodeNsmRequest(request: NsmRequest): Uint8Array {
  return bounded(encodeCbor(requestValue(request)), MAXIMUM_NSM_REQUEST);
}

/** Errors: NSM_TOO_LARGE, CBOR_INVALID, NSM_INVALID. */
export function decodeNsmRequest(bytes: Uint8Array): NsmRequest {
  const [type, fields] = untag(
    decodeCbor(bounded(bytes, MAXIMUM_NSM_REQUEST), { maximumDepth: 2, maximumItems: 16 }),
  );
  switch (type) {
    case 'DescribeNSM':
    case 'GetRandom':
      requireKeys(fields);
      return { type };
    case 'DescribePCR':
    case 'LockPCR':
      requireKeys(fields, 'index');
      return { type, index: integerOf(fields, 'index') };
    case 'ExtendPCR':
      requireKeys(fields, 'index', 'data');
      return { type, index: integerOf(fields, 'index'), data: bytesOf(fields, 'data') };
    case 'LockPCRs':
      requireKeys(fields, 'range');
      return { type, range: integerOf(fields, 'range') };
    case 'Attestation':
      requireKeys(fields, 'user_data', 'nonce', 'public_key');
      return {
        type,
        userData: optionalBytesOf(fields, 'user_data'),
        nonce: optionalBytesOf(fields, 'nonce'),
        publicKey: optionalBytesOf(fields, 'public_key'),
      };
    default:
      throw nsmError('an unknown request');
  }
}

/** NSM_TOO_LARGE: over 12288 bytes. */
export function encodeNsmResponse(response: NsmResponse): Uint8Array {
  return bounded(encodeCbor(responseValue(response)), MAXIMUM_NSM_RESPONSE);
}

/**
 * Reads an answer. The device is trusted, its encoder is not ours: the order of fields, longer integers, indefinite
 * lengths and further fields are let pass, as AWS's own library does. Errors: NSM_TOO_LARGE, CBOR_INVALID, NSM_INVALID.
 */
export function decodeNsmResponse(bytes: Uint8Array): NsmResponse {
  const value = decodeCbor(bounded(bytes, MAXIMUM_NSM_RESPONSE), {
    maximumDepth: 4,
    maximumItems: 512,
    shortestForm: false,
    indefinite: { maps: true, arrays: true },
  });
  if (value instanceof Map && value.size === 1 && value.has('Error'))
    return { type: 'Error', error: errorName(value.get('Error')) };
  const [type, fields] = untag(value);
  switch (type) {
    case 'DescribeNSM':
      return { type, ...describe(fields) };
    case 'GetRandom':
      return { type, random: bytesOf(fields, 'random') };
    case 'DescribePCR':
      return { type, locked: booleanOf(fields, 'lock'), data: bytesOf(fields, 'data') };
    case 'ExtendPCR':
      return { type, data: bytesOf(fields, 'data') };
    case 'LockPCR':
    case 'LockPCRs':
      requireKeys(fields);
      return { type };
    case 'Attestation':
      return { type, document: bytesOf(fields, 'document') };
    default:
      throw nsmError('an unknown response');
  }
}

function requestValue(request: NsmRequest): CborValue {
  switch (request.type) {
    case 'DescribeNSM':
    case 'GetRandom':
      return request.type;
    case 'DescribePCR':
    case 'LockPCR':
      return tag(request.type, ['index', index(request.index)]);
    case 'ExtendPCR':
      return tag(request.type, ['index', index(request.index)], ['data', request.data]);
    case 'LockPCRs':
      return tag(request.type, ['range', index(request.range)]);
    case 'Attestation':
      return tag(
        request.type,
        ['user_data', request.userData ?? null],
        ['nonce', request.nonce ?? null],
        ['public_key', request.publicKey ?? null],
      );
  }
}

function responseValue(response: NsmResponse): CborValue {
  switch (response.type) {
    case 'DescribeNSM':
      return tag(
        response.type,
        ['version_major', index(response.version[0])],
        ['version_minor', index(response.version[1])],
        ['version_patch', index(response.version[2])],
        ['module_id', response.moduleId],
        ['max_pcrs', index(response.maximumPcrs)],
        ['locked_pcrs', response.lockedPcrs.map(index)],
        ['digest', response.digest],
      );
    case 'GetRandom':
      return tag(response.type, ['random', response.random]);
    case 'DescribePCR':
      return tag(response.type, ['lock', response.locked], ['data', response.data]);
    case 'ExtendPCR':
      return tag(response.type, ['data', response.data]);
    case 'LockPCR':
    case 'LockPCRs':
      return response.type;
    case 'Attestation':
      return tag(response.type, ['document', response.document]);
    case 'Error':
      return new Map([['Error', response.error]]);
  }
}

function describe(fields: Fields): NsmDescription {
  const locked = fields.get('locked_pcrs');
  if (!Array.isArray(locked) || locked.length > MOST_LOCKED_PCRS) throw nsmError('locked_pcrs is no list');
  return {
    version: [
      integerOf(fields, 'version_major'),
      integerOf(fields, 'version_minor'),
      integerOf(fields, 'version_patch'),
    ],
    moduleId: textOf(fields, 'module_id'),
    maximumPcrs: integerOf(fields, 'max_pcrs'),
    lockedPcrs: (locked as readonly CborValue[]).map((member) => {
      if (!isIndex(member)) throw nsmError('locked_pcrs has a member that is no u16');
      return member;
    }),
    digest: textOf(fields, 'digest'),
  };
}

/** A variant without fields is its name; one with fields is a map from its name to them. */
function untag(value: CborValue): [type: string, fields: Fields] {
  if (typeof value === 'string') return [value, new Map()];
  if (!(value instanceof Map) || value.size !== 1) throw nsmError('neither a name nor a map of one');
  const [[type, fields]] = [...(value as Fields)] as [[CborKey, CborValue]];
  if (typeof type !== 'string' || !(fields instanceof Map) || fields.size === 0) throw nsmError('no fields');
  return [type, fields];
}

function tag(type: string, ...fields: [string, CborValue][]): CborValue {
  return new Map([[type, new Map(fields)]]);
}

function requireKeys(fields: Fields, ...known: string[]): void {
  for (const key of fields.keys()) if (!known.includes(String(key))) throw nsmError('an unknown field');
}

function isIndex(value: CborValue): value is number {
  return typeof value === 'number' && value >= 0 && value <= LARGEST_INDEX;
}

function index(value: number): number {
  if (!Number.isInteger(value) || !isIndex(value)) throw new RangeError('an index that is no u16');
  return value;
}

function integerOf(fields: Fields, name: string): number {
  const value = fields.get(name);
  if (!isIndex(value)) throw nsmError(`${name} is no u16`);
  return value;
}

function booleanOf(fields: Fields, name: string): boolean {
  const value = fields.get(name);
  if (typeof value !== 'boolean') throw nsmError(`${name} is no boolean`);
  return value;
}

function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (typeof value !== 'string') throw nsmError(`${name} is no text`);
  return value;
}

function bytesOf(fields: Fields, name: string): Uint8Array {
  const value = fields.get(name);
  if (!(value instanceof Uint8Array)) throw nsmError(`${name} is no byte string`);
  return value;
}

function optionalBytesOf(fields: Fields, name: string): Uint8Array | undefined {
  const value = fields.get(name);
  return value === undefined || value === null ? undefined : bytesOf(fields, name);
}

function errorName(value: CborValue): NsmErrorName {
  const name = NSM_ERROR_NAMES.find((candidate) => candidate === value);
  if (name === undefined) throw nsmError('an unknown error');
  return name;
}

function bounded(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length > limit) throw new TruceError('NSM_TOO_LARGE', { length: bytes.length, limit });
  return bytes;
}
