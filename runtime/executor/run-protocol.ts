/**
 * What the runtime and an executor child say to each other over their socket pair.
 *
 * Child to runtime: one byte READY when warm. Runtime to child: perhaps EXERCISE, where nobody needs it yet; then a count
 * of descriptor batches, the batches (each with its descriptors attached), one JOB frame and one INLINE frame. Child to runtime, after the lock: OUTPUT frames as
 * the program writes, then the journal, the written extents and END. A frame is a type byte, a 32-bit little-endian
 * length and the payload. The runtime believes nothing that comes back: every frame is bounded and every field checked.
 */
import { TruceError } from '../../proto/errors.ts';
import type { NativeModuleName } from '../../proto/native-modules/names.ts';
import type { AccessEntry } from '../../proto/policy/access.ts';
import type { VfsLimits } from '../vfs/file-system.ts';
import type { JailLimits } from './jail.ts';

export const READY = 0x01;
/** In place of a count: make use of the time until the job comes. Nothing is answered. */
export const EXERCISE = 0xffff;

/** Descriptors that one SCM_RIGHTS message may carry. Source: Linux net/scm.h, SCM_MAX_FD 253. */
export const DESCRIPTORS_PER_BATCH = 250;

export const FrameType = {
  job: 0x10,
  inline: 0x11,
  /** To the child, which waits for it. */
  liveAnswer: 0x12,
  output: 0x20,
  journal: 0x21,
  extent: 0x22,
  end: 0x23,
  started: 0x24,
  trace: 0x25,
  liveRequest: 0x26,
  liveWrite: 0x27,
  transpiled: 0x28,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

export const FRAME_HEADER_BYTES = 5;
/** Bytes of file content in one EXTENT frame: large enough to be cheap, small enough to be handled as one piece. */
export const EXTENT_BYTES = 1 << 20;
/** Inode number and position, each a 64-bit little-endian float: both are safe integers. */
export const EXTENT_HEADER_BYTES = 16;

export function frameHeader(type: FrameType, length: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  header[0] = type;
  new DataView(header.buffer).setUint32(1, length, true);
  return header;
}

export type OutputStream = 'stdout' | 'stderr';

/** A piece of a file: bytes in the INLINE frame, or a passed descriptor from its start. What no piece covers is zeros. */
export interface ContentPiece {
  readonly position: number;
  readonly length: number;
  readonly inlineOffset?: number;
  readonly descriptor?: number;
}

export interface JobContent {
  readonly size: number;
  readonly pieces: readonly ContentPiece[];
}

/** An inode of the snapshot; parents come before what they hold. Times are decimal nanoseconds. */
export interface JobInode {
  readonly number: number;
  readonly type: number;
  readonly version: number;
  readonly accessed: string;
  readonly modified: string;
  readonly changed: string;
  readonly names: readonly { readonly parent: number; readonly name: string }[];
  readonly target?: string;
  readonly content?: JobContent;
  /** It keeps its name and place. */
  readonly pinned?: true;
}

export interface Job {
  readonly program: JobContent;
  readonly strategy: 'Interpretation' | 'JIT';
  readonly clock: boolean;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly access: readonly AccessEntry[];
  readonly boundaries: readonly string[];
  readonly streams: { readonly stdin: number; readonly stdout: number; readonly stderr: number };
  readonly stdin: JobContent;
  readonly inodes: readonly JobInode[];
  /** Numbers of the inodes that are live files; that of stdin among them where it is one. Frames name them by their places here. */
  readonly live?: readonly number[];
  /** Native modules that the program can call, by the canonical paths of their special files. */
  readonly modules?: readonly { readonly path: string; readonly module: NativeModuleName }[];
  /** Present: the program is to do the same wherever and whenever it runs. */
  readonly determinism?: JobDeterminism;
  /** Instructions that it may execute; absent: they are not counted. */
  readonly fuel?: number;
  /** What a component may import beyond the usual. */
  readonly interfaces?: readonly string[];
  readonly limits: JobLimits;
  /** Each call of the program is to be told in a TRACE frame: `truce exec` alone asks for it. */
  readonly trace?: boolean;
}

export interface JobDeterminism {
  /** 32 bytes, in hexadecimal. */
  readonly seed: string;
  /** Decimal nanoseconds since 1970. */
  readonly realtime: string;
}

/** The limits that the child itself has to know; the runtime holds the others from outside. */
export interface JobLimits {
  /** WebAssembly memory. */
  readonly memoryBytes: number;
  readonly tableElements: number;
  readonly openFiles: number;
  /** Changes of the tree in one run. */
  readonly journalOperations: number;
  readonly vfs: VfsLimits;
  readonly jail: JailLimits;
}

/** One change of the tree, in the order it was made. Inodes are named by number; new ones count from NEW_INODE up. */
export type JournalOperation =
  | {
      readonly operation: 'create';
      readonly inode: number;
      readonly type: number;
      readonly target?: string;
      readonly parent: number;
      readonly name: string;
    }
  | { readonly operation: 'link'; readonly inode: number; readonly parent: number; readonly name: string }
  | { readonly operation: 'unlink'; readonly inode: number; readonly parent: number; readonly name: string }
  | {
      readonly operation: 'rename';
      readonly inode: number;
      readonly parent: number;
      readonly name: string;
      readonly newParent: number;
      readonly newName: string;
    };

/** What became of a file's bytes: its size, and how many of the bytes it had before were never cut off. */
export interface JournalContent {
  readonly inode: number;
  readonly size: number;
  readonly kept: number;
}

export interface JournalTimes {
  readonly inode: number;
  readonly accessed: string;
  readonly modified: string;
}

/** Everything a run changed but the bytes themselves, which EXTENT frames carry. */
export interface Journal {
  readonly operations: readonly JournalOperation[];
  readonly contents: readonly JournalContent[];
  readonly times: readonly JournalTimes[];
}

/** First number of the inodes a run creates: far above any that the runtime will ever have given out. */
export const NEW_INODE = 2 ** 40;

/** How a program ended, as the child tells it. */
export interface RunEnd {
  readonly exitCode?: number;
  /** What only the child can count. */
  readonly usage?: { readonly fuel?: number };
  readonly error?: { readonly code: string; readonly details: Readonly<Record<string, string | number>> };
}

interface FrameHandler {
  /** Called with each whole frame; the payload is good until it returns. */
  frame(type: FrameType, payload: Uint8Array): void;
}

/** The runtime's bounds on what a child sends, by frame type; what has none may not come. */
export type FrameLimits = Readonly<Partial<Record<keyof typeof FrameType, number>>>;

/** Splits what a child sends into frames. Incremental; a frame that is over its bound ends the run before it is read. */
export class FrameDecoder {
  readonly #handler: FrameHandler;
  readonly #limits: ReadonlyMap<number, number>;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerFilled = 0;
  #payload: Uint8Array | undefined;
  #payloadFilled = 0;

  constructor(handler: FrameHandler, limits: FrameLimits) {
    this.#handler = handler;
    const bounds: [number, number][] = Object.entries(limits).map(([name, limit]) => [
      FrameType[name as keyof FrameLimits],
      limit,
    ]);
    this.#limits = new Map([[FrameType.extent, EXTENT_HEADER_BYTES + EXTENT_BYTES], ...bounds]);
  }

  /** Whether all that came was whole frames. */
  get idle(): boolean {
    return this.#payload === undefined && this.#headerFilled === 0;
  }

  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#payload === undefined) {
        const take = Math.min(FRAME_HEADER_BYTES - this.#headerFilled, chunk.length - offset);
        this.#header.set(chunk.subarray(offset, offset + take), this.#headerFilled);
        this.#headerFilled += take;
        offset += take;
        if (this.#headerFilled < FRAME_HEADER_BYTES) return;
        const length = new DataView(this.#header.buffer).getUint32(1, true);
        this.#checkLength(this.#header[0]!, length);
        if (chunk.length - offset >= length) {
          this.#headerFilled = 0;
          this.#handler.frame(this.#header[0] as FrameType, chunk.subarray(offset, offset + length));
          offset += length;
          continue;
        }
        this.#payload = new Uint8Array(length);
        this.#payloadFilled = 0;
      }
      const take = Math.min(this.#payload.length - this.#payloadFilled, chunk.length - offset);
      this.#payload.set(chunk.subarray(offset, offset + take), this.#payloadFilled);
      this.#payloadFilled += take;
      offset += take;
      if (this.#payloadFilled === this.#payload.length) {
        const payload = this.#payload;
        this.#payload = undefined;
        this.#headerFilled = 0;
        this.#handler.frame(this.#header[0] as FrameType, payload);
      }
    }
  }

  #checkLength(type: number, length: number): void {
    const limit = this.#limits.get(type);
    if (limit === undefined)
      throw new TruceError('RUN_PROTOCOL', { reason: `frame of unknown type ${type}` });
    // An honest child whose program made many changes comes to it as well.
    if (length > limit && type === FrameType.journal) throw new TruceError('RUN_JOURNAL_LIMIT');
    if (length > limit)
      throw new TruceError('RUN_PROTOCOL', { reason: `frame of ${length} bytes, over ${limit}` });
  }
}
