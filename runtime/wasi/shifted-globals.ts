/**
 * Makes room for one more imported global, which comes behind the imported ones: the numbers of those that the module
 * itself defines move on by one, wherever it names them. Source of the forms: WebAssembly core specification 2.0, 5.5.
 */
import { FunctionWriter } from './function-writer.ts';
import { InstructionReader } from './instruction-reader.ts';
import { Op } from './instructions.ts';
import { type Outline, SectionId } from './module-outline.ts';
import type { WasmReader } from './wasm-reader.ts';

const GLOBAL_KIND = 3;
/** The flags of a segment of elements, and, save for the last, of one of data. */
const Segment = { passiveOrDeclarative: 1, explicitIndex: 2, expressions: 4 } as const;

/** Of the instruction that was read last: writes it with another number, where it names a global that moves. */
export function shiftGlobal(reader: InstructionReader, out: FunctionWriter, importedGlobals: number): void {
  const { operation, index } = reader;
  const namesOne = operation === Op.globalGet || operation === Op.globalSet;
  if (!namesOne || index < importedGlobals) return;
  out.upTo(reader.start);
  out.byte(operation);
  out.u32(index + 1);
  out.skipTo(reader.offset);
}

/** What the sections become, all but the code, that may name globals. Throws MODULE_INVALID, MODULE_UNSUPPORTED. */
export function shiftedSections(outline: Outline): Map<number, Uint8Array> {
  const contents = new Map<number, Uint8Array>();
  const rewrite = (id: number, item: (section: WasmReader, out: FunctionWriter) => void): void => {
    if (!outline.sections.has(id)) return;
    const section = outline.section(id);
    const out = new FunctionWriter();
    out.begin(section.bytes, section.offset);
    for (let left = section.count(); left > 0; left--) item(section, out);
    if (!section.atEnd) section.fail('a section that is longer than what is in it');
    out.upTo(section.end);
    contents.set(id, out.written);
  };
  const expression = (section: WasmReader, out: FunctionWriter): void => {
    const reader = new InstructionReader(section.bytes, section.offset, section.end);
    while (reader.depth > 0) {
      reader.step();
      shiftGlobal(reader, out, outline.importedGlobals);
    }
    section.offset = reader.offset;
  };
  rewrite(SectionId.global, (section, out) => {
    section.valueType();
    section.byte();
    expression(section, out);
  });
  rewrite(SectionId.export, (section, out) => {
    section.name();
    const isGlobal = section.byte() === GLOBAL_KIND;
    const start = section.offset;
    const index = section.u32();
    if (!isGlobal || index < outline.importedGlobals) return;
    out.upTo(start);
    out.u32(index + 1);
    out.skipTo(section.offset);
  });
  rewrite(SectionId.element, (section, out) => {
    const flags = section.u32();
    const active = (flags & Segment.passiveOrDeclarative) === 0;
    if (active && (flags & Segment.explicitIndex) !== 0) section.u32();
    if (active) expression(section, out);
    // The type or kind of what is in it, which only the shortest forms leave out.
    if ((flags & (Segment.passiveOrDeclarative | Segment.explicitIndex)) !== 0) section.valueType();
    for (let left = section.count(); left > 0; left--)
      if ((flags & Segment.expressions) !== 0) expression(section, out);
      else section.u32();
  });
  rewrite(SectionId.data, (section, out) => {
    const flags = section.u32();
    if ((flags & Segment.explicitIndex) !== 0) section.u32();
    if ((flags & Segment.passiveOrDeclarative) === 0) expression(section, out);
    section.part(section.count());
  });
  return contents;
}
