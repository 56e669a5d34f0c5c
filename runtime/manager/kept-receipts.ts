/** Receipts in the order of their runs' ends, bounded in number and bytes: the oldest goes first. */
import type { KeptPaths } from './kept-files.ts';
import type { MadeReceipt } from './make-receipt.ts';
import type { PastRun } from './receipt-readers.ts';

/** A run that is over, whose receipt may still be in the making. */
export interface KeptReceipt extends PastRun {
  readonly made: Promise<MadeReceipt>;
  readonly outputPaths: KeptPaths;
}

/** What the objects of one receipt take beside its bytes, a little more than was measured. */
const OBJECT_BYTES = 2048;

interface Place {
  /** 0 while it is being made. */
  bytes: number;
  /** The session's requests, and which of them it was for. */
  readonly requests: Map<number, KeptReceipt>;
  readonly context: number;
}

export class KeptReceipts {
  readonly #most: number;
  readonly #mostBytes: number;
  /** Oldest first. */
  readonly #kept = new Map<KeptReceipt, Place>();
  readonly #byRequest = new WeakMap<object, Map<number, KeptReceipt>>();
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get status(): { readonly kept: number; readonly bytes: number } {
    return { kept: this.#kept.size, bytes: this.#bytes };
  }

  add(receipt: KeptReceipt, session: object, context: number): void {
    let requests = this.#byRequest.get(session);
    if (requests === undefined) {
      requests = new Map();
      this.#byRequest.set(session, requests);
    }
    requests.set(context, receipt);
    this.#kept.set(receipt, { bytes: 0, requests, context });
    this.#shrink();
    void receipt.made.then(
      (made) => this.#weigh(receipt, bytesOf(receipt, made)),
      () => undefined,
    );
  }

  /** The newest that will do. */
  newest(fits: (receipt: KeptReceipt) => boolean): KeptReceipt | undefined {
    return [...this.#kept.keys()].reverse().find(fits);
  }

  ofRequest(session: object, context: number): KeptReceipt | undefined {
    return this.#byRequest.get(session)?.get(context);
  }

  /** The context stands for another request of the session now. */
  forget(session: object, context: number): void {
    this.#byRequest.get(session)?.delete(context);
  }

  #weigh(receipt: KeptReceipt, bytes: number): void {
    const place = this.#kept.get(receipt);
    if (place === undefined) return;
    place.bytes = bytes;
    this.#bytes += bytes;
    this.#shrink();
  }

  #shrink(): void {
    for (const [oldest, { bytes, requests, context }] of this.#kept) {
      if (this.#kept.size <= this.#most && this.#bytes <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
      // A session that goes on must not hold what has gone.
      if (requests.get(context) === oldest) requests.delete(context);
    }
  }
}

function bytesOf({ outputPaths }: KeptReceipt, { data, signature, document, openings }: MadeReceipt): number {
  const files = openings.byteLength + outputPaths.byteLength;
  return OBJECT_BYTES + data.length + signature.length + document.length + files;
}
