/** What a session's methods take and give. */
import type { AttestationFacts } from '../../proto/attestation/verify.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { Check, CheckListener } from './checks.ts';
import type { RemoteError } from './remote-error.ts';
import type { ProgressListener } from './sources.ts';

/** `signal`: gives the request up; the promise rejects with the signal's reason at once. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export interface TransferOptions extends RequestOptions {
  readonly onProgress?: ProgressListener;
}

export interface SubscribeOptions extends RequestOptions {
  /** From which byte on; 0 unless told. */
  readonly offset?: number;
}

export interface FeedOptions extends RequestOptions {
  /** Ends the file behind the last piece: its readers come to its end. */
  readonly end?: boolean;
  /** Bytes that the enclave has, after each piece. */
  readonly onProgress?: (transferred: number) => void;
}

export interface ReadOptions extends TransferOptions {
  /** Most bytes to take into memory; 1 GiB unless told. Larger files: `readFileTo`. */
  readonly maximumBytes?: number;
}

export interface ChunkOptions extends TransferOptions {
  /** Where the bytes go; 0 unless told. */
  readonly offset?: number;
  /** Cuts the file to `offset` first; at 0 the write begins anew. Without it, a write starts from what the file holds. */
  readonly truncate?: boolean;
  /** Everything has been written: the file appears, or changes. */
  readonly final?: boolean;
}

/** What a run of a program came to. */
export interface RunResult {
  /** 0: it did what it was for. */
  readonly exitCode: number;
}

/** A run by what it gave or threw; or a file that a run wrote, or a program, by its path. */
export type ReceiptOf = { readonly run: RunResult | RemoteError } | { readonly file: string };

export interface SessionFacts {
  readonly policy: Policy;
  readonly identity: PolicyIdentity;
  readonly attestation: AttestationFacts;
  /** Hexadecimal: parties who compare it know whether they share an enclave. */
  readonly instanceId: string;
  /** Everything that was checked before the session began. */
  readonly checks: readonly Check[];
}

export interface VerifyOptions extends RequestOptions {
  /** Called with each check as it is made. */
  readonly onProgress?: CheckListener;
}

/** What the enclave has proven anew. */
export interface Verification {
  readonly attestation: AttestationFacts;
  readonly checks: readonly Check[];
}
