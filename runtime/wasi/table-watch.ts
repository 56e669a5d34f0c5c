/**
 * Exports the tables that a module may grow, so that the host can see how far they were: the engine answers a program
 * that asks for too much with -1, and tells nobody else.
 */
import { concatBytes } from '../../proto/bytes.ts';
import { encodeU32, WasmReader } from './wasm-reader.ts';

export interface WatchedTable {
  /** Under which it is exported. */
  readonly name: string;
  readonly minimum: number;
  /** What the limit lets it grow to. */
  readonly maximum: number;
}

const PREAMBLE_BYTES = 8;
const TABLE_SECTION = 4;
const EXPORT_SECTION = 7;
const TABLE_KIND = 1;
/** Real modules have one that grows. */
const MOST_TABLES = 16;

/**
 * @param bytes a module that limitModule has limited to `tableElements`, and that imports no table
 * @returns the module with its tables exported, those left out whose own maximum is lower than the limit's
 */
export function watchTables(
  bytes: Uint8Array,
  tableElements: number,
): { bytes: Uint8Array; tables: readonly WatchedTable[] } {
  const reader = new WasmReader(bytes, PREAMBLE_BYTES);
  let tables: readonly (WatchedTable & { index: number })[] = [];
  while (!reader.atEnd) {
    const start = reader.offset;
    const id = reader.byte();
    const section = reader.part(reader.u32());
    if (id === TABLE_SECTION) tables = growable(section, tableElements);
    if (id !== EXPORT_SECTION) continue;
    if (tables.length === 0 || tables.length > MOST_TABLES) break;
    const count = section.count();
    const first = section.offset;
    const taken = new Set<string>();
    for (let index = 0; index < count; index++) {
      taken.add(section.name());
      section.byte();
      section.u32();
    }
    tables = tables.map((table) => ({ ...table, name: unused(table.name, taken) }));
    const entries = tables.flatMap(({ name, index }) => {
      const encoded = new TextEncoder().encode(name);
      return [...encodeU32(encoded.length), ...encoded, TABLE_KIND, ...encodeU32(index)];
    });
    const content = concatBytes(
      Uint8Array.from(encodeU32(count + tables.length)),
      bytes.subarray(first, section.end),
      Uint8Array.from(entries),
    );
    const header = Uint8Array.of(EXPORT_SECTION, ...encodeU32(content.length));
    return {
      bytes: concatBytes(bytes.subarray(0, start), header, content, bytes.subarray(reader.offset)),
      tables: tables.map(({ name, minimum, maximum }) => ({ name, minimum, maximum })),
    };
  }
  return { bytes, tables: [] };
}

function growable(section: WasmReader, limit: number) {
  const tables = Array.from({ length: section.count() }, (_, index) => {
    section.byte();
    const bounded = section.byte() !== 0;
    const minimum = section.u32();
    return { index, minimum, maximum: bounded ? section.u32() : minimum };
  });
  // limitModule shares what is left evenly.
  const spare = Math.floor(
    (limit - tables.reduce((sum, { minimum }) => sum + minimum, 0)) / Math.max(1, tables.length),
  );
  return tables
    .filter(({ minimum, maximum }) => spare > 0 && maximum === minimum + spare)
    .map((table) => ({ ...table, name: `truce:table:${table.index}` }));
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free += ':';
  return free;
}
