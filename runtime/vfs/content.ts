/** A file's bytes, whatever holds them: inline buffers and memfd chunks in the runtime, overlays in an executor child. */

export interface FileContent {
  /** Bytes; never beyond Number.MAX_SAFE_INTEGER. */
  readonly size: number;
  /** Copies into `target` from `position` on; the number of bytes copied, less than asked for only at the end. */
  read(target: Uint8Array, position: number): number;
  /** Writes all of `source` at `position`; a gap before it reads as zeros. */
  write(source: Uint8Array, position: number): void;
  /** Cuts, or grows with zeros that take no space. */
  setSize(size: number): void;
  /** The content as it is now, untouched by later writes; shares storage and must be disposed of. Read-only by contract. */
  snapshot(): FileContent;
  /** Gives the storage back. Using the content afterwards is an error. */
  dispose(): void;
}

/** Makes empty contents; the place where storage is counted against the quota. */
export interface ContentFactory {
  create(): FileContent;
}
