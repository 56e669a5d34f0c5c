/**
 * The calls as a program makes them: a module that imports every function and exports one for each that passes its
 * arguments on, so that they cross the border between WebAssembly and JavaScript with the types that they have there.
 * Source: WebAssembly core specification 2.0, binary format.
 */
import type { Preview1 } from '../../../runtime/wasi/preview1.ts';
import {
  type ImportName,
  importNames,
  PREVIEW1_MODULE,
  signatures,
  VERACRUZ_MODULE,
  veracruzSignatures,
} from '../../../runtime/wasi/signatures.ts';

/** Numbers wrap to i32 and bigints to i64, as the engine does it. `proc_exit` gives undefined, and never returns. */
type ProgramCalls = Readonly<Record<ImportName, (...values: (number | bigint)[]) => number>>;

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const VALUE_TYPES: Readonly<Record<string, number>> = { i: 0x7f, I: 0x7e };
const Section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION = 0;
const LOCAL_GET = 0x20;
const CALL = 0x10;
const END = 0x0b;

function integer(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...integer(value >>> 7)];
}

function list(items: readonly number[][]): number[] {
  return [...integer(items.length), ...items.flat()];
}

function sized(bytes: readonly number[]): number[] {
  return [...integer(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return sized([...Buffer.from(value)]);
}

const allSignatures: Readonly<Record<ImportName, string>> = { ...signatures, ...veracruzSignatures };

function parametersOf(name: ImportName): string {
  return allSignatures[name].slice(0, allSignatures[name].indexOf(':'));
}

/** The function with a call's number has the type with that number; the exported ones come after the imported ones. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const valueTypes = (letters: string) => list([...letters].map((letter) => [VALUE_TYPES[letter]!]));
  const section = (id: number, items: readonly number[][]) => [id, ...sized(list(items))];
  const types = importNames.map((name) => {
    const [parameters = '', results = ''] = allSignatures[name].split(':');
    return [FUNCTION_TYPE, ...valueTypes(parameters), ...valueTypes(results)];
  });
  const imports = importNames.map((name, index) => [
    ...text(name in veracruzSignatures ? VERACRUZ_MODULE : PREVIEW1_MODULE),
    ...text(name),
    FUNCTION,
    ...integer(index),
  ]);
  const exports = importNames.map((name, index) => [
    ...text(name),
    FUNCTION,
    ...integer(importNames.length + index),
  ]);
  const bodies = importNames.map((name, index) => {
    const pushed = [...parametersOf(name)].flatMap((_, parameter) => [LOCAL_GET, ...integer(parameter)]);
    return sized([0, ...pushed, CALL, ...integer(index), END]);
  });
  return Uint8Array.from([
    ...PREAMBLE,
    ...section(Section.type, types),
    ...section(Section.import, imports),
    ...section(
      Section.function,
      importNames.map((_, index) => integer(index)),
    ),
    ...section(Section.export, exports),
    ...section(Section.code, bodies),
  ]);
}

/** Whose functions the one instance calls now: making an instance costs more than most tests do with theirs. */
let callee: Preview1['imports'] | undefined;

const forwarding = Object.fromEntries(
  importNames.map((name) => [
    name,
    (...values: never[]) => {
      const call = callee![name];
      return call(...values);
    },
  ]),
);

const exported = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), {
  [PREVIEW1_MODULE]: forwarding,
  [VERACRUZ_MODULE]: forwarding,
}).exports as unknown as ProgramCalls;

/** Has a program call one of these functions. */
export function programCall(
  imports: Preview1['imports'],
  name: ImportName,
  ...values: (number | bigint)[]
): number {
  callee = imports;
  return exported[name](...values);
}
