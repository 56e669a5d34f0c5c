/** A component as a program of an executor child. */
import { TruceError } from '../../proto/errors.ts';
import { CompiledComponent, newContext } from '../wasi/component/instance.ts';
import { runComponent } from '../wasi/component/run-component.ts';
import { decodeTranspiled } from '../wasi/component/transpiled.ts';
import { type Preview1, ProcessExit } from '../wasi/preview1.ts';
import type { Runnable } from './program.ts';
import type { ProgramModuleOptions } from './program-module.ts';
import type { Job } from './run-protocol.ts';

const PAGE_BYTES = 65536;

/** Made before the lock: a V8 context takes milliseconds. */
const context = newContext();

export class ComponentProgram implements Runnable {
  readonly facts: object;
  readonly fuelUsed = undefined;
  readonly overrun = undefined;
  readonly #component: CompiledComponent;
  readonly #memoryPages: number;
  readonly #job: Job;
  readonly #memories = new Set<WebAssembly.Memory>();

  /** Throws a TruceError (COMPONENT_INVALID, MODULE_...) or WebAssembly.CompileError. */
  constructor(bytes: Uint8Array, options: ProgramModuleOptions, job: Job) {
    if (options.fuel !== undefined || options.deterministic)
      throw new TruceError('MODULE_UNSUPPORTED', {
        feature: 'the component model, whose programs are neither counted nor the same everywhere',
      });
    this.#component = new CompiledComponent(decodeTranspiled(bytes), options);
    this.facts = this.#component.facts;
    this.#memoryPages = options.memoryPages;
    this.#job = job;
  }

  get nearlyExhausted(): 'memory' | undefined {
    let pages = 0;
    for (const { buffer } of this.#memories) pages += buffer.byteLength / PAGE_BYTES;
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
      taken: { memories: this.#memories },
    });
    if (exitCode !== 0) throw new ProcessExit(exitCode);
  }
}
