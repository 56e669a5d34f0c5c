/** The sections of a module, and of what is in them the numbers that a rewriting pass needs. */
import { TruceError } from '../../proto/errors.ts';
import { ByteWriter } from './byte-writer.ts';
import { WasmReader } from './wasm-reader.ts';

export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** As they follow one another in a module. Source: core specification 5.5.16; the tag section: exception handling. */
const order: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const PREAMBLE_BYTES = 8;
const FUNCTION_TYPE = 0x60;
/** The kinds of imports and exports, in the order of their numbers. */
const kinds = ['function', 'table', 'memory', 'global', 'tag'] as const;
type Kind = (typeof kinds)[number];

export interface Outline {
  readonly bytes: Uint8Array;
  /** How many parameters each type has. */
  readonly parameters: readonly number[];
  readonly importedFunctions: number;
  /** The type of each function that the module itself defines. */
  readonly functionTypes: readonly number[];
  readonly importedGlobals: number;
  /** The imported ones included. */
  readonly globals: number;
  readonly hasMemory: boolean;
  /** Modules that something is imported from. */
  readonly importNames: ReadonlySet<string>;
  readonly exportNames: ReadonlySet<string>;
  readonly start: number | undefined;
  readonly sections: ReadonlyMap<number, { readonly offset: number; readonly end: number }>;
  /** A reader of a section's content; an empty one where it is not there. */
  section(id: number): WasmReader;
}

/** Throws MODULE_INVALID, and MODULE_UNSUPPORTED for a module with several memories. */
export function moduleOutline(bytes: Uint8Array): Outline {
  const sections = new Map<number, { offset: number; end: number }>();
  const reader = new WasmReader(bytes, PREAMBLE_BYTES);
  while (!reader.atEnd) {
    const id = reader.byte();
    const { offset, end } = reader.part(reader.u32());
    if (id === SectionId.custom) continue;
    if (sections.has(id) || !order.includes(id)) reader.fail('a section that cannot be there');
    sections.set(id, { offset, end });
  }
  const empty = Uint8Array.of(0);
  const section = (id: number): WasmReader => {
    const place = sections.get(id);
    return place === undefined ? new WasmReader(empty) : new WasmReader(bytes, place.offset, place.end);
  };
  const imports = readAll(section(SectionId.import), readImport);
  const imported = (kind: Kind) => imports.filter((entry) => entry.kind === kind).length;
  const defined = (id: number) => (sections.has(id) ? section(id).count() : 0);
  const memories = imported('memory') + defined(SectionId.memory);
  if (memories > 1) throw new TruceError('MODULE_UNSUPPORTED', { feature: 'more than one memory' });
  return {
    bytes,
    sections,
    section,
    parameters: readAll(section(SectionId.type), readParameters),
    importedFunctions: imported('function'),
    functionTypes: readAll(section(SectionId.function), (types) => types.u32()),
    importedGlobals: imported('global'),
    globals: imported('global') + defined(SectionId.global),
    hasMemory: memories > 0,
    importNames: new Set(imports.map(({ module }) => module)),
    exportNames: new Set(readAll(section(SectionId.export), readExport)),
    start: sections.has(SectionId.start) ? section(SectionId.start).u32() : undefined,
  };
}

export interface Rewriting {
  /** Items to add at the end of lists, by section. */
  readonly additions: ReadonlyMap<number, readonly Uint8Array[]>;
  /** All functions' code, each behind its length. */
  readonly code: Uint8Array;
  readonly codeCount: number;
  /** What sections are to have in the place of their content, before items are added. */
  readonly contents: ReadonlyMap<number, Uint8Array>;
}

/** The module again, without custom sections, whose offsets would be wrong, and without its start section. */
export function writeSections(outline: Outline, rewriting: Rewriting): Uint8Array {
  const { additions, code, codeCount, contents } = rewriting;
  const { bytes } = outline;
  const out = new ByteWriter(bytes.length + code.length + 1024);
  out.copy(bytes, 0, PREAMBLE_BYTES);
  // As they came where they are there: whether that is the right order, the engine has judged.
  const present = [...outline.sections.keys()];
  for (const [id, items] of additions)
    if (items.length > 0 && !present.includes(id)) insertInOrder(present, id);
  if (codeCount > 0 && !present.includes(SectionId.code)) insertInOrder(present, SectionId.code);
  for (const id of present) {
    if (id === SectionId.start) continue;
    const replaced = contents.get(id);
    const content = replaced === undefined ? outline.section(id) : new WasmReader(replaced);
    const added = additions.get(id) ?? [];
    const count = new ByteWriter(8);
    out.byte(id);
    if (id === SectionId.code) {
      count.u32(codeCount);
      out.u32(count.length + code.length);
      out.copy(count.written);
      out.copy(code);
    } else if (added.length === 0) {
      out.u32(content.end - content.offset);
      out.copy(content.bytes, content.offset, content.end);
    } else {
      count.u32(content.count() + added.length);
      const length = added.reduce(
        (sum, item) => sum + item.length,
        count.length + content.end - content.offset,
      );
      out.u32(length);
      out.copy(count.written);
      out.copy(content.bytes, content.offset, content.end);
      for (const item of added) out.copy(item);
    }
  }
  return out.written;
}

function insertInOrder(present: number[], id: number): void {
  const behind = present.findIndex((other) => order.indexOf(other) > order.indexOf(id));
  present.splice(behind === -1 ? present.length : behind, 0, id);
}

function readAll<T>(section: WasmReader, read: (section: WasmReader) => T): T[] {
  const items = Array.from({ length: section.count() }, () => read(section));
  if (!section.atEnd) section.fail('a section that is longer than what is in it');
  return items;
}

function readParameters(section: WasmReader): number {
  if (section.byte() !== FUNCTION_TYPE) section.fail('a type that is no function');
  const parameters = section.count();
  for (let left = parameters; left > 0; left--) section.valueType();
  for (let left = section.count(); left > 0; left--) section.valueType();
  return parameters;
}

function readImport(section: WasmReader): { readonly module: string; readonly kind: Kind } {
  const module = section.name();
  section.name();
  const kind = kinds[section.byte()] ?? section.fail('an unknown kind of import');
  if (kind === 'function') section.u32();
  else {
    // A table's and a global's type; a tag's attribute, which is read alike.
    if (kind !== 'memory') section.valueType();
    if (kind === 'global') section.byte();
    else if (kind === 'tag') section.u32();
    else skipLimits(section);
  }
  return { module, kind };
}

function skipLimits(section: WasmReader): void {
  const bounded = section.byte() === 1;
  section.u32();
  if (bounded) section.u32();
}

function readExport(section: WasmReader): string {
  const name = section.name();
  section.byte();
  section.u32();
  return name;
}
