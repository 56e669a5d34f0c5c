/**
 * The Nitro Secure Module as the runtime sees it, over any exchange of bytes: an ioctl on /dev/nsm or a socket to a
 * simulator. Requests go one at a time, which is all the device does.
 */
import { TruceError } from './errors.ts';
import {
  decodeNsmResponse,
  encodeNsmRequest,
  type NsmDescription,
  type NsmRequest,
  type NsmResponse,
} from './nsm-messages.ts';

export * from './nsm-messages.ts';

/** What the caller wants in a document; what is left out is null there. */
export interface AttestationRequest {
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
  /** DER of a SubjectPublicKeyInfo, by convention. */
  readonly publicKey?: Uint8Array;
}

/** Errors of all methods: NSM_REFUSED, NSM_UNEXPECTED, NSM_INVALID, NSM_TOO_LARGE, NSM_BUSY, NSM_CLOSED. */
export interface NitroSecureModule {
  describe(): Promise<NsmDescription>;
  /** Random bytes, at least one; the device gives 256. */
  random(): Promise<Uint8Array>;
  describePcr(index: number): Promise<{ readonly locked: boolean; readonly data: Uint8Array }>;
  /** The register's new value: SHA384(old || data). */
  extendPcr(index: number, data: Uint8Array): Promise<Uint8Array>;
  lockPcr(index: number): Promise<void>;
  /** Locks the registers from 0 up to `range`, which is not among them. */
  lockPcrs(range: number): Promise<void>;
  /** A signed attestation document. */
  attest(request?: AttestationRequest): Promise<Uint8Array>;
  /** Refuses requests from now on; one under way still ends. */
  close(): void;
}

/** Sends one request and gives its answer. Called again only after the promise has settled. */
export type NsmExchange = (request: Uint8Array) => Promise<Uint8Array>;

const MOST_WAITING = 4096;

/** A module over an exchange of bytes. `onClose` is called once, when the last request has ended after close(). */
export function createNsm(exchange: NsmExchange, onClose?: () => void): NitroSecureModule {
  let closed = false;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function call<Type extends NsmRequest['type']>(
    request: NsmRequest & { readonly type: Type },
  ): Promise<Extract<NsmResponse, { readonly type: Type }>> {
    if (closed) throw new TruceError('NSM_CLOSED');
    if (waiting >= MOST_WAITING) throw new TruceError('NSM_BUSY', { limit: MOST_WAITING });
    const encoded = encodeNsmRequest(request);
    waiting++;
    const answer = last.then(() => exchange(encoded));
    // The next request waits for this one, whether it succeeds or not; its own caller sees the failure.
    last = answer.catch(() => undefined);
    try {
      // A copy, because an exchange may read into one buffer again and again.
      const response = decodeNsmResponse(new Uint8Array(await answer));
      if (response.type === 'Error')
        throw new TruceError('NSM_REFUSED', { request: request.type, error: response.error });
      if (!isAnswerTo(response, request.type))
        throw new TruceError('NSM_UNEXPECTED', { request: request.type, answer: response.type });
      return response;
    } finally {
      waiting--;
      if (closed && waiting === 0) onClose?.();
    }
  }

  return {
    async describe() {
      const { version, moduleId, maximumPcrs, lockedPcrs, digest } = await call({ type: 'DescribeNSM' });
      return { version, moduleId, maximumPcrs, lockedPcrs, digest };
    },
    async random() {
      const { random } = await call({ type: 'GetRandom' });
      if (random.length === 0)
        throw new TruceError('NSM_UNEXPECTED', { request: 'GetRandom', answer: 'no bytes' });
      return random;
    },
    async describePcr(index) {
      const { locked, data } = await call({ type: 'DescribePCR', index });
      return { locked, data };
    },
    async extendPcr(index, data) {
      return (await call({ type: 'ExtendPCR', index, data })).data;
    },
    async lockPcr(index) {
      await call({ type: 'LockPCR', index });
    },
    async lockPcrs(range) {
      await call({ type: 'LockPCRs', range });
    },
    async attest({ userData, nonce, publicKey } = {}) {
      return (await call({ type: 'Attestation', userData, nonce, publicKey })).document;
    },
    close() {
      if (closed) return;
      closed = true;
      if (waiting === 0) onClose?.();
    },
  };
}

function isAnswerTo<Type extends NsmRequest['type']>(
  response: NsmResponse,
  type: Type,
): response is Extract<NsmResponse, { readonly type: Type }> {
  return response.type === type;
}
