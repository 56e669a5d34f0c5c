/**
 * What the transpiler makes of a component, as bytes: a header (u32 little-endian length, JSON), then the JavaScript and
 * the core modules one behind the other. The runtime keeps them unread; the child that runs them reads them, and
 * believes no more of them than of the component itself.
 */
import { TruceError } from '../../../proto/errors.ts';

export interface Transpiled {
  /** What the component imports, with versions. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  /** A script whose value is the function that makes an instance. */
  readonly script: string;
  /** Core modules by the names that the script asks for them with. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
}

interface Header {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly scriptBytes: number;
  readonly modules: readonly { readonly name: string; readonly bytes: number }[];
}

const LENGTH_BYTES = 4;

/** The pieces of the encoding, in order: nothing is copied. */
export function encodeTranspiled({ imports, exports, script, modules }: Transpiled): Uint8Array[] {
  const text = new TextEncoder().encode(script);
  const header: Header = {
    imports,
    exports,
    scriptBytes: text.length,
    modules: [...modules].map(([name, { length }]) => ({ name, bytes: length })),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return [length, json, text, ...modules.values()];
}

/** @throws TruceError COMPONENT_INVALID */
export function decodeTranspiled(bytes: Uint8Array): Transpiled {
  let offset = 0;
  const take = (length: unknown): Uint8Array => {
    if (!Number.isSafeInteger(length) || (length as number) < 0 || offset + (length as number) > bytes.length)
      throw invalid();
    offset += length as number;
    return bytes.subarray(offset - (length as number), offset);
  };
  const prefix = take(LENGTH_BYTES);
  const json = take(new DataView(prefix.buffer, prefix.byteOffset).getUint32(0, true));
  const header = readHeader(json);
  const script = new TextDecoder().decode(take(header.scriptBytes));
  const modules = new Map(header.modules.map(({ name, bytes: length }) => [name, take(length)]));
  if (offset !== bytes.length) throw invalid();
  return { imports: header.imports, exports: header.exports, script, modules };
}

function readHeader(json: Uint8Array): Header {
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(new TextDecoder().decode(json)) as Partial<Header> | null;
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid();
    throw error;
  }
  const { imports, exports, scriptBytes, modules } = header ?? {};
  const texts = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  const named = (item: unknown) => typeof (item as { name?: unknown } | null)?.name === 'string';
  if (!texts(imports) || !texts(exports) || !Array.isArray(modules) || !modules.every(named)) throw invalid();
  return { imports, exports, scriptBytes, modules } as Header;
}

function invalid(): TruceError {
  return new TruceError('COMPONENT_INVALID', { reason: 'what was made of it is damaged' });
}
