/**
 * What the process launcher measures in place of the hypervisor. With H = SHA-384 and EXTEND(x) = H(48 zero bytes || x),
 * as for a real image (its kernel and boot ramdisk being PCR1, its application PCR2, both together PCR0):
 *
 *   PCR1 = EXTEND(H(node))            the Node binary that runs the runtime
 *   PCR2 = EXTEND(H(bundle))          the files of dist/runtime in the manifest's order, one after the other
 *   PCR0 = EXTEND(H(node || bundle))
 */
import { createHash, type Hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PCR_LENGTH } from '../../proto/attestation/document.ts';
import { MANIFEST_FILE, parseBundleManifest } from '../../proto/bundle-manifest.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';

/** 48 bytes each. */
export interface Measurements {
  readonly pcr0: Uint8Array;
  readonly pcr1: Uint8Array;
  readonly pcr2: Uint8Array;
  /** Who signed the image, where one did. */
  readonly pcr8?: Uint8Array;
}

/** The binary is read in pieces of this size. */
const PIECE_BYTES = 1 << 20;

/**
 * Measures the Node binary and the runtime's bundle, whose files must be what the manifest says.
 * TruceError BUNDLE_INVALID {file, reason}.
 */
export async function measureRuntime(
  runtimeDirectory: string,
  nodeBinary: string = process.execPath,
): Promise<Measurements> {
  const node = await hashBinary(nodeBinary);
  const all = node.copy();
  const bundle = createHash('sha384');
  const { files } = parseBundleManifest(await readBundleFile(runtimeDirectory, MANIFEST_FILE));
  for (const { name, sha256 } of files) {
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
export function measurementsJson(measurements: Measurements): Record<string, Record<string, string>> {
  const pcrs = [...measuredPcrs(measurements)].map(([index, value]) => [`PCR${index}`, toHex(value)]);
  return { Measurements: { HashAlgorithm: 'Sha384 { ... }', ...Object.fromEntries(pcrs) } };
}

/** By index, as the security module takes them. */
export function measuredPcrs({ pcr0, pcr1, pcr2, pcr8 }: Measurements): ReadonlyMap<number, Uint8Array> {
  return new Map([...[pcr0, pcr1, pcr2].entries(), ...(pcr8 === undefined ? [] : [[8, pcr8] as const])]);
}

/** The binary is a hundred megabytes: who launches again hashes it again only where it is another file, or was changed. */
let lastBinary: { readonly identity: string; readonly hash: Hash } | undefined;

async function hashBinary(path: string): Promise<Hash> {
  const file = await open(path);
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    const identity = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    if (lastBinary?.identity !== identity) {
      const hash = createHash('sha384');
      for await (const chunk of file.createReadStream({ highWaterMark: PIECE_BYTES, autoClose: false }))
        hash.update(chunk as Buffer);
      lastBinary = { identity, hash };
    }
    return lastBinary.hash.copy();
  } finally {
    await file.close();
  }
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
