/**
 * What an enclave signs about one run of a program: a CBOR map (RFC 8949), deterministically encoded (section 4.2.1), so
 * that there is one encoding of a receipt and no other is read. docs/receipts.md has the format byte for byte.
 */
import { equalBytes } from '../bytes.ts';
import { decodeCbor } from '../cbor/reader.ts';
import type { CborMap, CborValue } from '../cbor/values.ts';
import { encodeCbor } from '../cbor/writer.ts';
import { TruceError } from '../errors.ts';
import { LONGEST_PATH } from '../policy/paths.ts';
import { LONGEST_PIPELINE_NAME } from '../policy/pipeline.ts';
import { canonicalMap, MapReader, receiptError } from './canonical-map.ts';
import { COMMITMENT_BYTES, isSortedSet } from './openings.ts';

export const RECEIPT_VERSION = 1;
export const INSTANCE_ID_BYTES = 16;
export const SHA256_BYTES = 32;
/** A receipt with all its openings, at most: what a client takes as one answer. */
export const LONGEST_RECEIPT = 8 << 20;

const MOST_ITEMS = 1_000_000;
const MOST_LIMITS = 64;

/**
 * How the run ended: its program's exit code; or the code of the error that ended it; or, for a program whose policy
 * tells no more (`"outcome": "success"`), whether it succeeded.
 */
export type ReceiptOutcome =
  | { readonly exitCode: number }
  | { readonly error: string }
  | { readonly success: boolean };

/** What the run used. Absent: not measured, or not told where the policy tells success alone. */
export interface ReceiptUsage {
  readonly wallMilliseconds?: number;
  readonly cpuMicroseconds?: number;
  readonly peakMemoryBytes?: number;
  readonly outputBytes?: number;
  readonly writtenBytes?: number;
  readonly fuel?: number;
}

export interface Receipt {
  readonly instanceId: Uint8Array;
  /** SHA-256 of the policy's text. */
  readonly policyHash: Uint8Array;
  readonly program: { readonly path: string; readonly sha256: Uint8Array };
  /** Which step of which pipeline it was, counted from 0 in the order of running. */
  readonly pipeline: { readonly name: string; readonly step: number } | undefined;
  readonly outcome: ReceiptOutcome;
  /** Milliseconds since 1970 by the enclave's clock, of the run's beginning and end and of the signature. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly signedAt: number;
  readonly usage: ReceiptUsage;
  /** The limits in force, by their names in LIMITS.md. */
  readonly limits: Readonly<Record<string, number>>;
  /** Commitments, 32 bytes each, in ascending order: their places tell nothing. */
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** @throws RangeError for what the format cannot hold */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const { outcome, pipeline, program } = receipt;
  return encodeCbor(
    canonicalMap({
      version: RECEIPT_VERSION,
      instance: receipt.instanceId,
      policy: receipt.policyHash,
      program: canonicalMap({ path: program.path, sha256: program.sha256 }),
      pipeline: pipeline && canonicalMap({ name: pipeline.name, step: pipeline.step }),
      exit: 'exitCode' in outcome ? outcome.exitCode : undefined,
      error: 'error' in outcome ? outcome.error : undefined,
      success: 'success' in outcome ? outcome.success : undefined,
      start: receipt.startedAt,
      end: receipt.endedAt,
      signed: receipt.signedAt,
      usage: canonicalMap({ ...receipt.usage }),
      limits: canonicalMap(receipt.limits),
      inputs: receipt.inputs,
      outputs: receipt.outputs,
    }),
  );
}

/** Reads the bytes that were signed; what is no receipt in its one encoding is RECEIPT_INVALID or CBOR_INVALID. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const value = decodeCbor(bytes, {
    maximumLength: LONGEST_RECEIPT,
    maximumDepth: 2,
    maximumItems: MOST_ITEMS,
  });
  const fields = new MapReader(value, 'the receipt');
  const version = fields.count('version');
  if (version !== RECEIPT_VERSION) throw new TruceError('RECEIPT_VERSION_UNKNOWN', { version });
  const receipt: Receipt = {
    instanceId: fields.bytes('instance', INSTANCE_ID_BYTES),
    policyHash: fields.bytes('policy', SHA256_BYTES),
    program: readProgram(fields.map('program')),
    pipeline: fields.has('pipeline') ? readPipeline(fields.map('pipeline')) : undefined,
    outcome: readOutcome(fields),
    startedAt: fields.time('start'),
    endedAt: fields.time('end'),
    signedAt: fields.time('signed'),
    usage: readUsage(fields.map('usage')),
    limits: readLimits(fields.member('limits')),
    inputs: readCommitments(fields.member('inputs'), 'inputs'),
    outputs: readCommitments(fields.member('outputs'), 'outputs'),
  };
  if (receipt.startedAt > receipt.endedAt || receipt.endedAt > receipt.signedAt)
    throw receiptError('its times are out of order');
  // Members that are not known, another order, and every other encoding come to light here.
  if (!equalBytes(encodeReceipt(receipt), bytes)) throw receiptError('it is not encoded as receipts are');
  return receipt;
}

function readProgram(fields: MapReader): Receipt['program'] {
  return { path: fields.text('path', LONGEST_PATH), sha256: fields.bytes('sha256', SHA256_BYTES) };
}

function readPipeline(fields: MapReader): Receipt['pipeline'] {
  return { name: fields.text('name', LONGEST_PIPELINE_NAME), step: fields.count('step') };
}

function readOutcome(fields: MapReader): ReceiptOutcome {
  const told = ['exit', 'error', 'success'].filter((name) => fields.has(name));
  if (told.length !== 1) throw receiptError('it tells not one outcome');
  if (told[0] === 'success') return { success: fields.flag('success') };
  if (told[0] === 'exit') {
    const exitCode = fields.count('exit');
    if (exitCode > 0xffff_ffff) throw receiptError('its exit code has more than 32 bits');
    return { exitCode };
  }
  const error = fields.text('error', 64);
  if (!/^[A-Z][A-Z0-9_]*$/.test(error)) throw receiptError('its error is no code');
  return { error };
}

function readUsage(fields: MapReader): ReceiptUsage {
  const usage: Record<string, number> = {};
  for (const name of USAGE_FIELDS) if (fields.has(name)) usage[name] = fields.count(name);
  return usage;
}

const USAGE_FIELDS = [
  'wallMilliseconds',
  'cpuMicroseconds',
  'peakMemoryBytes',
  'outputBytes',
  'writtenBytes',
  'fuel',
] as const satisfies readonly (keyof ReceiptUsage)[];

/** Whatever limits the runtime has: a verifier may be older or newer. */
function readLimits(value: CborValue): Readonly<Record<string, number>> {
  if (!(value instanceof Map) || value.size > MOST_LIMITS) throw receiptError('limits is no map of a few');
  const limits: [string, number][] = [];
  for (const [name, limit] of value as CborMap) {
    if (typeof name !== 'string' || !/^[a-z][A-Za-z]{0,63}$/.test(name))
      throw receiptError('limits has a key that is no name');
    if (typeof limit !== 'number' || limit < 0) throw receiptError(`limits.${name} is no number`);
    limits.push([name, limit]);
  }
  return Object.fromEntries(limits);
}

function readCommitments(value: CborValue, field: string): readonly Uint8Array[] {
  if (!Array.isArray(value)) throw receiptError(`${field} is no list`);
  for (const member of value as readonly CborValue[])
    if (!(member instanceof Uint8Array) || member.length !== COMMITMENT_BYTES)
      throw receiptError(`${field} has a member that is no commitment`);
  if (!isSortedSet(value)) throw receiptError(`${field} is not in ascending order`);
  return value;
}
