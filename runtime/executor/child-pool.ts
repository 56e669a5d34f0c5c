/**
 * Executor children that are started and warm before anybody needs one. Each serves one run; the place of one that was
 * taken or died is filled again, a little later, so that the run it left for has the processors to itself first.
 */
import { dirname, join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { type ChildKind, childKinds } from './child-kinds.ts';
import { ChildWaiters } from './child-waiters.ts';
import { ExerciseTimes } from './exercise-times.ts';
import type { ChildPoolOptions, ChildPoolStatus, WarmChild } from './pool-types.ts';
import { PooledChild } from './pooled-child.ts';
import type { ChildResources } from './run-report.ts';
import { type NamespaceStatus, Spawner } from './spawner.ts';
import type { ChildExit, MemoryCgroupStatus } from './spawner-channel.ts';

export type { ChildPoolOptions, ChildPoolStatus, WarmChild } from './pool-types.ts';

/** Starting takes a whole processor: more at once would not come sooner. */
const STARTS_AT_ONCE = 2;
/** When what replaces a taken child starts, if that one's run goes on for so long: another that is ready can wait for it. */
const REPLACEMENT_MILLISECONDS = { spare: 1000, none: 250, noneButBehind: 10 };
const BACK_OFF_MILLISECONDS = 50;
const LONGEST_BACK_OFF_MILLISECONDS = 10_000;
const START_MILLISECONDS = 30_000;
const DEFAULT_MEMORY_BYTES = 4 * 2 ** 30;
/** After so many starts in a row that came to nothing, those who wait are told so. */
const FAILURES_TOLERATED = 3;

export class ChildPool {
  readonly #options: ChildPoolOptions;
  readonly #children = new Map<number, PooledChild>();
  readonly #waiters = new ChildWaiters();
  /** Of which kinds somebody will ask for one. */
  readonly #expected: ChildKind[] = [];
  /** Whoever waits for the first child to get ready. */
  #first: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
  #spawner: Spawner | undefined;
  /** While a lost spawner is being replaced. */
  #replacing: Promise<void> | undefined;
  #namespaces: NamespaceStatus = { active: false, reason: 'the spawner has not started', ownProc: false };
  #memoryCgroup: MemoryCgroupStatus = { active: false, reason: 'the spawner has not started' };
  #nextId = 1;
  #failures = 0;
  #refill: NodeJS.Timeout | undefined;
  /** When that is due, as performance.now() counts. */
  #refillDue = 0;
  readonly #exercises = new ExerciseTimes(() => this.#nextToExercise());
  #closed = false;

  private constructor(options: ChildPoolOptions) {
    this.#options = options;
  }

  /**
   * Resolves when one child is warm (at once for `warm: 0`).
   * @throws TruceError NAMESPACES_REFUSED, EXECUTOR_UNAVAILABLE
   */
  static async start(options: ChildPoolOptions): Promise<ChildPool> {
    const least = options.componentPrograms === undefined ? Math.max(1, options.warm) : options.warm + 1;
    if (options.maximum < least)
      throw new RangeError('maximum is at least 1, at least warm, and above warm where components run');
    const pool = new ChildPool(options);
    try {
      const firstReady = new Promise<void>((resolve, reject) => {
        if (options.warm === 0) resolve();
        else pool.#first = { resolve, reject };
      });
      await Promise.all([pool.#startSpawner(), firstReady]);
      pool.#first = undefined;
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /**
   * Starts children that somebody will ask for, so that they are there by then; once taken they are not replaced. Each
   * has its place until it is taken, or the pool is closed.
   */
  expect(kinds: readonly ChildKind[]): void {
    this.#expected.push(...kinds.filter((kind) => this.#supports(kind)));
    this.#fill();
  }

  /**
   * A warm child, which is the caller's: it serves one run, and is to be killed after it. In order of asking.
   * @throws TruceError EXECUTOR_UNAVAILABLE where children do not start, COMPONENTS_UNSUPPORTED, SHUTTING_DOWN; the
   *   signal's reason
   */
  take(signal?: AbortSignal, kind: ChildKind = 'module'): Promise<WarmChild> {
    if (!this.#supports(kind)) return Promise.reject(new TruceError('COMPONENTS_UNSUPPORTED'));
    if (this.#closed) return Promise.reject(new TruceError('SHUTTING_DOWN'));
    const child = this.#waiters.wait(kind, signal);
    const expected = this.#expected.indexOf(kind);
    if (expected >= 0) this.#expected.splice(expected, 1);
    this.#serve();
    // After a failure the next try has its time already, but nobody was waiting for what was expected; where it has been
    // made since, nothing else would make another.
    const due = this.#failures === 0 || this.#refill === undefined || expected >= 0;
    if (this.#waiters.length > 0 && due) this.#fill();
    this.#hurry();
    return child;
  }

  status(): ChildPoolStatus {
    return {
      namespaces: this.#namespaces,
      memoryCgroup: this.#memoryCgroup,
      starting: this.#count('starting'),
      warm: this.#count('warm'),
      exercised: [...this.#children.values()].filter(({ state, exercised }) => exercised && state === 'warm')
        .length,
      taken: this.#count('taken'),
      waiting: this.#waiters.length,
      failures: this.#failures,
    };
  }

  /** Ends all children, those that were taken too, and resolves when they are dead. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refill);
    this.#exercises.close();
    this.#rejectWaiters(new TruceError('SHUTTING_DOWN'));
    await this.#replacing;
    const spawner = this.#spawner;
    this.#spawner = undefined;
    await spawner?.close();
    for (const id of [...this.#children.keys()]) this.#exited(id, { code: null, signal: 'SIGKILL' }, '');
  }

  async #startSpawner(): Promise<void> {
    const { childProgram, componentPrograms, spawnerProgram, namespaces } = this.#options;
    const spawner = await Spawner.start(
      {
        childPrograms: { module: childProgram, ...componentPrograms },
        spawnerProgram: spawnerProgram ?? join(dirname(childProgram), 'executor-spawner.cjs'),
        namespaces,
        memoryBytes: this.#options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
      },
      {
        exited: (id, exit, stderr, resources) => this.#exited(id, exit, stderr, resources),
        lost: () => this.#lost(),
      },
    );
    // It may have died as soon as it was there: of children that it is asked for nothing would ever be heard.
    if (spawner.lost) return;
    this.#namespaces = spawner.namespaces;
    this.#memoryCgroup = spawner.memoryCgroup;
    if (this.#closed) return spawner.close();
    this.#spawner = spawner;
    this.#fill();
  }

  /** The spawner died: so did its children. */
  #lost(): void {
    this.#spawner = undefined;
    for (const id of [...this.#children.keys()])
      this.#exited(id, { code: null, signal: 'SIGKILL' }, 'the spawner is gone');
    this.#failed('the spawner is gone');
  }

  /** Starts what is missing: for those who wait at once, for the reserve as well. */
  #fill(): void {
    clearTimeout(this.#refill);
    this.#refill = undefined;
    if (this.#closed) return;
    if (this.#spawner === undefined) {
      this.#replacing ??= this.#startSpawner()
        .catch((error: Error) => this.#failed(error.message))
        .finally(() => {
          this.#replacing = undefined;
        });
      return;
    }
    for (const kind of childKinds) {
      while (this.#missing(kind) && this.#room()) this.#startChild(this.#spawner, kind);
      if (this.#missing(kind) && this.#waiters.count(kind) > 0) this.#makeRoom();
    }
    this.#hurry();
  }

  /** What somebody waits for, or soon will, starts as fast as all else runs. */
  #hurry(): void {
    for (const child of this.#children.values()) {
      if (child.state !== 'starting' || child.hurried) continue;
      if (this.#asked(child.kind) === 0 && this.#first === undefined) continue;
      child.hurried = true;
      this.#spawner?.hurry(child.id);
    }
  }

  /** Whether more of a kind are wanted than there are or will be. */
  #missing(kind: ChildKind): boolean {
    return this.#count('starting', kind) + this.#count('warm', kind) < this.#wanted(kind);
  }

  #wanted(kind: ChildKind): number {
    return (kind === 'module' ? this.#options.warm : 0) + this.#asked(kind);
  }

  #asked(kind: ChildKind): number {
    return this.#waiters.count(kind) + this.#expected.filter((expected) => expected === kind).length;
  }

  /** What was started for somebody who has gone since must not keep out what somebody waits for. */
  #makeRoom(): void {
    if (this.#children.size < this.#options.maximum) return;
    for (const child of this.#children.values()) {
      if (child.state === 'unwanted') return;
      if (child.state !== 'warm' || this.#count('warm', child.kind) <= this.#wanted(child.kind)) continue;
      child.state = 'unwanted';
      child.kill();
      return;
    }
  }

  #room(): boolean {
    return this.#count('starting') < STARTS_AT_ONCE && this.#children.size < this.#options.maximum;
  }

  /** Or earlier, where that was asked for before. */
  #fillAfter(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (this.#closed || (this.#refill !== undefined && this.#refillDue <= due)) return;
    clearTimeout(this.#refill);
    this.#refillDue = due;
    this.#refill = setTimeout(() => this.#fill(), milliseconds);
  }

  #startChild(spawner: Spawner, kind: ChildKind): void {
    const id = this.#nextId++;
    const { child, theirs } = PooledChild.make({
      id,
      kind,
      kill: () => this.#spawner?.kill(id),
      startMilliseconds: this.#options.startMilliseconds ?? START_MILLISECONDS,
      ready: (child) => this.#ready(child),
    });
    this.#children.set(id, child);
    spawner.spawn(id, kind, theirs);
  }

  #ready(child: PooledChild): void {
    child.state = 'warm';
    this.#spawner?.ready(child.id);
    this.#first?.resolve();
    this.#serve();
    this.#fill();
    this.#changed();
  }

  #supports(kind: ChildKind): boolean {
    return kind === 'module' || this.#options.componentPrograms !== undefined;
  }

  /** Gives warm children to those who wait. */
  #serve(): void {
    for (const child of this.#children.values()) {
      if (child.state !== 'warm' || !this.#waiters.give(child)) continue;
      child.state = 'taken';
      // What it did while it waited is not its program's.
      if (child.exercised) this.#spawner?.ready(child.id);
      this.#failures = 0;
      this.#replaceLater();
    }
  }

  /** Starting takes a processor, which what runs may need; where it stands behind that, it takes little of it. */
  #replaceLater(): void {
    const { spare, none, noneButBehind } = REPLACEMENT_MILLISECONDS;
    const unspared = this.#spawner?.behind === true ? noneButBehind : none;
    this.#fillAfter(this.#count('warm', 'module') > 0 ? spare : unspared);
  }

  #exited(id: number, exit: ChildExit, stderr: string, resources: ChildResources = {}): void {
    const child = this.#children.get(id);
    if (child === undefined) return;
    this.#children.delete(id);
    child.died(exit, stderr, resources);
    if (this.#closed) return;
    this.#changed();
    if (child.state === 'taken' || child.state === 'unwanted') {
      if (this.#spawner !== undefined) this.#fill();
    } else this.#failed(`a child ended with ${exit.signal ?? `code ${exit.code}`} before its job: ${stderr}`);
  }

  #changed(): void {
    if (this.#options.exercise === true) this.#exercises.changed();
  }

  #nextToExercise(): PooledChild | undefined {
    if (this.#waiters.length > 0 || this.#count('starting') > 0 || this.#count('taken') > 0) return undefined;
    for (const child of this.#children.values())
      if (child.state === 'warm' && child.kind === 'module' && !child.exercised) {
        child.exercised = true;
        return child;
      }
    return undefined;
  }

  #failed(reason: string): void {
    this.#failures++;
    if (this.#failures >= FAILURES_TOLERATED)
      this.#rejectWaiters(new TruceError('EXECUTOR_UNAVAILABLE', { reason }));
    this.#fillAfter(Math.min(BACK_OFF_MILLISECONDS * 2 ** this.#failures, LONGEST_BACK_OFF_MILLISECONDS));
  }

  #rejectWaiters(reason: TruceError): void {
    this.#first?.reject(reason);
    this.#waiters.rejectAll(reason);
  }

  #count(state: PooledChild['state'], kind?: ChildKind): number {
    let count = 0;
    for (const child of this.#children.values())
      if (child.state === state && (kind ?? child.kind) === child.kind) count++;
    return count;
  }
}
