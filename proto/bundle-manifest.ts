/**
 * The manifest of the runtime's bundle: which files run inside the enclave, in the order in which they are measured,
 * each with its SHA-256. The build writes it as `manifest.json` beside them; the process launcher measures by it, and
 * an image holds exactly these files.
 */
import { fromHex } from './bytes.ts';
import { TruceError } from './errors.ts';
import { readJson } from './json/reader.ts';
import type { JsonValue } from './json/value.ts';

export interface BundleFile {
  /** A plain name: no folder, no `..`. */
  readonly name: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** Set for what only components need, which an image holds where it was asked for. */
  readonly part?: 'components';
}

export interface BundleManifest {
  /** In the order of measurement; the runtime's own program is among them. */
  readonly files: readonly BundleFile[];
  /** Exact versions of the packages that the files were built with, by name; empty where the build said nothing. */
  readonly sources: ReadonlyMap<string, string>;
}

export const MANIFEST_FILE = 'manifest.json';
/** What is started: a bundle without it is none. */
export const RUNTIME_FILE = 'runtime.js';

const MAXIMUM_FILES = 64;

/**
 * Reads a bundle's manifest, strictly.
 * @throws TruceError JSON_INVALID, BUNDLE_INVALID {file, reason}
 */
export function parseBundleManifest(text: string | Uint8Array): BundleManifest {
  const root = members(readJson(text), ['files', 'sources']);
  const list = root.get('files');
  if (list?.kind !== 'array') throw invalid('it lists no files');
  if (list.items.length > MAXIMUM_FILES) throw invalid(`it lists more than ${MAXIMUM_FILES} files`);
  const files = list.items.map(readEntry);
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length) throw invalid('it names a file twice');
  if (!names.has(RUNTIME_FILE)) throw invalid(`it does not name ${RUNTIME_FILE}`);
  return { files, sources: readSources(root.get('sources')) };
}

function readEntry(value: JsonValue): BundleFile {
  const entry = members(value, ['name', 'sha256', 'part']);
  const name = entry.get('name');
  const hash = entry.get('sha256');
  // A name and no path: nothing outside the directory can be measured as if it were in it.
  if (name?.kind !== 'string' || !/^[a-z0-9][a-z0-9.-]*$/.test(name.value)) throw invalid('a name is none');
  const sha256 = hash?.kind === 'string' ? fromHex(hash.value) : undefined;
  if (sha256?.length !== 32) throw invalid('a hash is none');
  const part = entry.get('part');
  if (part === undefined) return { name: name.value, sha256 };
  if (part.kind !== 'string' || part.value !== 'components') throw invalid('a part is none');
  return { name: name.value, sha256, part: part.value };
}

function readSources(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  if (value === undefined) return sources;
  if (value.kind !== 'object') throw invalid('its sources are no object');
  for (const [name, version] of value.members) {
    if (version.kind !== 'string') throw invalid('a version is no string');
    sources.set(name, version.value);
  }
  return sources;
}

function members(value: JsonValue, names: readonly string[]): ReadonlyMap<string, JsonValue> {
  if (value.kind !== 'object') throw invalid('it is no object');
  for (const name of value.members.keys())
    if (!names.includes(name)) throw invalid('it has an unknown field');
  return value.members;
}

function invalid(reason: string): TruceError {
  return new TruceError('BUNDLE_INVALID', { file: MANIFEST_FILE, reason });
}
