/**
 * What components were made into, by their SHA-256: kept for the next run, the one that was used longest ago given up
 * first. Runs that want one that is being made wait for it together.
 */
import { TruceError } from '../../proto/errors.ts';
import type { FileContent } from '../vfs/content.ts';
import { MemfdContents } from '../vfs/memfd-content.ts';

/** Fills `target`, or rejects. */
export type Make = (target: FileContent, targetBytes: number, signal: AbortSignal) => Promise<void>;

interface Making {
  readonly result: Promise<void>;
  readonly controller: AbortController;
  waiting: number;
}

/** Memory files of a cache; each takes one for every 16 MiB of a component. */
const DESCRIPTORS = 256;
/** However small they are. */
const MAXIMUM_COMPONENTS = 64;

export class ComponentCache {
  readonly #bytes: number;
  readonly #contents: MemfdContents;
  /** Least recently used first. */
  readonly #kept = new Map<string, FileContent>();
  readonly #making = new Map<string, Making>();
  #used = 0;

  /** `bytes` is what all that is kept may have. */
  constructor(bytes: number) {
    this.#bytes = bytes;
    // What was given up lives on until the runs that have it end.
    this.#contents = new MemfdContents({ limit: 2 * bytes, descriptors: DESCRIPTORS });
  }

  get status(): { components: number; bytes: number } {
    return { components: this.#kept.size, bytes: this.#used };
  }

  /**
   * A snapshot, which is the caller's to dispose of. `make` is called at most once at a time for all who wait for a hash;
   * its signal is aborted when nobody waits any more.
   * @throws what `make` rejects with, COMPONENT_LIMIT, or the signal's reason
   */
  async get(sha256: string, make: Make, signal?: AbortSignal): Promise<FileContent> {
    for (;;) {
      signal?.throwIfAborted();
      const kept = this.#kept.get(sha256);
      if (kept !== undefined) {
        this.#kept.delete(sha256);
        this.#kept.set(sha256, kept);
        return kept.snapshot();
      }
      await this.#wait(sha256, this.#making.get(sha256) ?? this.#start(sha256, make), signal);
    }
  }

  dispose(): void {
    for (const { controller } of this.#making.values()) controller.abort(new TruceError('SHUTTING_DOWN'));
    for (const content of this.#kept.values()) content.dispose();
    this.#kept.clear();
    this.#used = 0;
  }

  #start(sha256: string, make: Make): Making {
    const controller = new AbortController();
    const target = this.#contents.create();
    const made = make(target, this.#bytes, controller.signal).then(() => controller.signal.throwIfAborted());
    const result = made.then(
      () => {
        this.#making.delete(sha256);
        this.#keep(sha256, target);
      },
      (error: unknown) => {
        this.#forget(sha256, making);
        target.dispose();
        throw error;
      },
    );
    const making: Making = { result, controller, waiting: 0 };
    this.#making.set(sha256, making);
    return making;
  }

  /** In its place another may have begun. */
  #forget(sha256: string, making: Making): void {
    if (this.#making.get(sha256) === making) this.#making.delete(sha256);
  }

  async #wait(sha256: string, making: Making, signal: AbortSignal | undefined): Promise<void> {
    making.waiting++;
    let abandon: () => void = () => undefined;
    const abandoned = new Promise<never>((_, reject) => {
      abandon = () => reject(signal?.reason);
      signal?.addEventListener('abort', abandon, { once: true });
    });
    try {
      await Promise.race([making.result, abandoned]);
    } finally {
      signal?.removeEventListener('abort', abandon);
      if (--making.waiting === 0 && signal?.aborted) {
        making.result.catch(() => undefined);
        // Whoever comes before it has ended must not be told that somebody else has left.
        this.#forget(sha256, making);
        making.controller.abort(signal.reason);
      }
    }
  }

  #keep(sha256: string, content: FileContent): void {
    this.#kept.set(sha256, content);
    this.#used += content.size;
    for (const [oldest, given] of this.#kept) {
      const fits = this.#used <= this.#bytes && this.#kept.size <= MAXIMUM_COMPONENTS;
      if (fits || oldest === sha256) break;
      this.#kept.delete(oldest);
      this.#used -= given.size;
      given.dispose();
    }
  }
}
