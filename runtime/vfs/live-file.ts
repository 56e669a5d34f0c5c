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
  /** 'run': the runs that wrote it are over; the next one that writes takes it up again. */
  #ended: 'no' | 'run' | 'party' = 'no';
  /** Counts how often it ended with a run. */
  runsEnded = 0;
  /** Runs that may write to it. */
  #writers = 0;
  /** One of them has written, or begun it anew. */
  #written = false;
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

  /** It ended with a run, and the next one that writes takes it up again. */
  get endedByRun(): boolean {
    return this.#ended === 'run';
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

  /** Bytes were added by a party. */
  grown(): void {
    this.#tell();
  }

  /** Bytes were added by a run that holds it. */
  grownByRun(): void {
    this.#takenUp();
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

  /** The same by a run that holds it. */
  restartedByRun(before: number): void {
    this.#takenUp();
    this.restarted(before);
  }

  /** A run begins that may write to it. To be called back when it is over: what it wrote has ended then. */
  hold(): () => void {
    this.#writers++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#writers > 0 || !this.#written) return;
      this.#written = false;
      if (this.#ended !== 'no') return;
      this.#ended = 'run';
      this.runsEnded++;
      this.#tell();
    };
  }

  #takenUp(): void {
    this.#written = true;
    if (this.#ended === 'run') this.#ended = 'no';
  }

  #tell(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
