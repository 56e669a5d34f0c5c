/** One child of the pool, from the moment it is asked for: it says that it is warm with a byte, or is killed in time. */
import { SystemError } from '../../native/errno.ts';
import { type Watch, watchReadable } from '../../native/readiness.ts';
import { closeDescriptor, pollDescriptors, socketPair } from '../../native/unix-sockets.ts';
import type { ChildKind } from './child-kinds.ts';
import type { WarmChild } from './pool-types.ts';
import type { ChildResources } from './run-report.ts';
import type { ChildExit } from './spawner-channel.ts';

/** What a child writes when it is ready for a job. */
const READY = 0x01;

export interface PooledChildOptions {
  readonly id: number;
  readonly kind: ChildKind;
  /** Has it killed. */
  readonly kill: () => void;
  /** How long it may take until it is warm. */
  readonly startMilliseconds: number;
  readonly ready: (child: PooledChild) => void;
}

export class PooledChild implements WarmChild {
  readonly id: number;
  readonly kind: ChildKind;
  /** Our end of its socket. */
  readonly descriptor: number;
  readonly kill: () => void;
  readonly exited: Promise<ChildExit>;
  /** `unwanted`: it was killed before anybody took it. */
  state: 'starting' | 'warm' | 'taken' | 'unwanted' = 'starting';
  hurried = false;
  exercised = false;
  readonly #deadline: NodeJS.Timeout;
  readonly #watch: Watch;
  #end: (exit: ChildExit) => void = () => undefined;
  #stderr = '';
  #used: ChildResources = {};

  private constructor({ id, kind, kill, startMilliseconds, ready }: PooledChildOptions, descriptor: number) {
    this.id = id;
    this.kind = kind;
    this.kill = kill;
    this.descriptor = descriptor;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#deadline = setTimeout(kill, startMilliseconds);
    this.#watch = watchReadable(descriptor, () => {
      this.#settle();
      if (this.#isReady()) ready(this);
      else kill();
    });
  }

  /** The child, and the end of its socket that goes to the spawner. */
  static make(options: PooledChildOptions): { readonly child: PooledChild; readonly theirs: number } {
    const [ours, theirs] = socketPair();
    return { child: new PooledChild(options, ours), theirs };
  }

  stderrTail(): string {
    return this.#stderr;
  }

  resources(): ChildResources {
    return this.#used;
  }

  /** It is dead. Whoever has taken it closes its socket. */
  died(exit: ChildExit, stderr: string, resources: ChildResources): void {
    this.#stderr = stderr;
    this.#used = resources;
    this.#settle();
    if (this.state !== 'taken') closeDescriptor(this.descriptor);
    this.#end(exit);
  }

  #settle(): void {
    this.#watch.close();
    clearTimeout(this.#deadline);
  }

  /** Whether its byte was there: not at the end of the stream. */
  #isReady(): boolean {
    const byte = new Uint8Array(1);
    try {
      return pollDescriptors(this.descriptor, byte, 0)?.length === 1 && byte[0] === READY;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }
}
