/** Speaks with one child: hands its job over, and takes its frames until it has said all, or something ends it. */
import { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import type { WarmChild } from './child-pool.ts';
import { sendBatches, sendJob } from './job-sender.ts';
import type { FrameDecoder } from './run-protocol.ts';
import type { JobParts } from './snapshot.ts';
import type { ChildExit } from './spawner-channel.ts';

export interface ChildExchangeOptions {
  /** Its descriptor is closed by the exchange. */
  readonly child: WarmChild;
  readonly job: object;
  readonly parts: JobParts;
  readonly signal: AbortSignal | undefined;
}

export class ChildExchange {
  readonly socket: Socket;
  readonly #options: ChildExchangeOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #failure: Error | undefined;

  constructor(options: ChildExchangeOptions) {
    this.#options = options;
    this.socket = new Socket({ fd: options.child.descriptor, readable: true, writable: true });
  }

  /** Ends it for a reason of the runtime's; the first one counts. */
  readonly stop = (reason: Error): void => {
    this.#failure ??= reason;
    this.#options.child.kill();
    // Whoever holds it back takes nothing any more.
    this.socket.resume();
  };

  /** Ends it when so much time has passed, unless the function that comes back is called. */
  stopAfter(milliseconds: number, reason: () => Error): () => void {
    const timer = setTimeout(() => this.stop(reason()), milliseconds);
    this.#timers.push(timer);
    return () => clearTimeout(timer);
  }

  /**
   * Resolves to how the child died; where it has hung up and `enough` finds that all was said, at once, to undefined: a
   * process without a socket can do nothing more, and its memory takes the kernel longer than most runs.
   * Rejects with what ended it early, a frame that `decoder` refused included.
   */
  async finish(decoder: FrameDecoder, enough: () => boolean = () => false): Promise<ChildExit | undefined> {
    const { child, job, parts, signal } = this.#options;
    const { socket } = this;
    const cancelled = () =>
      this.stop(signal?.reason instanceof Error ? signal.reason : new TruceError('RUN_CANCELLED'));
    signal?.addEventListener('abort', cancelled, { once: true });
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // A child that dies in the middle resets its socket; how it died says more than EPIPE.
    socket.on('error', () => child.kill());
    socket.on('data', (chunk) => {
      if (this.#failure !== undefined) return;
      try {
        decoder.push(chunk);
      } catch (error) {
        this.stop(error as Error);
      }
    });
    try {
      // Before the first write of the socket's own, so that the descriptors come first.
      if (sendBatches(child.descriptor, parts.descriptors)) sendJob(socket, job, parts);
      else child.kill();
      if (signal?.aborted) cancelled();
      await closed;
      const exit = this.#failure === undefined && enough() ? undefined : await child.exited;
      if (this.#failure !== undefined) throw this.#failure;
      return exit;
    } finally {
      for (const timer of this.#timers) clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
      socket.destroy();
    }
  }
}
