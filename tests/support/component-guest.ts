/**
 * A component instance without a component: a memory, an allocator and handle tables as jco's generated code keeps them,
 * and calls of the host's functions as a core module makes them.
 */
import { randomFillSync } from 'node:crypto';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { ALL_RIGHTS } from '../../proto/rights.ts';
import { FileSystem } from '../../runtime/vfs/file-system.ts';
import { MemfdContents } from '../../runtime/vfs/memfd-content.ts';
import { Resources } from '../../runtime/wasi/component/handles.ts';
import type { InterfaceFunctions } from '../../runtime/wasi/component/imported-function.ts';
import { interfaces } from '../../runtime/wasi/component/interfaces.ts';
import { Preview1Calls } from '../../runtime/wasi/component/preview1-calls.ts';
import { Preview1, type ProgramClock } from '../../runtime/wasi/preview1.ts';

const FREE = 1 << 30;
const PAGE_BYTES = 65_536;
const PAGES = 8;
const MOST_PAGES = 64;
/** After so many standard output takes no more. */
const OUTPUT_BYTES = 1 << 22;
/** Where results are put that are no core values; what is allocated comes after it. */
const RESULT = 1024;

export interface GuestOptions {
  readonly access?: readonly AccessEntry[];
  readonly clock?: ProgramClock;
  readonly granted?: readonly string[];
  readonly stdin?: string;
  readonly openFiles?: number;
}

/** `descriptor`: the kind of a handle table, as in the interfaces' own text. */
export type TableName = string;

export class ComponentGuest {
  readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: MOST_PAGES });
  readonly fileSystem: FileSystem;
  readonly known: Readonly<Record<string, InterfaceFunctions>>;
  readonly resources = new Resources();
  readonly wasi: Preview1;
  stdout = '';
  readonly #tables = new Map<TableName, number[]>();
  #next = RESULT + 4096;

  constructor(options: GuestOptions = {}) {
    const limits = { bytes: 1 << 24, inodes: 1000, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };
    this.fileSystem = new FileSystem({ contents: new MemfdContents(), limits, now: () => 1_500_000_000n });
    const input = Buffer.from(options.stdin ?? '');
    let taken = 0;
    const sink = {
      rights: ALL_RIGHTS,
      write: (bytes: Uint8Array) => {
        if (this.stdout.length > OUTPUT_BYTES) return 0;
        this.stdout += Buffer.from(bytes).toString();
        return bytes.length;
      },
    };
    this.wasi = new Preview1({
      fileSystem: this.fileSystem,
      access: new AccessTable(options.access ?? [{ path: '/', rights: ALL_RIGHTS, scope: 'subtree' }]),
      boundaries: new BoundaryTable((options.access ?? []).map(({ path }) => path)),
      args: ['program', 'one'],
      env: ['A=b=c'],
      streams: {
        stdin: {
          rights: ALL_RIGHTS,
          read: (target) => {
            const length = input.copy(target, 0, taken);
            taken += length;
            return length;
          },
        },
        stdout: sink,
        stderr: undefined,
      },
      clock: options.clock,
      random: (target) => void randomFillSync(target),
      openFiles: options.openFiles ?? 16,
    });
    const calls = new Preview1Calls(this.wasi, this.wasi.imports, (memory) => this.wasi.bind(memory));
    this.known = interfaces(calls, {
      args: ['program', 'one'],
      env: ['A=b=c'],
      clock: options.clock !== undefined,
      granted: options.granted ?? [],
    });
  }

  /**
   * Calls `name` of an interface; texts and bytes among the values are put into memory. `tables` are those of the kinds
   * of resources in its type, in any order. What comes back is the core value, or where the result lies.
   */
  call(
    name: string,
    tables: readonly TableName[],
    ...values: (number | bigint | string | Uint8Array)[]
  ): number {
    const core = values.flatMap((value) =>
      typeof value === 'object' || typeof value === 'string' ? this.put(value) : [value],
    );
    return Number(this.raw(name, tables, core) ?? RESULT);
  }

  raw(name: string, tables: readonly TableName[], core: readonly unknown[]): number | bigint | undefined {
    const hash = name.indexOf('#');
    const definition = this.known[name.slice(0, hash)]?.[name.slice(hash + 1)];
    if (definition === undefined) throw new Error(`no function ${name}`);
    const run = definition.lower(
      {
        memory: this.memory,
        realloc: (_old, _oldSize, align, size) => this.#allocate(align, size),
        resourceTables: tables.map((table) => this.table(table)),
      },
      this.resources,
    );
    return run(...core, RESULT);
  }

  table(name: TableName): number[] {
    const table = this.#tables.get(name) ?? [FREE, 0];
    this.#tables.set(name, table);
    return table;
  }

  /** As the generated code drops a handle. */
  drop(name: TableName, handle: number): void {
    const table = this.table(name);
    const representation = table[handle * 2 + 1]!;
    table[handle * 2] = table[0]! | FREE;
    table[0] = handle | FREE;
    this.resources.drop(representation & ~FREE);
  }

  put(value: string | Uint8Array): [start: number, length: number] {
    const bytes = Buffer.from(value as string);
    const start = this.#allocate(1, bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, start);
    return [start, bytes.length];
  }

  u8(pointer: number): number {
    return new DataView(this.memory.buffer).getUint8(pointer);
  }

  u32(pointer: number): number {
    return new DataView(this.memory.buffer).getUint32(pointer, true);
  }

  u64(pointer: number): bigint {
    return new DataView(this.memory.buffer).getBigUint64(pointer, true);
  }

  /** A list of bytes, or a string, that lies at `pointer`. */
  text(pointer: number): string {
    return Buffer.from(this.memory.buffer, this.u32(pointer), this.u32(pointer + 4)).toString();
  }

  #allocate(align: number, size: number): number {
    const start = Math.ceil(this.#next / align) * align;
    this.#next = start + size;
    const missing = Math.ceil((this.#next - this.memory.buffer.byteLength) / PAGE_BYTES);
    // As an allocator does that was compiled to end where there is no more.
    if (missing + this.memory.buffer.byteLength / PAGE_BYTES > MOST_PAGES)
      throw new WebAssembly.RuntimeError();
    if (missing > 0) this.memory.grow(missing);
    return start;
  }
}
