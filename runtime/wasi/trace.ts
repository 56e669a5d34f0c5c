/**
 * A trace of a program's calls, as strace has it: one line for each, with what it asked for, what it got, the rights that
 * were checked and the time it took. It lies round the functions of preview 1 and exists only where a developer asked
 * for it.
 */
import { AccessTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../vfs/errno.ts';
import { EventType, Subscription, Whence } from './abi.ts';
import type { Descriptor } from './descriptors.ts';
import { type Preview1, ProcessExit } from './preview1.ts';
import {
  callRights,
  openFlagRights,
  PATH_RIGHTS,
  pollRights,
  synchronousRights,
  twoPathRights,
  withImplied,
} from './rights-table.ts';
import { type ImportName, importNames } from './signatures.ts';
import { callFormats, rightsText, type Values } from './trace-format.ts';
import { escapeText, TraceMemory } from './trace-memory.ts';

const READ_OR_WRITE = Rights.FD_READ | Rights.FD_WRITE;
const MOST_SUBSCRIPTIONS = 8;

const errnoNames: ReadonlyMap<number, string> = new Map(
  Object.entries(Errno).map(([name, number]) => [number, name]),
);

/** The rights of a program that notes where they were looked up to judge a call. */
export class TracedAccess extends AccessTable {
  /** Since `forget`. */
  readonly judged: { readonly path: string; readonly rights: number }[] = [];
  #visiting = false;

  override rightsAt(path: string): number {
    const rights = super.rightsAt(path);
    if (!this.#visiting) this.judged.push({ path, rights });
    return rights;
  }

  override rightsIn(_directory: string, path: string): number {
    return this.rightsAt(path);
  }

  /** Asked at each step of a path: that judges nothing yet. */
  override sees(path: string): boolean {
    this.#visiting = true;
    const sees = super.sees(path);
    this.#visiting = false;
    return sees;
  }

  forget(): void {
    this.judged.length = 0;
  }
}

export interface TraceOptions {
  readonly wasi: Pick<Preview1, 'imports'> & { descriptor(number: number): Descriptor | undefined };
  /** The one that `wasi` judges by. */
  readonly access: TracedAccess;
  /** Nanoseconds since any fixed moment. */
  now(): bigint;
  /** Takes a line, without its end. */
  write(line: string): void;
}

/** Rights that a call needs in one place, and those that it has there. */
interface Need {
  readonly needed: number;
  /** On the descriptor, where there is one. */
  readonly held?: { readonly fd: number; readonly rights: number };
}

export class CallTrace {
  readonly imports: Preview1['imports'];
  readonly #options: TraceOptions;
  readonly #memory = new TraceMemory();

  constructor(options: TraceOptions) {
    this.#options = options;
    this.imports = Object.fromEntries(
      importNames.map((name) => [name, this.#traced(name)]),
    ) as Preview1['imports'];
  }

  /** As Preview1.bind. */
  bind(memory: WebAssembly.Memory): void {
    this.#memory.bind(memory);
  }

  #traced(name: ImportName): Preview1['imports'][ImportName] {
    const { wasi, access, now } = this.#options;
    const call = wasi.imports[name] as (...values: Values) => number;
    return (...values: Values) => {
      // Before the call: it may write over what its arguments point to, or close what it is about.
      const head = `${name}(${this.#argumentsText(name, values)})`;
      const needs = this.#needs(name, values);
      access.forget();
      const start = now();
      let errno: number;
      try {
        errno = call(...values);
      } catch (end) {
        this.#write(end instanceof ProcessExit ? head : `${head} = ?`);
        throw end;
      }
      const took = `<${(Number(now() - start) / 1000).toFixed(1)} us>`;
      this.#write(
        `${head} = ${this.#resultText(name, values, errno)}${this.#rightsText(name, values, errno, needs)} ${took}`,
      );
      return errno;
    };
  }

  #write(line: string): void {
    this.#options.write(line);
  }

  #argumentsText(name: ImportName, values: Values): string {
    let used = 0;
    return callFormats[name].arguments
      .map(({ types, show }) => {
        const own = values.slice(used, used + types.length);
        used += types.length;
        return show(this.#memory, own);
      })
      .join(', ');
  }

  #resultText(name: ImportName, values: Values, errno: number): string {
    if (errno !== Errno.SUCCESS) return errnoNames.get(errno) ?? `errno ${errno}`;
    return callFormats[name].result?.(this.#memory, values) ?? 'SUCCESS';
  }

  /** What the call needs, place by place, in the order in which it looks paths up. */
  #needs(name: ImportName, values: Values): readonly Need[] {
    const [first = 0] = values;
    if (name === 'poll_oneoff') return this.#pollNeeds(values);
    if (name === 'path_link' || name === 'path_rename') {
      const { from, to } = twoPathRights[name];
      return [this.#need(from, first), this.#need(to, values[name === 'path_link' ? 4 : 3]!)];
    }
    if (name === 'path_open')
      return [this.#need(callRights.path_open | openFlagRights(Number(values[4])), first)];
    if (name === 'path_symlink') return [this.#need(callRights.path_symlink, values[2]!)];
    // Asking where one is needs less than going there.
    if (name === 'fd_seek' && values[1] === 0n && values[2] === Whence.current)
      return [this.#need(callRights.fd_tell, first)];
    const needed = (callRights as Partial<Record<ImportName, number>>)[name];
    return needed === undefined ? [] : [this.#need(needed, first)];
  }

  #need(needed: number, fd: number | bigint): Need {
    const number = Number(fd) >>> 0;
    const descriptor = this.#options.wasi.descriptor(number);
    if (descriptor === undefined) return { needed };
    return { needed, held: { fd: number, rights: withImplied(rightsOf(descriptor, needed)) } };
  }

  #pollNeeds([pointer, , count]: Values): Need[] {
    const memory = this.#memory;
    const needs: Need[] = [];
    for (let index = 0; index < Math.min(Number(count) >>> 0, MOST_SUBSCRIPTIONS); index++) {
      const start = (Number(pointer) >>> 0) + index * Subscription.size;
      const type = memory.u8(start + Subscription.tag);
      const fd = memory.u32(start + Subscription.descriptor);
      if (fd === undefined || (type !== EventType.fdRead && type !== EventType.fdWrite)) continue;
      needs.push(this.#need(type === EventType.fdRead ? pollRights.read : pollRights.write, fd));
    }
    return needs;
  }

  /** ` [PATH_OPEN at /a, lacks PATH_OPEN]`, or nothing where a call needs no rights. */
  #rightsText(name: ImportName, values: Values, errno: number, needs: readonly Need[]): string {
    if (name.startsWith('clock_') && errno === Errno.NOTCAPABLE) return ' [clocks are not enabled]';
    if (needs.length === 0) return '';
    const judged = name.startsWith('path_') ? this.#options.access.judged : [];
    const parts = needs.map(({ needed, held }, index) => {
      const place = judged[index];
      let [wanted, missing] = [needed, 0];
      if (place !== undefined) {
        if (name === 'path_open') wanted |= synchronousRights(Number(values[7]), place.rights);
        const asked =
          name === 'path_open' ? Number(BigInt.asIntN(32, BigInt(values[5]!))) & READ_OR_WRITE : 0;
        missing = (wanted | (errno === Errno.NOTCAPABLE ? asked : 0)) & ~place.rights;
      }
      const text = rightsText(wanted) + (place === undefined ? '' : ` at ${escapeText(place.path)}`);
      if (held !== undefined && (needed & ~held.rights) !== 0)
        return `${text}, fd ${held.fd} lacks ${rightsText(needed & ~held.rights)}`;
      return missing === 0 ? text : `${text}, lacks ${rightsText(missing)}`;
    });
    return ` [${parts.join('; ')}]`;
  }
}

/** A path starts from what a directory's descriptor has; all else is what it allows for itself. */
function rightsOf(descriptor: Descriptor, needed: number): number {
  const aboutPaths = descriptor.directory !== undefined && (needed & PATH_RIGHTS) !== 0;
  return aboutPaths ? descriptor.base : descriptor.effective;
}
