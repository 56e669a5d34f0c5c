/**
 * Rewrites a program's own limits before it is compiled: its memory's maximum, and its tables', become what the policy
 * allows, so that the engine itself refuses to grow them further. Everything else passes unread to the engine, byte by
 * byte, apart from the facts that import-check.ts judges.
 */
import { concatBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { encodeU32, WasmReader } from './wasm-reader.ts';

export interface ModuleLimits {
  /** Pages of 64 KiB that the memory may grow to. */
  readonly memoryPages: number;
  /** Elements that all tables together may grow to. */
  readonly tableElements: number;
  /** A part of a component is given tables, memories and globals of other parts; a program of its own nothing but calls. */
  readonly imports?: 'functions' | 'any';
}

export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  /** As in signatures.ts: `ii:i`. */
  readonly signature: string;
}

export interface ModuleFacts {
  readonly imports: readonly ImportedFunction[];
  /** The signatures of the exported functions that the module itself defines, by name. */
  readonly exportedFunctions: ReadonlyMap<string, string>;
  /** Undefined where there is no memory. */
  readonly memoryPages: { readonly minimum: number; readonly maximum: number } | undefined;
  /** What the tables start with. */
  readonly tableElements: number;
}

export interface LimitedModule extends ModuleFacts {
  /** The module to compile. */
  readonly bytes: Uint8Array;
}

const Section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  export: 7,
  last: 13,
} as const;

/** `\0asm`, then version 1 of layer 0. */
const CORE_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** The same for layer 1. Source: WebAssembly/component-model, design/mvp/Binary.md, `preamble`. */
const COMPONENT_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

const LimitFlags = { maximum: 1, shared: 2, wide: 4, pageSize: 8 } as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0;
const importKinds = ['function', 'table', 'memory', 'global', 'tag'] as const;
const valueTypes = new Map([
  [0x7f, 'i'],
  [0x7e, 'I'],
  [0x7d, 'f'],
  [0x7c, 'F'],
  [0x7b, 'v'],
  [0x70, 'r'],
  [0x6f, 'r'],
]);
const tableTypes: ReadonlySet<number> = new Set([0x70, 0x6f]);

/** What kind of WebAssembly binary the bytes say they are. */
export function moduleKind(bytes: Uint8Array): 'core' | 'component' | undefined {
  if (startsWith(bytes, CORE_PREAMBLE)) return 'core';
  return startsWith(bytes, COMPONENT_PREAMBLE) ? 'component' : undefined;
}

/**
 * The module within the limits. Throws MODULE_INVALID, MODULE_UNSUPPORTED (shared or 64-bit memory, several memories,
 * typed references), MODULE_IMPORT_FORBIDDEN for whatever is imported that is no function, MODULE_MEMORY_TOO_LARGE and
 * MODULE_TABLE_TOO_LARGE where the module starts with more than it may have.
 */
export function limitModule(bytes: Uint8Array, limits: ModuleLimits): LimitedModule {
  const reader = new WasmReader(bytes, CORE_PREAMBLE.length);
  if (moduleKind(bytes) !== 'core')
    throw new TruceError('MODULE_INVALID', { offset: 0, reason: 'no core module' });
  const pieces: Uint8Array[] = [];
  const seen = new Set<number>();
  let types: string[] = [];
  let imports: ImportedFunction[] = [];
  let functions: number[] = [];
  let exports: { name: string; index: number }[] = [];
  let memoryPages: ModuleFacts['memoryPages'];
  let tableElements = 0;
  let copied = 0;
  while (!reader.atEnd) {
    const start = reader.offset;
    const id = reader.byte();
    if (id > Section.last) reader.fail('an unknown section');
    const section = reader.part(reader.u32());
    if (id !== Section.custom && seen.has(id)) reader.fail('a section that is there twice');
    seen.add(id);
    let rewritten: number[] | undefined;
    if (id === Section.type) types = readAll(section, () => readFunctionType(section));
    else if (id === Section.import) imports = readImports(section, types, limits.imports ?? 'functions');
    else if (id === Section.function) functions = readAll(section, () => section.u32());
    else if (id === Section.export)
      exports = readAll(section, () => readExport(section)).filter((entry) => entry !== undefined);
    else if (id === Section.table) {
      const tables = readAll(section, () => readTable(section));
      tableElements = tables.reduce((sum, { minimum }) => sum + minimum, 0);
      rewritten = writeTables(tables, tableElements, limits.tableElements);
    } else if (id === Section.memory) {
      const memory = readMemory(section);
      if (memory === undefined) continue;
      memoryPages = { minimum: memory.minimum, maximum: Math.min(memory.maximum, limits.memoryPages) };
      rewritten = writeMemory(memoryPages, limits.memoryPages);
    }
    if (rewritten === undefined) continue;
    pieces.push(
      bytes.subarray(copied, start),
      Uint8Array.of(id, ...encodeU32(rewritten.length), ...rewritten),
    );
    copied = reader.offset;
  }
  pieces.push(bytes.subarray(copied));
  return {
    bytes: concatBytes(...pieces),
    imports,
    exportedFunctions: signaturesOf(exports, imports.length, functions, types),
    memoryPages,
    tableElements,
  };
}

interface Limits {
  readonly minimum: number;
  /** Infinity where none is given. */
  readonly maximum: number;
}

function readAll<T>(section: WasmReader, read: () => T): T[] {
  const items = Array.from({ length: section.count() }, read);
  if (!section.atEnd) section.fail('a section that is longer than what is in it');
  return items;
}

function readFunctionType(section: WasmReader): string {
  if (section.byte() !== FUNCTION_TYPE)
    throw new TruceError('MODULE_UNSUPPORTED', { feature: 'types of garbage collection' });
  return `${readValueTypes(section)}:${readValueTypes(section)}`;
}

function readValueTypes(section: WasmReader): string {
  let letters = '';
  for (let left = section.count(); left > 0; left--) letters += readValueType(section);
  return letters;
}

function readValueType(section: WasmReader): string {
  return valueTypes.get(section.valueType()) ?? 'r';
}

function readImports(
  section: WasmReader,
  types: readonly string[],
  allowed: 'functions' | 'any',
): ImportedFunction[] {
  const read = () => {
    const module = section.name();
    const name = section.name();
    const kind = section.byte();
    if (kind === FUNCTION_KIND) {
      const signature = types[section.u32()] ?? section.fail('a type that is not there');
      return { module, name, signature };
    }
    const what = importKinds[kind] ?? section.fail('an unknown kind of import');
    if (allowed === 'functions')
      throw new TruceError('MODULE_IMPORT_FORBIDDEN', {
        kind: what,
        name: shown(name),
        module: shown(module),
      });
    skipImported(section, what);
    return undefined;
  };
  return readAll(section, read).filter((entry) => entry !== undefined);
}

/** Passes over what an import that is no function says of itself; its maker is held to the limits. */
function skipImported(section: WasmReader, kind: (typeof importKinds)[number]): void {
  if (kind === 'table') readTable(section);
  else if (kind === 'memory') readLimits(section, 'memory');
  else if (kind === 'global') {
    readValueType(section);
    section.byte();
  } else {
    section.byte();
    section.u32();
  }
}

function readExport(section: WasmReader): { name: string; index: number } | undefined {
  const name = section.name();
  const kind = section.byte();
  const index = section.u32();
  return kind === FUNCTION_KIND ? { name, index } : undefined;
}

function readTable(section: WasmReader): Limits & { readonly type: number } {
  const type = section.byte();
  if (!tableTypes.has(type))
    throw new TruceError('MODULE_UNSUPPORTED', { feature: 'a table of typed references' });
  return { type, ...readLimits(section, 'table') };
}

function readMemory(section: WasmReader): Limits | undefined {
  const memories = readAll(section, () => readLimits(section, 'memory'));
  if (memories.length > 1) throw new TruceError('MODULE_UNSUPPORTED', { feature: 'more than one memory' });
  return memories[0];
}

function readLimits(section: WasmReader, what: string): Limits {
  const flags = section.byte();
  if ((flags & LimitFlags.shared) !== 0)
    throw new TruceError('MODULE_UNSUPPORTED', { feature: `a shared ${what}` });
  if ((flags & LimitFlags.wide) !== 0)
    throw new TruceError('MODULE_UNSUPPORTED', { feature: `a 64-bit ${what}` });
  if ((flags & LimitFlags.pageSize) !== 0)
    throw new TruceError('MODULE_UNSUPPORTED', { feature: 'custom page sizes' });
  if (flags > LimitFlags.maximum) section.fail('unknown limits');
  const minimum = section.u32();
  const maximum = flags === LimitFlags.maximum ? section.u32() : Number.POSITIVE_INFINITY;
  if (maximum < minimum) section.fail('a maximum below its minimum');
  return { minimum, maximum };
}

function writeMemory(memory: { minimum: number; maximum: number }, limit: number): number[] {
  if (memory.minimum > limit)
    throw new TruceError('MODULE_MEMORY_TOO_LARGE', { pages: memory.minimum, limit });
  return [1, LimitFlags.maximum, ...encodeU32(memory.minimum), ...encodeU32(memory.maximum)];
}

/** Shares what is left of the limit evenly, so that all tables together stay within it. */
function writeTables(
  tables: readonly (Limits & { type: number })[],
  elements: number,
  limit: number,
): number[] {
  if (elements > limit) throw new TruceError('MODULE_TABLE_TOO_LARGE', { elements, limit });
  const spare = Math.floor((limit - elements) / Math.max(1, tables.length));
  const bytes = encodeU32(tables.length);
  for (const { type, minimum, maximum } of tables)
    bytes.push(
      type,
      LimitFlags.maximum,
      ...encodeU32(minimum),
      ...encodeU32(Math.min(maximum, minimum + spare)),
    );
  return bytes;
}

function signaturesOf(
  exports: readonly { name: string; index: number }[],
  imported: number,
  functions: readonly number[],
  types: readonly string[],
): ReadonlyMap<string, string> {
  const signatures = new Map<string, string>();
  for (const { name, index } of exports) {
    const type = functions[index - imported];
    const signature = type === undefined ? undefined : types[type];
    if (signature !== undefined) signatures.set(name, signature);
  }
  return signatures;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** A name out of a module, fit for a message. */
export function shown(name: string): string {
  const quoted = JSON.stringify(name);
  return quoted.length <= 80 ? quoted : `${quoted.slice(0, 79)}…`;
}
