/**
 * The manifest beside an image: every file in it with its hash, and what it was made from in exact versions, so that an
 * outsider can make it again and compare. Like the image it holds nothing of the machine, the user or the moment.
 */

import { sha256Hex } from './cached-file.ts';
import type { Compressor, CompressorProgram } from './compress.ts';
import type { CpioEntry } from './cpio.ts';
import type { LibrarySource } from './libraries.ts';

export type JsonScalar = string | number | boolean | null;
export interface JsonObject {
  readonly [name: string]: JsonScalar | JsonObject | readonly JsonObject[] | undefined;
}

export interface RamdiskRecord {
  readonly name: 'boot' | 'application';
  /** Bytes as they lie in the image. */
  readonly bytes: number;
  readonly sha256: string;
  readonly compression: string;
  readonly archiveBytes: number;
  readonly archiveSha256: string;
}

export interface FileRecord {
  /** In the enclave. */
  readonly path: string;
  readonly ramdisk: RamdiskRecord['name'];
  /** Four octal digits. */
  readonly mode: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ImageSources {
  readonly truce: { readonly version: string };
  /** `sha256` is the official binary's; the image has its beginning, which `/bin/node` among the files describes. */
  readonly node: {
    readonly package: string;
    readonly version: string;
    readonly integrity: string;
    readonly sha256: string;
  };
  readonly libraries: readonly LibrarySource[];
  readonly kernel: JsonObject;
  /** Ramdisks are compressed by the Node above. */
  readonly compressor: CompressorProgram;
  /** The packages in the runtime's bundle, and its bundler. */
  readonly bundle: Readonly<Record<string, string>>;
}

export interface ImageManifest {
  readonly image: {
    readonly name: string;
    readonly version: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly signed: boolean;
  };
  /** nitro-cli's: HashAlgorithm, PCR0, PCR1, PCR2 and, where signed, PCR8. */
  readonly measurements: Readonly<Record<string, string>>;
  readonly commandLine: string;
  readonly kernel: { readonly bytes: number; readonly sha256: string };
  readonly ramdisks: readonly RamdiskRecord[];
  readonly files: readonly FileRecord[];
  readonly sources: ImageSources;
}

/** The text of the manifest's file. */
export function formatManifest(manifest: ImageManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The files of a ramdisk, in the archive's order. */
export function fileRecords(ramdisk: RamdiskRecord['name'], entries: readonly CpioEntry[]): FileRecord[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'file') return [];
    return {
      path: `/${entry.path}`,
      ramdisk,
      mode: entry.mode.toString(8).padStart(4, '0'),
      bytes: entry.content.length,
      sha256: sha256Hex(entry.content),
    };
  });
}

export function ramdiskRecord(
  name: RamdiskRecord['name'],
  archive: Uint8Array,
  compressed: Uint8Array,
  { description }: Pick<Compressor, 'description'>,
): RamdiskRecord {
  return {
    name,
    bytes: compressed.length,
    sha256: sha256Hex(compressed),
    compression: description,
    archiveBytes: archive.length,
    archiveSha256: sha256Hex(archive),
  };
}
