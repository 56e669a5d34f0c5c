/**
 * What parties do with live files beyond writing them: following them as they grow, and ending them. Rights are those of
 * reading and of appending. A subscription holds no bytes: it is served from the file, at the pace of who takes them.
 */
import { TruceError } from '../../proto/errors.ts';
import { permitsOperation } from '../../proto/policy/operations.ts';
import { canonicalPath, isStreamName } from '../../proto/policy/paths.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import type { LiveFile, LiveSight } from '../vfs/live-file.ts';
import type { LiveFiles } from '../vfs/live-files.ts';
import { ClientPlaces, denied, type FileUser } from './client-places.ts';

/** Subscriptions of all parties together: each takes a place in memory and a look at every change. */
export const MOST_SUBSCRIPTIONS = 4096;
/** Of one party, in all of its sessions: that it must not take all of them from the others. */
export const MOST_OF_ONE_PARTY = 1024;

export class ClientLiveFiles {
  readonly #fileSystem: FileSystem;
  readonly #places: ClientPlaces;
  readonly #live: LiveFiles;
  #subscriptions = 0;
  readonly #byParty = new Map<FileUser, number>();

  constructor(fileSystem: FileSystem, live: LiveFiles) {
    this.#fileSystem = fileSystem;
    this.#places = new ClientPlaces(fileSystem);
    this.#live = live;
  }

  /** How many there are. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /**
   * Begins to follow a file from `offset` on.
   * @throws TruceError ACCESS_DENIED, FILE_NOT_LIVE, SUBSCRIPTION_LIMIT
   */
  subscribe(user: FileUser, name: string, offset: number): LiveSubscription {
    const path = canonicalPath(name);
    const file = this.#live.getFollowed(this.#find(user, 'read', path));
    if (file === undefined) throw new TruceError('FILE_NOT_LIVE', { path });
    if (this.#subscriptions >= MOST_SUBSCRIPTIONS)
      throw new TruceError('SUBSCRIPTION_LIMIT', { limit: MOST_SUBSCRIPTIONS, where: 'in all' });
    if ((this.#byParty.get(user) ?? 0) >= MOST_OF_ONE_PARTY)
      throw new TruceError('SUBSCRIPTION_LIMIT', { limit: MOST_OF_ONE_PARTY, where: 'of one party' });
    this.#count(user, 1);
    return new LiveSubscription(this.#fileSystem, file, path, offset, () => this.#count(user, -1));
  }

  #count(user: FileUser, change: number): void {
    this.#subscriptions += change;
    this.#byParty.set(user, (this.#byParty.get(user) ?? 0) + change);
  }

  /** No more will be added to the file: who reads it comes to its end. Once is as good as twice. */
  end(user: FileUser, name: string): void {
    const path = canonicalPath(name);
    const file = this.#live.get(this.#find(user, 'append', path));
    if (file === undefined) throw new TruceError('FILE_NOT_LIVE', { path });
    file.end();
  }

  #find(user: FileUser, operation: 'read' | 'append', path: string) {
    const place = this.#places.locate(user, operation, path);
    const target = isStreamName(place.path) ? 'stream' : place.inode === undefined ? 'missing' : 'existing';
    if (!permitsOperation(user.access.rightsAt(place.path), operation, target)) throw denied(operation, path);
    return place.inode;
  }
}

/** A part of a file for one who follows it. */
export interface LivePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Nothing comes after it. */
  readonly ended: boolean;
}

/** One party's place in a file that it follows. */
export class LiveSubscription {
  /** As the party wrote it. */
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #file: LiveFile;
  readonly #closed: () => void;
  #generation: number;
  #position: number;
  /** Who begins at the end of what a run has left wants what the next one adds: that end is not his. */
  readonly #passedEnd: number | undefined;
  #open = true;

  constructor(fileSystem: FileSystem, file: LiveFile, path: string, position: number, closed: () => void) {
    this.#fileSystem = fileSystem;
    this.#file = file;
    this.path = path;
    this.#generation = file.generation;
    this.#position = position;
    if (position > 0 && position === file.size && file.endedByRun) this.#passedEnd = file.runsEnded;
    this.#closed = closed;
  }

  /** Resolves when there is something to take, or nothing more to come. Rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#sight() === 'nothing') {
      await this.#changed(signal);
      signal.throwIfAborted();
    }
  }

  /** Up to `most` bytes; none where none are there now. @throws TruceError LIVE_RESTARTED */
  take(most: number): LivePiece {
    // Who has taken nothing yet begins with what is there now.
    if (this.#position === 0) this.#generation = this.#file.generation;
    const offset = this.#position;
    const sight = this.#sight();
    if (sight === 'stale') throw new TruceError('LIVE_RESTARTED', { path: this.path });
    const length = Math.max(0, Math.min(most, this.#file.size - offset));
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#fileSystem.read(this.#file.inode, bytes, offset);
    this.#position += length;
    return { offset, bytes, ended: this.#sight() === 'end' };
  }

  close(): void {
    if (this.#open) this.#closed();
    this.#open = false;
  }

  #sight(): LiveSight {
    const sight = this.#file.look(this.#position, this.#generation);
    const passed = this.#file.endedByRun && this.#file.runsEnded === this.#passedEnd;
    return sight === 'end' && passed ? 'nothing' : sight;
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        takeBack();
        resolve();
      };
      const takeBack = this.#file.once(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
