/**
 * What a machine prints, in a file that cannot grow for ever: its first part stays, since it says how the machine was
 * booted, and of the rest the newest part, since it says what became of it.
 */
import { appendFileSync, closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { linesOf } from './log-file.ts';

/** Bytes of each of the parts: `path`, and later `path.2` and before it `path.1`. */
export const CONSOLE_PART_BYTES = 4 << 20;

/** For messages about a machine's end. */
const TAIL_BYTES = 4096;
const CUT = '\n[truce: what the machine printed here was cut; the newest part follows]\n';

/** The parts in the order of what was printed; those that a short console does not have do not exist. */
export function consoleParts(path: string): readonly string[] {
  return [path, `${path}.1`, `${path}.2`];
}

export class ConsoleFile {
  readonly #path: string;
  readonly #partBytes: number;
  /** Undefined from the moment that it is closed: its number may be another file's by then. */
  #descriptor: number | undefined;
  #written = 0;
  #part = 0;
  #cut = false;
  #broken = false;
  #tail: Uint8Array = new Uint8Array(0);

  /** @throws the system's error where the file cannot be made: it must not be there yet */
  constructor(path: string, partBytes: number = CONSOLE_PART_BYTES) {
    this.#path = path;
    this.#partBytes = partBytes;
    this.#descriptor = openSync(path, 'wx', 0o600);
  }

  /** Takes all that the machine prints. Settles at its end. */
  async record(output: Readable): Promise<void> {
    for await (const chunk of output) this.write(chunk as Uint8Array);
  }

  /** The last lines that are not empty. */
  lastLines(count: number): readonly string[] {
    return linesOf(this.#tail).slice(-count);
  }

  write(bytes: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#written >= this.#partBytes) this.#nextPart();
      const fitting = rest.subarray(0, Math.max(0, this.#partBytes - this.#written));
      this.#writeAll(fitting);
      rest = rest.subarray(fitting.length);
    }
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }

  #nextPart(): void {
    const [first, older, newer] = consoleParts(this.#path) as [string, string, string];
    this.#written = 0;
    this.#attempt(() => {
      this.close();
      if (this.#part === 2) {
        if (!this.#cut) appendFileSync(first, CUT);
        this.#cut = true;
        renameSync(newer, older);
      }
      this.#part = Math.min(this.#part + 1, 2);
      this.#descriptor = openSync(this.#part === 1 ? older : newer, 'w', 0o600);
    });
  }

  #writeAll(bytes: Uint8Array): void {
    this.#written += bytes.length;
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#attempt(() => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(descriptor, bytes, done, bytes.length - done);
    });
  }

  /** A full disk must not stop the machine: from then on nothing is kept, which is said once. */
  #attempt(work: () => void): void {
    if (this.#broken) return;
    try {
      work();
    } catch (error) {
      this.#broken = true;
      process.stderr.write(`truce: the console is kept no longer: ${String(error)}\n`);
    }
  }
}
