/**
 * This process's standard input as the program's: nothing is read before the program asks for more, and what it has read
 * is kept no longer, so an input may be endless, and what a program leaves is there for the next one.
 */
import { fstatSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import type { FileContent } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import { asFileError } from '../vfs/file-errors.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import type { LiveFile } from '../vfs/live-file.ts';
import { unreadable } from './host-paths.ts';

export const STANDARD_INPUT = 0;
const NAME = 'standard input';

/** Bytes that come at one end and are read once at the other. */
export class InputWindow implements FileContent {
  /** All that have come. */
  size = 0;
  /** Where the first piece that is kept begins. */
  #start = 0;
  #pieces: Uint8Array[] = [];

  /** How many are kept. */
  get kept(): number {
    return this.size - this.#start;
  }

  append(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.size += piece.length;
  }

  /** Gives away what lies before `position`: nobody reads backwards in a stream. What is gone reads as nothing. */
  read(target: Uint8Array, position: number): number {
    while (this.#pieces.length > 0 && this.#start + this.#pieces[0]!.length <= position) {
      this.#start += this.#pieces.shift()!.length;
    }
    if (position < this.#start) return 0;
    let done = 0;
    let at = this.#start;
    for (const piece of this.#pieces) {
      const rest = piece.subarray(
        Math.max(0, position - at),
        Math.max(0, position - at) + target.length - done,
      );
      target.set(rest, done);
      done += rest.length;
      at += piece.length;
    }
    return done;
  }

  write(): never {
    throw new VfsError(Errno.NOTSUP, 'standard input is not written');
  }

  writePieces(): never {
    this.write();
  }

  setSize(): never {
    this.write();
  }

  snapshot(): never {
    this.write();
  }

  dispose(): void {
    this.#pieces = [];
    this.#start = this.size;
  }
}

/**
 * Makes a live file of the input.
 * @param failed told where it cannot be read: TruceError LOCAL_FILE_UNREADABLE
 */
export function feedStandardInput(
  input: NodeJS.ReadableStream,
  file: LiveFile,
  failed: (error: Error) => void,
  name = NAME,
): void {
  const window = new InputWindow();
  file.inode.content.dispose();
  file.inode.content = window;
  // Node takes a folder for an input that has ended.
  if (fstatSync(STANDARD_INPUT).isDirectory()) {
    failed(unreadable(name, 'it is a folder'));
    return;
  }
  input.pause();
  input.on('data', (piece: Buffer) => {
    input.pause();
    window.append(piece);
    file.grown();
  });
  for (const end of ['end', 'close']) input.once(end, () => file.end());
  input.once('error', (cause: NodeJS.ErrnoException) =>
    failed(unreadable(name, cause.code ?? cause.message)),
  );
  file.wanted = () => input.resume();
}

/**
 * Copies the input to its end: a run that is to be the same again may not see when what comes.
 * @throws TruceError LOCAL_FILE_UNREADABLE, STORAGE_FULL; the signal's reason
 */
export async function storeStandardInput(
  input: Readable,
  fileSystem: FileSystem,
  signal: AbortSignal,
  name = NAME,
): Promise<void> {
  let position = 0;
  try {
    for await (const piece of addAbortSignal(signal, input)) {
      fileSystem.write(fileSystem.streams.stdin, piece, position);
      position += piece.length;
    }
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    throw error instanceof VfsError || code === undefined
      ? asFileError('copy', name, error)
      : unreadable(name, code);
  }
}

export function inputIsFile(): boolean {
  return fstatSync(STANDARD_INPUT).isFile();
}
