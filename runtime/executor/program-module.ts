/** From a program's bytes to an instance that keeps its limits: read, judged, rewritten where that was asked for, compiled. */
import { TruceError } from '../../proto/errors.ts';
import { validateImports, validateSignatures } from '../wasi/import-check.ts';
import { type InstrumentedModule, instrumentModule, requireValid } from '../wasi/instrumented-module.ts';
import { limitModule, type ModuleLimits } from '../wasi/module-limits.ts';
import { PREVIEW1_MODULE, VERACRUZ_MODULE } from '../wasi/signatures.ts';
import { type WatchedTable, watchTables } from '../wasi/table-watch.ts';

const PAGE_BYTES = 65536;
/** Beside a memory of more the engine's own needs find no room. */
const ENGINE_SHARE = 3 / 4;

export interface ProgramModuleOptions extends ModuleLimits {
  /** Pages of 64 KiB that the engine may allocate in all. */
  readonly dataPages: number;
  /** Instructions that it may execute; undefined: they are not counted. */
  readonly fuel: number | undefined;
  readonly deterministic: boolean;
}

export class ProgramModule {
  readonly module: WebAssembly.Module;
  readonly #fuel: number | undefined;
  readonly #added: InstrumentedModule['exports'] | undefined;
  readonly #dataPages: number;
  readonly #tables: readonly WatchedTable[];
  readonly #memory: { readonly minimum: number; readonly limit: number } | undefined;
  #instance: WebAssembly.Instance | undefined;

  /** Throws a TruceError (MODULE_..., RUN_NONDETERMINISTIC) or WebAssembly.CompileError. */
  constructor(bytes: Uint8Array, options: ProgramModuleOptions) {
    const { fuel, deterministic } = options;
    const limited = limitModule(bytes, options);
    validateSignatures(limited);
    const watched = watchTables(limited.bytes, options.tableElements);
    this.#tables = watched.tables;
    this.#dataPages = options.dataPages;
    // Where its own maximum is lower, what it cannot have is its own doing.
    const limitedMemory =
      limited.memoryPages?.maximum === options.memoryPages ? limited.memoryPages : undefined;
    this.#memory = limitedMemory && { minimum: limitedMemory.minimum, limit: options.memoryPages };
    let compiled = watched.bytes;
    if (fuel !== undefined || deterministic) {
      requireValid(compiled);
      const memoryPages = limited.memoryPages?.maximum;
      const instrumented = instrumentModule(compiled, { fuel, deterministic, memoryPages });
      compiled = instrumented.bytes;
      this.#added = instrumented.exports;
    }
    this.facts = {
      memoryPages: limited.memoryPages?.minimum ?? 0,
      tableElements: limited.tableElements,
    };
    this.#fuel = fuel;
    this.module = new WebAssembly.Module(compiled as BufferSource);
    validateImports(this.module);
  }

  /** What it begins with; sent to the runtime before its first instruction. */
  readonly facts: { readonly memoryPages: number; readonly tableElements: number };

  /** Once. */
  run(_wasi: unknown, imports: WebAssembly.ModuleImports, bind: (memory: WebAssembly.Memory) => void): void {
    const instance = new WebAssembly.Instance(this.module, {
      [PREVIEW1_MODULE]: imports,
      [VERACRUZ_MODULE]: imports,
    });
    this.#instance = instance;
    if (this.#added?.start !== undefined) (instance.exports[this.#added.start] as () => void)();
    bind(instance.exports.memory as WebAssembly.Memory);
    (instance.exports._start as (argc: number, argv: number) => void)(0, 0);
  }

  /** Instructions that were executed, where they are counted. */
  get fuelUsed(): number | undefined {
    const left = this.#read(this.#added?.fuel);
    return left === undefined || this.#fuel === undefined ? undefined : this.#fuel - Number(left);
  }

  /** What the run is to end by, however it seems to have ended: a program can hide it. */
  get overrun(): TruceError | undefined {
    return overrunOf(this.#fuel, this.fuelUsed, this.#read(this.#added?.refused) === 1);
  }

  /**
   * What it has grown to within a sixteenth of what it may have; memory also to three quarters of all that the engine may
   * allocate. The engine answers -1 to what would be more and tells nobody else, so this is as near as one can come to
   * knowing why a program failed.
   */
  get nearlyExhausted(): 'tables' | 'memory' | undefined {
    const exports = this.#instance?.exports;
    if (exports === undefined) return undefined;
    for (const { name, minimum, maximum } of this.#tables)
      if (isNear((exports[name] as WebAssembly.Table).length, minimum, maximum)) return 'tables';
    const memory = exports.memory as WebAssembly.Memory | undefined;
    if (this.#memory === undefined || memory === undefined) return undefined;
    const { minimum, limit } = this.#memory;
    const pages = memory.buffer.byteLength / PAGE_BYTES;
    const much = pages > minimum && pages >= this.#dataPages * ENGINE_SHARE;
    return much || isNear(pages, minimum, limit) ? 'memory' : undefined;
  }

  #read(name: string | undefined): bigint | number | undefined {
    if (name === undefined) return undefined;
    return (this.#instance?.exports[name] as WebAssembly.Global<'i64'> | undefined)?.value;
  }
}

/** @param refused whether the engine had no memory left that the program was entitled to */
export function overrunOf(
  fuel: number | undefined,
  used: number | undefined,
  refused: boolean,
): TruceError | undefined {
  if (fuel !== undefined && used !== undefined && used > fuel)
    return new TruceError('RUN_FUEL_LIMIT', { limit: fuel });
  return refused ? new TruceError('RUN_MEMORY_LIMIT', { reason: 'the engine had none left' }) : undefined;
}

function isNear(size: number, minimum: number, maximum: number): boolean {
  return size > minimum && maximum - size <= maximum / 16;
}
