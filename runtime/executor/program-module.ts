/** From a program's bytes to an instance that keeps its limits: read, judged, rewritten where that was asked for, compiled. */
import { TruceError } from '../../proto/errors.ts';
import { validateImports, validateSignatures } from '../wasi/import-check.ts';
import { type InstrumentedModule, instrumentModule } from '../wasi/instrumented-module.ts';
import { limitModule, type ModuleLimits } from '../wasi/module-limits.ts';

export interface ProgramModuleOptions extends ModuleLimits {
  /** Instructions that it may execute; undefined: they are not counted. */
  readonly fuel: number | undefined;
  readonly deterministic: boolean;
}

export class ProgramModule {
  readonly module: WebAssembly.Module;
  readonly #fuel: number | undefined;
  readonly #added: InstrumentedModule['exports'] | undefined;
  #instance: WebAssembly.Instance | undefined;

  /** Throws a TruceError (MODULE_..., RUN_NONDETERMINISTIC) or WebAssembly.CompileError. */
  constructor(bytes: Uint8Array, options: ProgramModuleOptions) {
    const { fuel, deterministic } = options;
    const limited = limitModule(bytes, options);
    validateSignatures(limited);
    let compiled = limited.bytes;
    if (fuel !== undefined || deterministic) {
      // Rewriting trusts what the engine has found valid; compiling says why where it has not.
      if (!WebAssembly.validate(compiled as BufferSource)) new WebAssembly.Module(compiled as BufferSource);
      const memoryPages = limited.memoryPages?.maximum;
      const instrumented = instrumentModule(compiled, { fuel, deterministic, memoryPages });
      compiled = instrumented.bytes;
      this.#added = instrumented.exports;
    }
    this.#fuel = fuel;
    this.module = new WebAssembly.Module(compiled as BufferSource);
    validateImports(this.module);
  }

  /** Instantiates it and runs its start function, where it has one. Once. */
  instantiate(imports: WebAssembly.Imports): WebAssembly.Instance {
    const instance = new WebAssembly.Instance(this.module, imports);
    this.#instance = instance;
    if (this.#added?.start !== undefined) (instance.exports[this.#added.start] as () => void)();
    return instance;
  }

  /** Instructions that were executed, where they are counted. */
  get fuelUsed(): number | undefined {
    const left = this.#read(this.#added?.fuel);
    return left === undefined || this.#fuel === undefined ? undefined : this.#fuel - Number(left);
  }

  /** What the run is to end by, however it seems to have ended: a program can hide it. */
  get overrun(): TruceError | undefined {
    const used = this.fuelUsed;
    if (used !== undefined && this.#fuel !== undefined && used > this.#fuel)
      return new TruceError('RUN_FUEL_LIMIT', { limit: this.#fuel });
    if (this.#read(this.#added?.refused) === 1)
      return new TruceError('RUN_MEMORY_LIMIT', { reason: 'the engine had none left' });
    return undefined;
  }

  #read(name: string | undefined): bigint | number | undefined {
    if (name === undefined) return undefined;
    return (this.#instance?.exports[name] as WebAssembly.Global<'i64'> | undefined)?.value;
  }
}
