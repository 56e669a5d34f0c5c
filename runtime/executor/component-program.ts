/** A component as a program of an executor child. */
import type { TruceError } from '../../proto/errors.ts';
import { CompiledComponent, newContext, type Taken } from '../wasi/component/instance.ts';
import { runComponent } from '../wasi/component/run-component.ts';
import { decodeTranspiled } from '../wasi/component/transpiled.ts';
import { type Preview1, ProcessExit } from '../wasi/preview1.ts';
import type { Runnable } from './program.ts';
import { overrunOf, type ProgramModuleOptions } from './program-module.ts';
import type { Job } from './run-protocol.ts';

const PAGE_BYTES = 65536;

/** Made before the lock: a V8 context takes milliseconds. */
const context = newContext();

export class ComponentProgram implements Runnable {
  readonly facts: object;
  readonly #component: CompiledComponent;
  readonly #memoryPages: number;
  readonly #job: Job;
  readonly #fuel: number | undefined;
  readonly #taken: Taken;

  /** Throws a TruceError (COMPONENT_INVALID, MODULE_..., RUN_NONDETERMINISTIC) or WebAssembly.CompileError. */
  constructor(bytes: Uint8Array, options: ProgramModuleOptions, job: Job) {
    const { fuel, deterministic } = options;
    const rewrites = fuel !== undefined || deterministic;
    this.#component = new CompiledComponent(
      decodeTranspiled(bytes),
      options,
      rewrites ? { fuel: fuel === undefined ? undefined : 'shared', deterministic } : undefined,
    );
    this.facts = this.#component.facts;
    this.#memoryPages = options.memoryPages;
    this.#job = job;
    this.#fuel = fuel;
    this.#taken = {
      memories: new Set(),
      fuel:
        fuel === undefined
          ? undefined
          : new WebAssembly.Global({ value: 'i64', mutable: true }, BigInt(fuel)),
      refused: [],
    };
  }

  get fuelUsed(): number | undefined {
    const { fuel } = this.#taken;
    return this.#fuel === undefined || fuel === undefined ? undefined : this.#fuel - Number(fuel.value);
  }

  get overrun(): TruceError | undefined {
    return overrunOf(
      this.#fuel,
      this.fuelUsed,
      this.#taken.refused.some(({ value }) => value === 1),
    );
  }

  get nearlyExhausted(): 'memory' | undefined {
    let pages = 0;
    for (const { buffer } of this.#taken.memories) pages += buffer.byteLength / PAGE_BYTES;
    const grown = pages > this.#component.facts.memoryPages;
    return grown && this.#memoryPages - pages <= this.#memoryPages / 16 ? 'memory' : undefined;
  }

  run(wasi: Preview1, imports: Preview1['imports'], bind: (memory: WebAssembly.Memory) => void): void {
    const { args, env, clock, interfaces } = this.#job;
    const exitCode = runComponent({
      component: this.#component,
      context,
      wasi,
      imports,
      bind,
      options: { args, env, clock, granted: interfaces ?? [] },
      taken: this.#taken,
    });
    if (exitCode !== 0) throw new ProcessExit(exitCode);
  }
}
