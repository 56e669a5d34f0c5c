/** Receipts as an enclave would make them, under a root of the tests' own; every part can be bent. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { encodePurpose, type Purpose } from '../../proto/attestation/purpose.ts';
import { encodeOpening, type FileOpening, joinOpenings } from '../../proto/receipt/openings.ts';
import { encodeReceipt, type Receipt } from '../../proto/receipt/receipt.ts';
import { receiptSignedBytes, type SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import { receiptKeyContent } from '../../proto/receipt/verify.ts';
import type { AttestationAuthority } from './attestation-authority.ts';

export const INSTANCE = new Uint8Array(16).fill(0x11);
export const POLICY_HASH = new Uint8Array(32).fill(0x22);
export const PROGRAM_HASH = new Uint8Array(32).fill(0x33);

const sha256 = (bytes: Uint8Array | string) => new Uint8Array(createHash('sha256').update(bytes).digest());
const sha384 = (bytes: Uint8Array) => new Uint8Array(createHash('sha384').update(bytes).digest());

export const FILES: readonly FileOpening[] = [
  file('input', '/input/a', 'one input'),
  file('input', '/input/b', 'another'),
  file('output', '/output/result', 'a result'),
  { side: 'output', salt: new Uint8Array(32).fill(9), path: '/output/old', content: undefined },
];

function file(side: FileOpening['side'], path: string, text: string): FileOpening {
  return {
    side,
    salt: sha256(`${side} ${path}`),
    path,
    content: { size: text.length, sha256: sha256(text) },
  };
}

export function commitmentsOf(files: readonly FileOpening[], side: FileOpening['side']): Uint8Array[] {
  return files
    .filter((opening) => opening.side === side)
    .map((opening) => sha256(encodeOpening(opening)))
    .sort(Buffer.compare);
}

/** What was signed at `time`, milliseconds since 1970. */
export function receiptAt(time: number, changed: Partial<Receipt> = {}): Receipt {
  return {
    instanceId: INSTANCE,
    policyHash: POLICY_HASH,
    program: { path: '/program/p.wasm', sha256: PROGRAM_HASH },
    pipeline: undefined,
    outcome: { exitCode: 0 },
    startedAt: time - 2000,
    endedAt: time - 1000,
    signedAt: time,
    usage: { wallMilliseconds: 1000, cpuMicroseconds: 250_000, outputBytes: 5, writtenBytes: 8 },
    limits: { wallMilliseconds: 600_000, memoryBytes: 2 ** 30 },
    inputs: commitmentsOf(FILES, 'input'),
    outputs: commitmentsOf(FILES, 'output'),
    ...changed,
  };
}

export interface VouchingOptions {
  readonly purpose?: Purpose;
  readonly instanceId?: Uint8Array;
  readonly policyHash?: Uint8Array;
  /** What PCR16 holds; `policyHash` unless told. */
  readonly provenPolicy?: Uint8Array;
  readonly publicKey?: Uint8Array | null;
  /** When the document was made; the authority's time unless told. */
  readonly timestamp?: number;
}

/** A receipt key, with whatever documents it is given. */
export class ReceiptKey {
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });

  get publicKey(): Uint8Array {
    return new Uint8Array(this.#pair.publicKey.export({ type: 'spki', format: 'der' }));
  }

  sign(data: Uint8Array): Uint8Array {
    const key = { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return new Uint8Array(sign('sha384', receiptSignedBytes(data), key));
  }

  async document(authority: AttestationAuthority, options: VouchingOptions = {}): Promise<Uint8Array> {
    const { purpose = 'truce/receipt/v1', instanceId = INSTANCE, policyHash = POLICY_HASH } = options;
    const { provenPolicy = policyHash, publicKey = this.publicKey, timestamp = authority.time } = options;
    const pcrs = new Map(authority.fields().pcrs as ReadonlyMap<number, Uint8Array>);
    pcrs.set(16, await policyPcr16(provenPolicy, sha384));
    const userData = encodePurpose(purpose, receiptKeyContent(instanceId, policyHash));
    return authority.document({ pcrs, userData, publicKey, timestamp });
  }

  async receipt(
    authority: AttestationAuthority,
    receipt: Receipt = receiptAt(authority.time),
    files: readonly FileOpening[] = FILES,
  ): Promise<SignedReceipt> {
    const data = encodeReceipt(receipt);
    return {
      data,
      signature: this.sign(data),
      document: await this.document(authority),
      openings: joinOpenings(files.map(encodeOpening)),
    };
  }
}
