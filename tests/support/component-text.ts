/** Components for tests, compiled from text by jco's tools. */
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

export interface CommandParts {
  /** Imports of the component, as text. */
  readonly imports?: string;
  /** What lowers them, and `(core instance $host ...)` with what the module imports from "host". */
  readonly lowered?: string;
  /** Fields of the core module, which has a memory. */
  readonly fields?: string;
  /** What `run` does; it leaves 0 or 1 on the stack: ok or error. */
  readonly body: string;
  readonly memoryPages?: number;
  /** The interface it exports; `wasi:cli/run@0.2.0` unless told. */
  readonly entry?: string;
}

/** A component that can be run as a command. */
export async function commandComponent(parts: CommandParts): Promise<Uint8Array> {
  const { imports = '', lowered, fields = '', body, memoryPages = 1, entry = 'wasi:cli/run@0.2.0' } = parts;
  const host = lowered === undefined ? '' : '(with "host" (instance $host))';
  return componentOf(`(component
    ${imports}
    ${lowered ?? ''}
    (core module $main
      ${fields}
      (memory (export "memory") ${memoryPages})
      (func (export "run") (result i32) (local $left i32) ${body}))
    (core instance $instance (instantiate $main ${host}))
    (func $run (result (result)) (canon lift (core func $instance "run")))
    (instance $entry (export "run" (func $run)))
    (export "${entry}" (instance $entry)))`);
}

export function componentOf(text: string): Promise<Uint8Array> {
  return parse(text);
}

/** `wasi:cli/exit` of a version that has `exit-with-code`. */
export const EXIT_WITH_CODE = {
  imports: `(import "wasi:cli/exit@0.2.3" (instance $exit
    (export "exit-with-code" (func (param "status-code" u8)))))`,
  lowered: `(core func $exit-with-code (canon lower (func $exit "exit-with-code")))
    (core instance $host (export "exit" (func $exit-with-code)))`,
  fields: '(import "host" "exit" (func $exit (param i32)))',
} as const;

/** An import of a whole interface with one function, that is never called. */
export function unusedImport(name: string, functionName = 'nothing'): string {
  return `(import "${name}" (instance (export "${functionName}" (func))))`;
}
