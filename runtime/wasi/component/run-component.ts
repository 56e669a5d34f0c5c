/** Runs a component that is a program: `wasi:cli/run`, over WASI 0.2. */
import { TruceError } from '../../../proto/errors.ts';
import type { Preview1 } from '../preview1.ts';
import { Resources } from './handles.ts';
import { bindings } from './imported-function.ts';
import type { CompiledComponent, Taken } from './instance.ts';
import { entryOf, type InterfaceOptions, interfaces, requireKnown, resourceNames } from './interfaces.ts';
import { Preview1Calls } from './preview1-calls.ts';

export interface ComponentRun {
  readonly component: CompiledComponent;
  /** From `newContext`. */
  readonly context: object;
  /** The calls that it stands on, traced or not, and what gives them their memory. */
  readonly wasi: Preview1;
  readonly imports: Preview1['imports'];
  readonly bind: (memory: WebAssembly.Memory) => void;
  readonly options: InterfaceOptions;
  readonly taken: Taken;
}

/** The exit code: 1 where `run` answers with an error. Throws what ends the program otherwise. */
export function runComponent(run: ComponentRun): number {
  const { component, context, wasi, imports, bind, options, taken } = run;
  const entry = entryOf(component.exports);
  const resources = new Resources();
  const known = interfaces(new Preview1Calls(wasi, imports, bind), options);
  requireKnown(component.imports, known);
  const bound = bindings(known, resourceNames, resources);
  try {
    const exported = component.instantiate(context, bound, taken, entry);
    const main = exported.run;
    if (typeof main !== 'function')
      throw new TruceError('MODULE_EXPORT_MISSING', { kind: 'function', name: 'run' });
    main();
    return 0;
  } catch (error) {
    if (isResultError(error)) return 1;
    throw ofThisContext(error);
  }
}

/** An error that is thrown by the script itself is of the script's own kinds of errors. */
function ofThisContext(error: unknown): unknown {
  if (error instanceof Error || typeof error !== 'object' || error === null) return error;
  const { name, message } = error as { name?: unknown; message?: unknown };
  const Kind = name === 'RangeError' ? RangeError : Error;
  return new Kind(typeof message === 'string' ? message : 'unknown');
}

/** The generated code throws a result's error as an Error with a payload. Source: jco, `ComponentError`. */
function isResultError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Object.hasOwn(error, 'payload');
}
