/**
 * What the runtime and its spawner say to each other: JSON messages over a SOCK_SEQPACKET pair, one a packet. Both ends
 * are the runtime's own code, and messages are checked all the same.
 */
import { SystemError } from '../../native/errno.ts';
import { type Watch, watchReadable } from '../../native/readiness.ts';
import { closeDescriptor, pollDescriptors, sendDescriptors } from '../../native/unix-sockets.ts';
import { TruceError } from '../../proto/errors.ts';
import { type ChildKind, type ChildPrograms, isChildKind } from './child-kinds.ts';
import type { ChildResources } from './run-report.ts';

/** Start a child, whose socket comes with the message; somebody waits for one; one is ready for its job; kill one. */
export type SpawnerRequest =
  | { readonly type: 'start'; readonly id: number; readonly kind: ChildKind }
  | { readonly type: 'hurry' | 'ready' | 'kill'; readonly id: number };

/** How a child ended; exactly one of `code` and `signal` is set, none where it could not be started. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export type SpawnerReport =
  | {
      readonly type: 'ready';
      readonly ownProc: boolean;
      readonly memoryCgroup: MemoryCgroupStatus;
      /** Whether children start behind all that runs. */
      readonly behind: boolean;
    }
  | ({
      readonly type: 'exited';
      readonly id: number;
      readonly stderr: string;
      readonly resources: ChildResources;
    } & ChildExit);

/** Whether each child has a memory cgroup of its own: where they are, or why there are none. */
export type MemoryCgroupStatus =
  | { readonly active: true; readonly path: string }
  | { readonly active: false; readonly reason: string };

/** How the spawner is told what to do: the only argument of its program, as JSON. */
export interface SpawnerSettings {
  readonly descriptor: number;
  readonly childPrograms: ChildPrograms;
  readonly nodeOptions: readonly string[];
  /** What the memory cgroup of each child allows it. */
  readonly memoryBytes: number;
  /** Whether it is the first process of namespaces of its own. */
  readonly isolated: boolean;
}

/** Bytes of a child's standard error that are kept: its last ones. */
export const STDERR_BYTES = 4096;
/** Six times the largest text that a message carries (JSON writes a byte as \uXXXX at worst), and the rest of it. */
const MESSAGE_BYTES = 32 * 1024;
const RETRY_MILLISECONDS = 2;

export interface ChannelEvents {
  /** The descriptor that came along, if any, is the receiver's to close. Throwing closes the channel. */
  message(value: unknown, descriptor: number | undefined): void;
  /** Once: the peer is gone, broke the protocol, or `close` was called. */
  closed(): void;
}

/** One end. It owns its descriptor, and those that it is given to send. */
export class SpawnerChannel {
  readonly #descriptor: number;
  readonly #events: ChannelEvents;
  readonly #watch: Watch;
  readonly #outbox: { bytes: Uint8Array; descriptors: readonly number[] }[] = [];
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(descriptor: number, events: ChannelEvents) {
    this.#descriptor = descriptor;
    this.#events = events;
    this.#watch = watchReadable(descriptor, () => this.#receive());
  }

  /** In order; messages wait here while the peer's queue is full. Lost when the peer is. */
  send(message: SpawnerRequest | SpawnerReport, descriptors: readonly number[] = []): void {
    if (this.#closed) {
      release(descriptors);
      return;
    }
    this.#outbox.push({ bytes: new TextEncoder().encode(JSON.stringify(message)), descriptors });
    if (this.#retry === undefined) this.#flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#watch.close();
    closeDescriptor(this.#descriptor);
    for (const { descriptors } of this.#outbox.splice(0)) release(descriptors);
    this.#events.closed();
  }

  #flush(): void {
    this.#retry = undefined;
    for (let next = this.#outbox[0]; next !== undefined; next = this.#outbox[0]) {
      try {
        sendDescriptors(this.#descriptor, next.bytes, next.descriptors);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        if (error.code === 'EAGAIN') this.#retry = setTimeout(() => this.#flush(), RETRY_MILLISECONDS);
        else this.close();
        return;
      }
      this.#outbox.shift();
      release(next.descriptors);
    }
  }

  #receive(): void {
    const buffer = new Uint8Array(MESSAGE_BYTES);
    while (!this.#closed) {
      try {
        const received = pollDescriptors(this.#descriptor, buffer, 1);
        if (received === undefined) return;
        if (received.length === 0) {
          this.close();
          return;
        }
        const text = new TextDecoder().decode(buffer.subarray(0, received.length));
        this.#events.message(JSON.parse(text), received.descriptors[0]);
      } catch (error) {
        // A peer that is gone (ECONNRESET) and one that speaks something else come to the same.
        if (!(error instanceof SystemError || error instanceof SyntaxError || error instanceof TruceError))
          throw error;
        this.close();
      }
    }
  }
}

/** @throws TruceError MESSAGE_INVALID */
export function checkRequest(value: unknown): SpawnerRequest {
  const { type, id, kind } = fields(value);
  if (type === 'start' && isId(id) && isChildKind(kind)) return { type, id, kind };
  if ((type === 'hurry' || type === 'ready' || type === 'kill') && isId(id)) return { type, id };
  throw new TruceError('MESSAGE_INVALID', { reason: 'not a request to the spawner' });
}

/** @throws TruceError MESSAGE_INVALID */
export function checkReport(value: unknown): SpawnerReport {
  const { type, id, code, signal, stderr, ownProc, behind } = fields(value);
  if (type === 'ready' && typeof ownProc === 'boolean' && typeof behind === 'boolean')
    return { type, ownProc, behind, memoryCgroup: checkMemoryCgroup(fields(value).memoryCgroup) };
  const exit = (code === null || isId(code)) && (signal === null || typeof signal === 'string');
  if (type === 'exited' && exit && isId(id) && typeof stderr === 'string')
    return { type, id, code, signal, stderr, resources: checkResources(fields(value).resources) };
  throw new TruceError('MESSAGE_INVALID', { reason: 'not a report of the spawner' });
}

function checkResources(value: unknown): ChildResources {
  const { cpuMicroseconds, peakMemoryBytes } = fields(value);
  return {
    ...(isId(cpuMicroseconds) ? { cpuMicroseconds } : {}),
    ...(isId(peakMemoryBytes) ? { peakMemoryBytes } : {}),
  };
}

function checkMemoryCgroup(value: unknown): MemoryCgroupStatus {
  const { active, path, reason } = fields(value);
  if (active === true && typeof path === 'string') return { active, path };
  if (active === false && typeof reason === 'string') return { active, reason };
  throw new TruceError('MESSAGE_INVALID', { reason: 'not a report of the spawner' });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Also of counts. */
function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function release(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeDescriptor(descriptor);
}
