/** A file's bytes, whatever holds them: inline buffers and memfd chunks in the runtime, overlays in an executor child. */

export interface FileContent {
  /** Bytes; never beyond Number.MAX_SAFE_INTEGER. */
  readonly size: number;
  /** Copies into `target` from `position` on; the number of bytes copied, less than asked for only at the end. */
  read(target: Uint8Array, position: number): number;
  /**
   * Writes all of `source` at `position`; a gap before it reads as zeros. A write that the quota does not allow
   * changes nothing; one that the kernel fails may have overwritten bytes, but never moves the end.
   */
  write(source: Uint8Array, position: number): void;
  /** Writes pieces one behind the other, the first at `position`. Where it throws, some of them may be written. */
  writePieces(pieces: readonly Uint8Array[], position: number): void;
  /** Cuts, or grows with zeros that take no space. */
  setSize(size: number): void;
  /** An independent copy: shares storage until either is written (copy on write), and must be disposed of. */
  snapshot(): FileContent;
  /** Gives the storage back. Using the content afterwards is an error; disposing again is none. */
  dispose(): void;
  /** Present where the bytes are elsewhere, and become more by themselves: opens them for one descriptor. */
  openLive?(): LiveHandle;
}

/** A live file in an executor child, as one descriptor has it. */
export interface LiveHandle {
  /** Its place in the list of the job. */
  readonly file: number;
  /** Which beginning of the file this descriptor's bytes are of. */
  readonly generation: number;
  /**
   * Copies bytes from `position` on; where there are none, waits for some unless told not to. 0: it has ended. Throws
   * VfsError AGAIN for none, STALE where the file was started anew since this descriptor read of it.
   */
  read(target: Uint8Array, position: number, wait: boolean): number;
  /** Adds bytes at the end; how many were taken. Throws VfsError PIPE where it has ended, NOSPC. */
  append(source: Uint8Array): number;
  /** Where what was appended last ends. */
  readonly end: number;
  /** Starts it anew, empty. */
  restart(): void;
}

/** Whether a read of a live file would wait. */
export interface LiveReadiness {
  readonly ready: boolean;
  /** No more will come. */
  readonly ended: boolean;
  /** Bytes that are there. */
  readonly available: number;
}

/** Waits until one of some reads would not wait, or for so long; undefined: for as long as it takes. */
export type LivePoll = (
  reads: readonly { readonly handle: LiveHandle; readonly position: number }[],
  milliseconds: number | undefined,
) => readonly LiveReadiness[];

/** Makes empty contents; the place where storage is counted against the quota. */
export interface ContentFactory {
  create(): FileContent;
}
