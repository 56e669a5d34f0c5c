/** Receipts in the order of their runs' ends, bounded in number and bytes: the oldest goes first. */
import type { MadeReceipt } from './make-receipt.ts';
import type { PastRun } from './receipt-readers.ts';

/** A run that is over, whose receipt may still be in the making. */
export interface KeptReceipt extends PastRun {
  readonly made: Promise<MadeReceipt>;
}

export class KeptReceipts {
  readonly #most: number;
  readonly #mostBytes: number;
  /** Oldest first, each with the bytes that it takes; 0 while it is being made. */
  readonly #kept = new Map<KeptReceipt, number>();
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
    this.#kept.set(receipt, 0);
    let requests = this.#byRequest.get(session);
    if (requests === undefined) {
      requests = new Map();
      this.#byRequest.set(session, requests);
    }
    // The oldest first here too: what has gone from the store goes from here when others come.
    requests.delete(context);
    requests.set(context, receipt);
    for (const [oldest, kept] of requests) {
      if (this.#kept.has(kept)) break;
      requests.delete(oldest);
    }
    this.#shrink();
    void receipt.made.then(
      (made) => this.#weigh(receipt, bytesOf(made)),
      () => undefined,
    );
  }

  /** The newest that will do. */
  newest(fits: (receipt: KeptReceipt) => boolean): KeptReceipt | undefined {
    return [...this.#kept.keys()].reverse().find(fits);
  }

  ofRequest(session: object, context: number): KeptReceipt | undefined {
    const receipt = this.#byRequest.get(session)?.get(context);
    return receipt !== undefined && this.#kept.has(receipt) ? receipt : undefined;
  }

  /** The context stands for another request of the session now. */
  forget(session: object, context: number): void {
    this.#byRequest.get(session)?.delete(context);
  }

  #weigh(receipt: KeptReceipt, bytes: number): void {
    if (!this.#kept.has(receipt)) return;
    // Setting it anew keeps its place.
    this.#kept.set(receipt, bytes);
    this.#bytes += bytes;
    this.#shrink();
  }

  #shrink(): void {
    for (const [oldest, bytes] of this.#kept) {
      if (this.#kept.size <= this.#most && this.#bytes <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

function bytesOf({ data, signature, document, openings }: MadeReceipt): number {
  const fixed = data.length + signature.length + document.length;
  return openings.reduce((sum, { path, encoded }) => sum + 2 * path.length + encoded.length, fixed);
}
