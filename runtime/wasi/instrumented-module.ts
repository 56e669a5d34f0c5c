/**
 * Rewrites a module so that it counts its own instructions, or computes the same bits everywhere, or both: functions are
 * rewritten one by one, and what they then need (a counter, a few helper functions) is added behind what is there, so
 * that no index of the program's own changes. Opt-in: other modules are compiled as they came.
 *
 * The engine must have found the original valid: here only its shape is read, and an index beyond what the original has
 * would be one of ours afterwards.
 */
import { TruceError } from '../../proto/errors.ts';
import { ByteWriter } from './byte-writer.ts';
import { FuelMeter, type FuelPlaces } from './fuel-metering.ts';
import { FunctionReader } from './function-reader.ts';
import { FunctionWriter } from './function-writer.ts';
import { type HelperFunction, helperFunctions } from './helper-functions.ts';
import { instructionCode, isAtomic, isRelaxed, Op, ValueType } from './instructions.ts';
import { moduleOutline, type Outline, SectionId, writeSections } from './module-outline.ts';
import { NanCanonicaliser } from './nan-canonicalisation.ts';
import { shiftedSections, shiftGlobal } from './shifted-globals.ts';

export interface Instrumentation {
  /**
   * Instructions that the module may execute, in a counter of its own; 'shared': in one that it imports, as do the others
   * that may execute no more than that together; undefined: they are not counted.
   */
  readonly fuel: number | 'shared' | undefined;
  /** Whether what the specification leaves open is fixed or refused. */
  readonly deterministic: boolean;
  /** Pages that the memory may grow to; undefined: it has none. */
  readonly memoryPages: number | undefined;
}

export interface InstrumentedModule {
  readonly bytes: Uint8Array;
  /** The module that it imports the shared counter from, which is of that name as well; others have none. */
  readonly sharedFuel: string | undefined;
  /** Names of exports that were not there before. */
  readonly exports: {
    /** A mutable i64: what is left of the fuel; below 0 when it ran out. Undefined where it is shared. */
    readonly fuel: string | undefined;
    /** A mutable i32: 1 when the engine had no memory left that the program was entitled to. */
    readonly refused: string | undefined;
    /** The start function, which is no longer called on its own: its traps would hide the other two. */
    readonly start: string | undefined;
  };
}

/** Rewriting trusts what the engine has found valid. @throws WebAssembly.CompileError saying why it has not */
export function requireValid(bytes: Uint8Array): void {
  if (!WebAssembly.validate(bytes as BufferSource)) new WebAssembly.Module(bytes as BufferSource);
}

/**
 * @throws TruceError MODULE_INVALID, MODULE_UNSUPPORTED for instructions that are not known here, and, where it is to be
 * deterministic, RUN_NONDETERMINISTIC for those whose results cannot be fixed
 */
export function instrumentModule(bytes: Uint8Array, instrumentation: Instrumentation): InstrumentedModule {
  const { fuel, deterministic } = instrumentation;
  const outline = moduleOutline(bytes);
  const sharedFuel = fuel === 'shared' ? fresh('truce:fuel', outline.importNames) : undefined;
  const globals: Uint8Array[] = [];
  const addGlobal = (type: number, initial: bigint): number => {
    const writer = new ByteWriter();
    writer.bytes(type, 1, type === ValueType.i64 ? Op.i64Const : Op.i32Const);
    writer.signed(initial);
    writer.byte(Op.end);
    globals.push(writer.written);
    return outline.globals + (sharedFuel === undefined ? 0 : 1) + globals.length - 1;
  };
  const ownFuel = typeof fuel === 'number' ? addGlobal(ValueType.i64, BigInt(fuel)) : undefined;
  const fuelGlobal = sharedFuel === undefined ? ownFuel : outline.importedGlobals;
  const refusedGlobal = deterministic ? addGlobal(ValueType.i32, 0n) : undefined;
  const memoryPages = outline.hasMemory ? instrumentation.memoryPages : undefined;
  const helpers = helperFunctions(fuelGlobal, refusedGlobal, memoryPages);
  const helper = (name: keyof typeof helpers): number =>
    outline.functionTypes.length + outline.importedFunctions + Object.keys(helpers).indexOf(name);
  const places: FuelPlaces | undefined =
    fuelGlobal === undefined
      ? undefined
      : {
          global: fuelGlobal,
          // Modules that share one call one another, also by way of the host.
          untouchedBelow: sharedFuel === undefined ? outline.importedFunctions : 0,
          chargeBytes: helper('chargeBytes'),
          chargeElements: helper('chargeElements'),
        };
  const code = rewriteCode(outline, places, deterministic, {
    grow: helper('grow'),
    shifts: sharedFuel !== undefined,
  });
  const names = freshNames(outline, ownFuel, refusedGlobal);
  const additions = { helpers: Object.values(helpers), globals, exports: names.exported, sharedFuel };
  return { bytes: assemble(outline, additions, code), sharedFuel, exports: names.exports };
}

/** The code section's functions: each behind its length. */
function rewriteCode(
  outline: Outline,
  places: FuelPlaces | undefined,
  deterministic: boolean,
  changes: Changes,
): ByteWriter {
  const section = outline.section(SectionId.code);
  const out = new ByteWriter(section.end - section.offset + 65536);
  const body = new FunctionWriter(65536);
  const declarations = new ByteWriter();
  const count = section.count();
  if (count !== outline.functionTypes.length) section.fail('functions without code');
  for (let index = 0; index < count; index++) {
    const part = section.part(section.u32());
    const reader = new FunctionReader(outline.bytes, part.offset, part.end);
    const parameters = outline.parameters[outline.functionTypes[index]!];
    if (parameters === undefined) return section.fail('a type that is not there');
    const added: number[] = [];
    const addLocal = (type: number): number => {
      added.push(type);
      return parameters + reader.locals + added.length - 1;
    };
    body.begin(outline.bytes, reader.instructions);
    const meter = places && new FuelMeter(body, places, addLocal(ValueType.i64), reader.locals);
    const canonical = deterministic ? new NanCanonicaliser(body, addLocal) : undefined;
    rewriteFunction(reader, body, meter, canonical, {
      ...changes,
      outline,
      index: index + outline.importedFunctions,
    });
    declarations.clear();
    declarations.u32(reader.groups + added.length);
    declarations.copy(outline.bytes, reader.declarations, reader.instructions);
    for (const type of added) declarations.bytes(1, type);
    out.u32(declarations.length + body.length);
    out.copy(declarations.written);
    out.copy(body.written);
  }
  if (!section.atEnd) section.fail('a section that is longer than what is in it');
  return out;
}

interface Changes {
  /** The helper in the place of `memory.grow`. */
  readonly grow: number;
  /** Whether the module's own globals have other numbers. */
  readonly shifts: boolean;
}

interface Surroundings extends Changes {
  readonly outline: Outline;
  /** The function's own. */
  readonly index: number;
}

function rewriteFunction(
  reader: FunctionReader,
  out: FunctionWriter,
  meter: FuelMeter | undefined,
  canonical: NanCanonicaliser | undefined,
  { outline, grow, shifts, index }: Surroundings,
): void {
  while (reader.next()) {
    const { operation } = reader;
    if ((operation === Op.globalGet || operation === Op.globalSet) && reader.index >= outline.globals)
      reader.fail('a global that is not there');
    meter?.before(reader);
    if (shifts) shiftGlobal(reader, out, outline.importedGlobals);
    if (operation === Op.memoryGrow) {
      out.upTo(reader.start);
      out.byte(Op.call);
      out.u32(grow);
      out.skipTo(reader.offset);
    }
    if (canonical !== undefined) {
      if (isRelaxed(operation)) refuse('relaxed vector instructions', index, operation);
      if (isAtomic(operation)) refuse('atomic instructions', index, operation);
      if (canonical.concerns(reader)) canonical.after(reader);
    }
    meter?.after(reader);
  }
  out.upTo(reader.end);
}

function refuse(what: string, index: number, operation: number): never {
  const reason = `it uses ${what}: ${instructionCode(operation)} in function ${index}`;
  throw new TruceError('RUN_NONDETERMINISTIC', { reason, function: index });
}

interface AddedExport {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** Of imports and of exports. */
const ExportKind = { function: 0, global: 3 } as const;
const MUTABLE = 1;

/** Exports are the host's to see only: what a program imports is decided by what it says itself. */
function freshNames(outline: Outline, fuelGlobal: number | undefined, refusedGlobal: number | undefined) {
  const exported: AddedExport[] = [];
  const add = (wanted: string, kind: number, index: number | undefined): string | undefined => {
    if (index === undefined) return undefined;
    const name = fresh(wanted, outline.exportNames);
    exported.push({ name, kind, index });
    return name;
  };
  const exports = {
    fuel: add('truce:fuel', ExportKind.global, fuelGlobal),
    refused: add('truce:refused', ExportKind.global, refusedGlobal),
    start: add('truce:start', ExportKind.function, outline.start),
  };
  return { exported, exports };
}

function fresh(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(name)) name += "'";
  return name;
}

interface Additions {
  readonly helpers: readonly HelperFunction[];
  readonly globals: readonly Uint8Array[];
  readonly exports: readonly AddedExport[];
  readonly sharedFuel: string | undefined;
}

function assemble(outline: Outline, additions: Additions, code: ByteWriter): Uint8Array {
  const { helpers, globals, sharedFuel } = additions;
  const item = (write: (writer: ByteWriter) => void): Uint8Array => {
    const writer = new ByteWriter();
    write(writer);
    return writer.written;
  };
  for (const { body } of helpers) {
    code.u32(body.length);
    code.copy(body);
  }
  const imports =
    sharedFuel === undefined
      ? []
      : [
          item((writer) => {
            for (const _ of ['module', 'name']) writeName(writer, sharedFuel);
            writer.bytes(ExportKind.global, ValueType.i64, MUTABLE);
          }),
        ];
  const functions = helpers.map((_, index) =>
    item((writer) => writer.u32(outline.parameters.length + index)),
  );
  const exports = additions.exports.map(({ name, kind, index }) =>
    item((writer) => {
      writeName(writer, name);
      writer.byte(kind);
      writer.u32(index);
    }),
  );
  return writeSections(outline, {
    additions: new Map([
      [SectionId.type, helpers.map(({ type }) => type)],
      [SectionId.import, imports],
      [SectionId.function, functions],
      [SectionId.global, globals],
      [SectionId.export, exports],
    ]),
    code: code.written,
    codeCount: outline.functionTypes.length + helpers.length,
    contents: sharedFuel === undefined ? new Map() : shiftedSections(outline),
  });
}

function writeName(writer: ByteWriter, name: string): void {
  const text = new TextEncoder().encode(name);
  writer.u32(text.length);
  writer.copy(text);
}
