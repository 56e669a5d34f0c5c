/** What a transaction needs to undo its changes, and what has to wait until it cannot be undone any more. */
import type { FileInode, Inode } from './inode.ts';

/** One transaction; transactions inside it have levels of their own. */
interface Level {
  /** Run backwards when the transaction fails. None of them may fail itself. */
  readonly undo: (() => void)[];
  /** Run in order when the outermost transaction succeeds: storage given back, observers told. */
  readonly finish: (() => void)[];
  /** Inodes whose times and version are in `undo` already. */
  readonly kept: Set<Inode>;
  /** Files whose content is in `undo` already, or that the transaction made itself. */
  readonly keptContents: Set<FileInode>;
  /** Inodes that may turn out to be without name and opening once everything is undone. */
  readonly loose: Set<Inode>;
}

export class UndoLog {
  readonly #levels: Level[] = [];
  #current: Level | undefined;

  /** Whether a transaction is under way. */
  get active(): boolean {
    return this.#current !== undefined;
  }

  begin(): void {
    const level = {
      undo: [],
      finish: [],
      kept: new Set<Inode>(),
      keptContents: new Set<FileInode>(),
      loose: new Set<Inode>(),
    };
    this.#levels.push(level);
    this.#current = level;
  }

  /** Ends the innermost transaction well: what it could undo, the one around it can. */
  commit(): void {
    const level = this.#end();
    const outer = this.#current;
    if (outer === undefined) {
      finishAll(level.finish);
      return;
    }
    for (const undo of level.undo) outer.undo.push(undo);
    for (const finish of level.finish) outer.finish.push(finish);
    for (const inode of level.kept) outer.kept.add(inode);
    for (const file of level.keptContents) outer.keptContents.add(file);
    for (const inode of level.loose) outer.loose.add(inode);
  }

  /** Undoes the innermost transaction; the caller looks after the loose inodes that are returned. */
  rollback(): Iterable<Inode> {
    const level = this.#end();
    for (let undo = level.undo.pop(); undo !== undefined; undo = level.undo.pop()) undo();
    return level.loose;
  }

  /** `undo` reverses a change that has just been made. Without a transaction nothing is kept. */
  record(undo: () => void): void {
    this.#current?.undo.push(undo);
  }

  /** Does something that cannot be undone: at once, or when the outermost transaction has succeeded. */
  whenFinal(finish: () => void): void {
    if (this.#current === undefined) finish();
    else this.#current.finish.push(finish);
  }

  /** To be called before an inode's times or version change. */
  keep(inode: Inode): void {
    const level = this.#current;
    if (level === undefined || level.kept.has(inode)) return;
    level.kept.add(inode);
    const { accessed, modified, changed, version } = inode;
    level.undo.push(() => {
      Object.assign(inode, { accessed, modified, changed, version });
    });
  }

  /** Whether a change of the file's content could not be undone yet. */
  needsContent(file: FileInode): boolean {
    return this.#current !== undefined && !this.#current.keptContents.has(file);
  }

  /** The file's content is taken care of: it was put aside, or the transaction made the file. */
  contentKept(file: FileInode): void {
    this.#current?.keptContents.add(file);
  }

  /** The inode may be without name and opening after a rollback. */
  loosen(inode: Inode): void {
    this.#current?.loose.add(inode);
  }

  #end(): Level {
    const level = this.#levels.pop();
    if (level === undefined) throw new Error('no transaction is under way');
    this.#current = this.#levels.at(-1);
    return level;
  }
}

/** Runs each of them, whatever the others do; the first failure is thrown at the end. */
function finishAll(steps: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      step();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}
