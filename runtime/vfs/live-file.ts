/**
 * Live files: what is added to them is seen at once, by the programs that run and by the parties that follow them, until
 * they end. The bytes are the file system's; here is who waits for more of them, and whether more can come.
 */
import type { FileInode } from './inode.ts';

/** Told once that something has happened to the file. */
export type LiveListener = () => void;

/** What a reader finds at its place. `stale`: the file was started anew, what comes next is not the rest of what came. */
export type LiveSight = 'bytes' | 'nothing' | 'end' | 'stale';

export class LiveFile {
  /** Canonical path, or a stream's name. */
  readonly path: string;
  readonly inode: FileInode;
  /** Counts how often it was started anew. */
  generation = 0;
  /** Called where a reader finds nothing: for a source that gives only what somebody wants. */
  wanted: (() => void) | undefined;
  /** 'run': the last run that could write to it has ended, and the next one takes it up again. */
  #ended: 'no' | 'run' | 'party' = 'no';
  /** Runs that may write to it. */
  #writers = 0;
  readonly #listeners = new Set<LiveListener>();

  constructor(path: string, inode: FileInode) {
    this.path = path;
    this.inode = inode;
  }

  get size(): number {
    return this.inode.content.size;
  }

  get ended(): boolean {
    return this.#ended !== 'no';
  }

  /** How many wait for something to happen. */
  get waiting(): number {
    return this.#listeners.size;
  }

  /** What is at `position` for one who began to read in `generation`; at 0 everyone begins. */
  look(position: number, generation: number): LiveSight {
    if (position > 0 && generation !== this.generation) return 'stale';
    if (position < this.size) return 'bytes';
    if (this.ended) return 'end';
    this.wanted?.();
    return 'nothing';
  }

  /** Calls back once, at the next change; the function returned takes that back. */
  once(listener: LiveListener): () => void {
    // Two that wait may have one function.
    const entry: LiveListener = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Bytes were added. */
  grown(): void {
    this.#tell();
  }

  /** No more will come; what there is stays. */
  end(): void {
    this.#ended = 'party';
    this.#tell();
  }

  /** The content was replaced, as a whole: `before` is how many bytes there were. */
  restarted(before: number): void {
    // Nobody can have read anything of a file that was empty.
    if (before > 0) this.generation++;
    this.#ended = 'no';
    this.#tell();
  }

  /** A run that may write to it begins. To be called back once, when it has ended. */
  heldByRun(): () => void {
    this.#writers++;
    if (this.#ended === 'run') this.#ended = 'no';
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#writers > 0 || this.#ended !== 'no') return;
      this.#ended = 'run';
      this.#tell();
    };
  }

  #tell(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
