/**
 * The payload of an attestation document: every field's type and range as AWS's specification and genuine documents have
 * them. Decoding proves nothing; verify.ts does.
 *
 * Source: AWS Nitro Enclaves, "Validating attestation documents"; genuine documents from 2021 to 2026, whose payload was
 * a definite map until 2025 and an indefinite one since.
 */
import { decodeCbor } from '../cbor/reader.ts';
import type { CborValue } from '../cbor/values.ts';
import { TruceError } from '../errors.ts';
import { MAXIMUM_DOCUMENT_LENGTH } from './cose-sign1.ts';

/** Length of a PCR in bytes: SHA-384. */
export const PCR_LENGTH = 48;
export const PCR_COUNT = 32;

const LONGEST_CERTIFICATE = 1024;
const LONGEST_MODULE_ID = 256;
/** Genuine bundles have four; a bound for ours. */
const LARGEST_BUNDLE = 8;
/** What fits an NSM request; AWS's page states less, and the device does not hold to it. */
const LONGEST_CALLER_FIELD = 4096;
/** The largest time that Date holds, in milliseconds. Source: ECMA-262, "Time Values and Time Range". */
const LATEST_TIMESTAMP = 8.64e15;

/** The fields, byte strings as views of the payload. */
export interface AttestationDocument {
  readonly moduleId: string;
  readonly digest: 'SHA384';
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Locked PCRs by index, 48 bytes each. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** DER of the certificate whose key signed the document. */
  readonly certificate: Uint8Array;
  /** DER of the authorities, root first. */
  readonly cabundle: readonly Uint8Array[];
  /** What the caller asked to have signed; undefined where the document says null or nothing. */
  readonly publicKey: Uint8Array | undefined;
  readonly userData: Uint8Array | undefined;
  readonly nonce: Uint8Array | undefined;
}

const FIELDS: ReadonlySet<unknown> = new Set([
  'module_id',
  'digest',
  'timestamp',
  'pcrs',
  'certificate',
  'cabundle',
  'public_key',
  'user_data',
  'nonce',
]);

function fieldError(field: string, reason: string): TruceError {
  return new TruceError('ATTESTATION_DOCUMENT_INVALID', { field, reason });
}

/** Reads a payload. Errors: CBOR_INVALID, ATTESTATION_DOCUMENT_INVALID, ATTESTATION_NITROTPM. */
export function decodeDocument(payload: Uint8Array): AttestationDocument {
  const map = decodeCbor(payload, {
    maximumLength: MAXIMUM_DOCUMENT_LENGTH,
    maximumDepth: 2,
    maximumItems: 256,
    indefinite: { maps: true },
  });
  if (!(map instanceof Map)) throw fieldError('the payload', 'is no map');
  const fields: ReadonlyMap<unknown, CborValue> = map;
  // Same root, same chain, same envelope: the name of this field is all that tells an EC2 instance from an enclave.
  if (fields.has('nitrotpm_pcrs')) throw new TruceError('ATTESTATION_NITROTPM');
  // For the same reason a field that is not known may mark yet another kind of document.
  for (const key of fields.keys())
    if (!FIELDS.has(key)) throw fieldError(JSON.stringify(String(key).slice(0, 64)), 'is not known');
  return {
    moduleId: readModuleId(fields.get('module_id')),
    digest: readDigest(fields.get('digest')),
    timestamp: readTimestamp(fields.get('timestamp')),
    pcrs: readPcrs(fields.get('pcrs')),
    certificate: readCertificate('certificate', fields.get('certificate')),
    cabundle: readBundle(fields.get('cabundle')),
    publicKey: readCallerField('public_key', fields.get('public_key')),
    userData: readCallerField('user_data', fields.get('user_data')),
    nonce: readCallerField('nonce', fields.get('nonce')),
  };
}

function readModuleId(value: CborValue): string {
  if (typeof value !== 'string' || value === '') throw fieldError('module_id', 'is no text');
  if (value.length > LONGEST_MODULE_ID || !/^[\x21-\x7e]+$/.test(value))
    throw fieldError('module_id', 'is no identifier');
  if (/-tpm[0-9a-f]*$/.test(value)) throw new TruceError('ATTESTATION_NITROTPM');
  return value;
}

function readDigest(value: CborValue): 'SHA384' {
  if (value !== 'SHA384') throw fieldError('digest', 'is not SHA384');
  return value;
}

function readTimestamp(value: CborValue): number {
  if (typeof value !== 'number' || value <= 0 || value > LATEST_TIMESTAMP)
    throw fieldError('timestamp', 'is no time in milliseconds');
  return value;
}

function readPcrs(value: CborValue): ReadonlyMap<number, Uint8Array> {
  if (!(value instanceof Map)) throw fieldError('pcrs', 'is no map');
  if (value.size < 1 || value.size > PCR_COUNT) throw fieldError('pcrs', 'has none or too many');
  const pcrs = new Map<number, Uint8Array>();
  for (const [index, pcr] of value as ReadonlyMap<unknown, CborValue>) {
    if (typeof index !== 'number' || index < 0 || index >= PCR_COUNT)
      throw fieldError('pcrs', 'has an index out of range');
    if (!(pcr instanceof Uint8Array) || pcr.length !== PCR_LENGTH)
      throw fieldError('pcrs', `has no SHA-384 at ${index}`);
    pcrs.set(index, pcr);
  }
  return pcrs;
}

function readCertificate(field: string, value: CborValue): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length < 1 || value.length > LONGEST_CERTIFICATE)
    throw fieldError(field, 'is not 1 to 1024 bytes');
  return value;
}

function readBundle(value: CborValue): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > LARGEST_BUNDLE)
    throw fieldError('cabundle', 'is not a list of 1 to 8');
  return (value as readonly CborValue[]).map((member) => readCertificate('a member of cabundle', member));
}

function readCallerField(field: string, value: CborValue): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  if (!(value instanceof Uint8Array) || value.length > LONGEST_CALLER_FIELD)
    throw fieldError(field, 'is neither null nor 0 to 4096 bytes');
  return value;
}
