/** What the enclave services have in common: who calls, what is asked, what is kept. */
import type { JsonValue } from '../../../proto/json/value.ts';

/** Who calls in the plain form. */
export const HOST_CALLER = 'host';

/** Who asks. In the plain form there is but one caller, the host. */
export interface ServiceCaller {
  /**
   * SHA-256 of the certificate's DER, 64 hexadecimal digits: what the policy knows a party by, and what access lists name;
   * `host` in the plain form.
   */
  readonly id: string;
}

export interface ServiceCall {
  readonly caller: ServiceCaller;
  readonly operation: string;
  /** The JSON object of the request's payload; an empty one where there is none. */
  readonly payload: ReadonlyMap<string, JsonValue>;
  /** Aborted when the caller is gone or the enclave ends. */
  readonly signal: AbortSignal;
}

export interface EnclaveService {
  /** The request's `ServiceType`. */
  readonly type: string;
  /** None where it does the same whatever operation the caller names. */
  readonly operations: readonly string[];
  /**
   * The answer's payload, as JSON.stringify takes it. @throws TruceError of the service; SERVICE_OPERATION_UNKNOWN is the
   * dispatcher's.
   */
  call(call: ServiceCall): Promise<object>;
  /** What the service keeps beyond a call; undefined where it keeps nothing. */
  readonly state?: KeptState;
}

/** What outlives the enclave only sealed. */
export interface KeptState {
  /** Whether callers have left something here that an import would take from them. */
  readonly inUse: boolean;
  /** Everything, in the clear: the caller's to seal and to clear. */
  export(): Uint8Array;
  /**
   * Reads what an export gave. What is returned puts it in the place of all that is kept, and cannot fail; before, nothing
   * has changed. @throws TruceError SEALED_STATE_INVALID
   */
  prepare(state: Uint8Array): () => void;
}
