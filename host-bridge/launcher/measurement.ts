/**
 * What the process launcher measures in place of the hypervisor. With H = SHA-384 and EXTEND(x) = H(48 zero bytes || x),
 * as for a real image (its kernel and boot ramdisk being PCR1, its application PCR2, both together PCR0):
 *
 *   PCR1 = EXTEND(H(node))            the Node binary that runs the runtime
 *   PCR2 = EXTEND(H(bundle))          the files of dist/runtime in the manifest's order, one after the other
 *   PCR0 = EXTEND(H(node || bundle))
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PCR_LENGTH } from '../../proto/attestation/document.ts';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import type { JsonValue } from '../../proto/json/value.ts';

/** 48 bytes each. */
export interface Measurements {
  readonly pcr0: Uint8Array;
  readonly pcr1: Uint8Array;
  readonly pcr2: Uint8Array;
}

export const MANIFEST_FILE = 'manifest.json';
/** What the launcher starts: a bundle without it is none. */
export const RUNTIME_FILE = 'runtime.js';

/** The binary is read in pieces of this size. */
const PIECE_BYTES = 1 << 20;

interface BundleFile {
  readonly name: string;
  readonly sha256: Uint8Array;
}

/**
 * Measures the Node binary and the runtime's bundle, whose files must be what the manifest says.
 * TruceError BUNDLE_INVALID {file, reason}.
 */
export async function measureRuntime(
  runtimeDirectory: string,
  nodeBinary: string = process.execPath,
): Promise<Measurements> {
  const node = createHash('sha384');
  for await (const chunk of createReadStream(nodeBinary, { highWaterMark: PIECE_BYTES }))
    node.update(chunk as Buffer);
  const all = node.copy();
  const bundle = createHash('sha384');
  for (const { name, sha256 } of await readManifest(runtimeDirectory)) {
    const content = await readBundleFile(runtimeDirectory, name);
    if (!createHash('sha256').update(content).digest().equals(sha256)) {
      throw new TruceError('BUNDLE_INVALID', { file: name, reason: 'it is not what the manifest says' });
    }
    bundle.update(content);
    all.update(content);
  }
  return { pcr0: extended(all), pcr1: extended(node), pcr2: extended(bundle) };
}

/** nitro-cli's JSON of measurements, its odd name of the hash included. Source: aws-nitro-enclaves-image-format 0.5.0. */
export function measurementsJson({ pcr0, pcr1, pcr2 }: Measurements): Record<string, Record<string, string>> {
  return {
    Measurements: {
      HashAlgorithm: 'Sha384 { ... }',
      PCR0: toHex(pcr0),
      PCR1: toHex(pcr1),
      PCR2: toHex(pcr2),
    },
  };
}

/** By index, as the security module takes them. */
export function measuredPcrs({ pcr0, pcr1, pcr2 }: Measurements): ReadonlyMap<number, Uint8Array> {
  return new Map([pcr0, pcr1, pcr2].entries());
}

async function readManifest(directory: string): Promise<readonly BundleFile[]> {
  const root = members(readJson(await readBundleFile(directory, MANIFEST_FILE)), ['files']);
  const list = root.get('files');
  if (list?.kind !== 'array') throw invalid('it lists no files');
  const files = list.items.map(readEntry);
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length) throw invalid('it names a file twice');
  if (!names.has(RUNTIME_FILE)) throw invalid(`it does not name ${RUNTIME_FILE}`);
  return files;
}

function readEntry(value: JsonValue): BundleFile {
  const entry = members(value, ['name', 'sha256']);
  const name = entry.get('name');
  const hash = entry.get('sha256');
  // A name and no path: nothing outside the directory can be measured as if it were in it.
  if (name?.kind !== 'string' || !/^[a-z0-9][a-z0-9.-]*$/.test(name.value)) throw invalid('a name is none');
  const sha256 = hash?.kind === 'string' ? fromHex(hash.value) : undefined;
  if (sha256?.length !== 32) throw invalid('a hash is none');
  return { name: name.value, sha256 };
}

function members(value: JsonValue, names: readonly string[]): ReadonlyMap<string, JsonValue> {
  if (value.kind !== 'object') throw invalid('it is no object');
  for (const name of value.members.keys())
    if (!names.includes(name)) throw invalid('it has an unknown field');
  return value.members;
}

async function readBundleFile(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw new TruceError('BUNDLE_INVALID', { file: name, reason: 'it cannot be read' }, { cause });
  }
}

function extended(hash: Hash): Uint8Array {
  const value = createHash('sha384').update(new Uint8Array(PCR_LENGTH)).update(hash.digest()).digest();
  return new Uint8Array(value);
}

function invalid(reason: string): TruceError {
  return new TruceError('BUNDLE_INVALID', { file: MANIFEST_FILE, reason });
}
