/**
 * Evaluates what was generated for a component, and runs it. The script gets a V8 context of its own: the language and
 * nothing of Node, no text that becomes code, no compiling of modules but through here, where each is held to the limits.
 */
import { createContext, Script } from 'node:vm';
import { TruceError } from '../../../proto/errors.ts';
import {
  type Instrumentation,
  type InstrumentedModule,
  instrumentModule,
  requireValid,
} from '../instrumented-module.ts';
import { limitModule, type ModuleLimits } from '../module-limits.ts';
import type { Transpiled } from './transpiled.ts';

type InstantiateCore = (
  module: WebAssembly.Module,
  imports?: WebAssembly.Imports,
) => { readonly exports: WebAssembly.Exports };
type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: object,
  instantiateCore: InstantiateCore,
) => Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How its modules are rewritten before they are compiled; what is counted is counted for all of them together. */
export type ComponentInstrumentation = Omit<Instrumentation, 'fuel' | 'memoryPages'> & {
  readonly fuel: 'shared' | undefined;
};

/** What a component has taken, all its instances together. */
export interface Taken {
  readonly memories: Set<WebAssembly.Memory>;
  /** What is left of its fuel, where that is counted; below 0 when it ran out. */
  readonly fuel: WebAssembly.Global<'i64'> | undefined;
  /** Of each instance that is deterministic: 1 when the engine had no memory left that it was entitled to. */
  readonly refused: WebAssembly.Global<'i32'>[];
}

/** Made before a child is locked in, where it can be: a context takes some milliseconds. */
export function newContext(): object {
  return createContext(
    { TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false }, name: 'component' },
  );
}

/** A component with its modules compiled, each with its share of the limits. */
export class CompiledComponent {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly #script: Script;
  readonly #modules: ReadonlyMap<string, CompiledModule>;
  readonly #limits: ModuleLimits;

  /**
   * Throws a TruceError (MODULE_..., RUN_NONDETERMINISTIC) or what the engine says of a module or script that it refuses.
   * @param instrumentation undefined: its modules are compiled as they came
   */
  constructor(transpiled: Transpiled, limits: ModuleLimits, instrumentation?: ComponentInstrumentation) {
    this.imports = transpiled.imports;
    this.exports = transpiled.exports;
    this.#limits = limits;
    this.#modules = compileModules(transpiled.modules, limits, instrumentation);
    this.#script = new Script(transpiled.script, { filename: 'component' });
  }

  /** What its instances begin with, each made once. */
  get facts(): { readonly memoryPages: number; readonly tableElements: number } {
    let [memoryPages, tableElements] = [0, 0];
    for (const { minimum } of this.#modules.values()) {
      memoryPages += minimum.memoryPages;
      tableElements += minimum.tableElements;
    }
    return { memoryPages, tableElements };
  }

  /**
   * The functions that it exports as the interface `entry`. Throws MODULE_..., PROGRAM_INVALID, or what instantiating throws.
   * @param imports from `bindings`
   */
  instantiate(
    context: object,
    imports: object,
    taken: Taken,
    entry: string,
  ): Readonly<Record<string, unknown>> {
    const budget = new Budget(this.#limits);
    const instantiate = this.#script.runInContext(context) as Instantiate;
    const instance = instantiate(
      (name) => {
        const found = this.#modules.get(name);
        if (found === undefined) throw new TruceError('COMPONENT_INVALID', { reason: 'a module is missing' });
        return found.module;
      },
      imports,
      (module, values) => {
        const compiled = this.#compiled(module);
        budget.charge(compiled);
        const exports = startInstance(compiled, values, taken);
        for (const value of Object.values(exports))
          if (value instanceof WebAssembly.Memory) taken.memories.add(value);
        return { exports };
      },
    );
    const found = instance[entry];
    if (found === undefined)
      throw new TruceError('MODULE_EXPORT_MISSING', { kind: 'interface', name: entry });
    return found;
  }

  #compiled(module: WebAssembly.Module): CompiledModule {
    for (const one of this.#modules.values()) if (one.module === module) return one;
    throw new TruceError('COMPONENT_INVALID', { reason: 'an instance of a module that is not its own' });
  }
}

interface CompiledModule {
  readonly module: WebAssembly.Module;
  /** What rewriting it has added. */
  readonly added: Omit<InstrumentedModule, 'bytes'> | undefined;
  readonly minimum: { readonly memoryPages: number; readonly tableElements: number };
  /** The most that one instance of it can take. */
  readonly memoryPages: number;
  readonly tableElements: number;
}

/** Instantiates a module with what it was rewritten to need. */
function startInstance(
  { module, added }: CompiledModule,
  imports: WebAssembly.Imports | undefined,
  taken: Taken,
): WebAssembly.Exports {
  if (added === undefined) return new WebAssembly.Instance(module, imports).exports;
  const { sharedFuel, exports: names } = added;
  const counter = sharedFuel === undefined ? {} : { [sharedFuel]: { [sharedFuel]: taken.fuel! } };
  const { exports } = new WebAssembly.Instance(module, { ...imports, ...counter });
  if (names.refused !== undefined) taken.refused.push(exports[names.refused] as WebAssembly.Global<'i32'>);
  if (names.start !== undefined) (exports[names.start] as () => void)();
  return exports;
}

/** Each module's share of the limits: what it starts with, and as much of the rest as every other that has any. */
function compileModules(
  modules: ReadonlyMap<string, Uint8Array>,
  limits: ModuleLimits,
  instrumentation: ComponentInstrumentation | undefined,
): Map<string, CompiledModule> {
  const imports = 'any' as const;
  const facts = [...modules.values()].map((bytes) => limitModule(bytes, { ...limits, imports }));
  const memories = facts.flatMap(({ memoryPages }) => memoryPages ?? []);
  const tables = facts.filter(({ tableElements }) => tableElements > 0);
  const pages = memories.reduce((sum, { minimum }) => sum + minimum, 0);
  const elements = tables.reduce((sum, { tableElements }) => sum + tableElements, 0);
  if (pages > limits.memoryPages)
    throw new TruceError('MODULE_MEMORY_TOO_LARGE', { pages, limit: limits.memoryPages });
  if (elements > limits.tableElements)
    throw new TruceError('MODULE_TABLE_TOO_LARGE', { elements, limit: limits.tableElements });
  const sparePages = Math.floor((limits.memoryPages - pages) / Math.max(1, memories.length));
  const spareElements = Math.floor((limits.tableElements - elements) / Math.max(1, tables.length));
  const compiled = new Map<string, CompiledModule>();
  [...modules].forEach(([name, bytes], index) => {
    const own = facts[index]!;
    const memoryPages = (own.memoryPages?.minimum ?? 0) + sparePages;
    const tableElements = own.tableElements > 0 ? own.tableElements + spareElements : 0;
    const limited = limitModule(bytes, { memoryPages, tableElements, imports });
    if (instrumentation !== undefined) requireValid(limited.bytes);
    const rewritten =
      instrumentation &&
      instrumentModule(limited.bytes, {
        ...instrumentation,
        // An imported one is held to what its maker may have.
        memoryPages: limited.memoryPages?.maximum ?? limits.memoryPages,
      });
    compiled.set(name, {
      module: new WebAssembly.Module((rewritten ?? limited).bytes as BufferSource),
      added: rewritten,
      minimum: { memoryPages: own.memoryPages?.minimum ?? 0, tableElements: own.tableElements },
      memoryPages: limited.memoryPages?.maximum ?? 0,
      tableElements,
    });
  });
  return compiled;
}

/** A component may make several instances of a module, each with a memory of its own. */
class Budget {
  readonly #limits: ModuleLimits;
  #pages = 0;
  #elements = 0;

  constructor(limits: ModuleLimits) {
    this.#limits = limits;
  }

  charge({ memoryPages, tableElements }: CompiledModule): void {
    this.#pages += memoryPages;
    this.#elements += tableElements;
    if (this.#pages > this.#limits.memoryPages)
      throw new TruceError('MODULE_MEMORY_TOO_LARGE', {
        pages: this.#pages,
        limit: this.#limits.memoryPages,
      });
    if (this.#elements > this.#limits.tableElements)
      throw new TruceError('MODULE_TABLE_TOO_LARGE', {
        elements: this.#elements,
        limit: this.#limits.tableElements,
      });
  }
}
