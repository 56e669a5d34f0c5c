/** Those who wait for a child to run a program in, in order of asking. */
import type { ChildKind } from './child-kinds.ts';
import type { WarmChild } from './pool-types.ts';

interface Waiter {
  readonly kind: ChildKind;
  readonly resolve: (child: WarmChild) => void;
  readonly reject: (reason: unknown) => void;
}

export class ChildWaiters {
  readonly #waiters: Waiter[] = [];

  get length(): number {
    return this.#waiters.length;
  }

  count(kind: ChildKind): number {
    return this.#waiters.filter((waiter) => waiter.kind === kind).length;
  }

  /** Rejects with the signal's reason, or what `rejectAll` is given. */
  wait(kind: ChildKind, signal: AbortSignal | undefined): Promise<WarmChild> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abandon = () => {
        const place = this.#waiters.indexOf(waiter);
        if (place >= 0) this.#waiters.splice(place, 1);
        reject(signal?.reason);
      };
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          signal?.removeEventListener('abort', abandon);
          settle(value);
        };
      };
      const waiter: Waiter = { kind, resolve: settled(resolve), reject: settled(reject) };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Gives a child to the first who waits for its kind; false where nobody does. */
  give(child: WarmChild & { readonly kind: ChildKind }): boolean {
    const place = this.#waiters.findIndex(({ kind }) => kind === child.kind);
    const [waiter] = place < 0 ? [] : this.#waiters.splice(place, 1);
    waiter?.resolve(child);
    return waiter !== undefined;
  }

  rejectAll(reason: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }
}
