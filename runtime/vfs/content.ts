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
}

/** Makes empty contents; the place where storage is counted against the quota. */
export interface ContentFactory {
  create(): FileContent;
}
