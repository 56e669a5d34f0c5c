/** What a run came to: how it ended, when, and what it used, as the runtime saw it from outside its child. */
import type { FileInode } from '../vfs/inode.ts';
import type { OutputStream } from './run-protocol.ts';

/** What is known of a child that is dead; what could not be measured is absent. */
export interface ChildResources {
  /** Processor time of all its threads since it was ready for its job, microseconds. */
  readonly cpuMicroseconds?: number;
  /** The most memory that its group held at once, engine included, bytes; pages that it found loaded are others'. */
  readonly peakMemoryBytes?: number;
}

export interface RunUsage extends ChildResources {
  /** From the job's hand-over until its changes were in the file system, or it had failed. */
  readonly wallMilliseconds: number;
  /** Standard output and standard error together. */
  readonly outputBytes: number;
  /** Bytes of content that it sent back. */
  readonly writtenBytes: number;
  /** Steps, where they were counted: by code that the runtime put into the module, so it is the child's word. */
  readonly fuel?: number;
}

/** When a run was, and what it used. */
export interface RunFacts {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly usage: RunUsage;
}

export interface RunReport extends RunFacts {
  readonly exitCode: number;
}

export interface WitnessedFile {
  /** Canonical, or the name of a stream. */
  readonly path: string;
  readonly file: FileInode;
}

/**
 * Follows one run from its beginning to its end, for a receipt. Each call comes in the turn of what it tells of, so that
 * contents can be taken as they are then. What `began`, `changingLive` and `wrote` throw ends the run, and nothing of it is kept.
 */
export interface RunWitness {
  /** Its turn has come: resolves when it may begin. What it rejects with ends the run. */
  room(): Promise<void>;
  /** The run has its snapshot; `inputs` are the files whose bytes its program may read. */
  began(inputs: readonly WitnessedFile[]): void;
  printed(stream: OutputStream, bytes: Uint8Array): void;
  /** Its program is about to add to a live file, or to begin it anew; perhaps once more. */
  changingLive(file: WitnessedFile): void;
  /** Its changes are in the file system: the files that it made, changed or moved, and the paths where one is no more. */
  wrote(outputs: readonly WitnessedFile[], gone: readonly string[]): void;
  /** It is over, well or badly. Only after `began`. */
  ended(facts: RunFacts): void;
}

/** Counts while a run lasts. */
export class RunMeter {
  readonly #startedAt = Date.now();
  readonly #start = performance.now();
  outputBytes = 0;
  writtenBytes = 0;
  fuel: number | undefined;
  resources: ChildResources = {};

  facts(): RunFacts {
    const { outputBytes, writtenBytes, fuel, resources } = this;
    const wallMilliseconds = Math.round(performance.now() - this.#start);
    return {
      startedAt: this.#startedAt,
      endedAt: this.#startedAt + wallMilliseconds,
      usage: {
        wallMilliseconds,
        outputBytes,
        writtenBytes,
        ...resources,
        ...(fuel === undefined ? {} : { fuel }),
      },
    };
  }
}
