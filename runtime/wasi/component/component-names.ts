/**
 * The names that a component imports, with their versions: jco's output has them without, and 0.2 and 0.3 would be one.
 * Source: WebAssembly/component-model, design/mvp/Binary.md ("Component Definitions", "Import and Export Definitions").
 */
import { WasmReader } from '../wasm-reader.ts';

const PREAMBLE_BYTES = 8;
const IMPORT_SECTION = 10;
const CORE_MODULE = 0x00;
const VALUE = 0x02;
const TYPE = 0x03;
const LAST_KIND = 0x05;

/** Those at the top of the component; what lies in components inside of it is bound there. Throws MODULE_INVALID. */
export function importedNames(component: Uint8Array): string[] {
  const reader = new WasmReader(component, PREAMBLE_BYTES);
  const names: string[] = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.u32());
    if (id !== IMPORT_SECTION) continue;
    for (let left = section.count(); left > 0; left--) {
      if (section.byte() > 1) section.fail('an unknown form of an import name');
      names.push(section.name());
      skipDescription(section);
    }
  }
  return names;
}

function skipDescription(section: WasmReader): void {
  const kind = section.byte();
  if (kind > LAST_KIND) section.fail('an unknown kind of import');
  if (kind === CORE_MODULE) section.byte();
  // A bound: `eq` of something (0x00), or, of a type, any resource (0x01, and nothing after it).
  if ((kind === VALUE || kind === TYPE) && section.byte() !== 0) {
    if (kind === TYPE) return;
    section.fail('an import of a value');
  }
  section.u32();
}
