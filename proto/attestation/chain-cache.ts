/**
 * Chains that have been verified, kept so that the next document of the same enclave costs one signature instead of
 * five. The caller makes it, and so decides who shares it. It says nothing about time: validity is checked on every use.
 */
import type { VerifiedChain } from './chain.ts';

export class VerifiedChainCache {
  readonly #capacity: number;
  readonly #chains = new Map<string, VerifiedChain>();

  /** `capacity` is the number of chains kept; the one used longest ago goes first. */
  constructor(capacity = 64) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError('the capacity must be 1 or more');
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#chains.size;
  }

  get(identity: string): VerifiedChain | undefined {
    const chain = this.#chains.get(identity);
    if (chain === undefined) return undefined;
    this.#chains.delete(identity);
    this.#chains.set(identity, chain);
    return chain;
  }

  set(identity: string, chain: VerifiedChain): void {
    this.#chains.delete(identity);
    this.#chains.set(identity, chain);
    if (this.#chains.size <= this.#capacity) return;
    const [oldest] = this.#chains.keys();
    if (oldest !== undefined) this.#chains.delete(oldest);
  }
}
