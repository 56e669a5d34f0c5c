/**
 * The shared libraries of Node and of koffi's native file: taken out of Debian's packages, each of which is known by its
 * SHA-256. `readelf -d` of both files names libc, libm, libdl, libpthread, libgcc_s, libstdc++ and the loader, and no
 * more: a test starts Node with these alone.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TruceError } from '../proto/errors.ts';
import type { DebianArchive, DebianPin } from './debian-archive.ts';
import { checkElf } from './elf.ts';

interface LibraryPackage {
  readonly pin: DebianPin;
  /** Where a library lies in the package, and where it goes in the image. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

export interface LibraryFile {
  /** In the image, without a leading slash. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface LibrarySource {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

export interface LibrarySet {
  readonly files: readonly LibraryFile[];
  readonly sources: readonly LibrarySource[];
}

const FOLDER = 'lib/x86_64-linux-gnu';

function sameFolder(name: string): { from: string; to: string } {
  return { from: `${FOLDER}/${name}`, to: `${FOLDER}/${name}` };
}

/** Debian 12. The first version of each is the one to build with; the others are taken when it has left the archive. */
export const libraryPackages: readonly LibraryPackage[] = [
  {
    pin: {
      package: 'libc6',
      architecture: 'amd64',
      versions: [
        {
          version: '2.36-9+deb12u14',
          suite: 'bookworm',
          sha256: 'ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf',
        },
        {
          version: '2.36-9+deb12u7',
          suite: 'bookworm-security',
          sha256: 'eba944bd99c2f5142baf573e6294a70f00758083bc3c2dca4c9e445943a3f8e6',
        },
      ],
    },
    files: [
      // The interpreter that Node's binary names. Source: System V ABI, AMD64 supplement, "Program Interpreter".
      { from: `${FOLDER}/ld-linux-x86-64.so.2`, to: 'lib64/ld-linux-x86-64.so.2' },
      ...['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'].map(sameFolder),
    ],
  },
  {
    pin: {
      package: 'libgcc-s1',
      architecture: 'amd64',
      versions: [
        {
          version: '12.2.0-14+deb12u1',
          suite: 'bookworm',
          sha256: '3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7',
        },
      ],
    },
    files: [sameFolder('libgcc_s.so.1')],
  },
  {
    pin: {
      package: 'libstdc++6',
      architecture: 'amd64',
      versions: [
        {
          version: '12.2.0-14+deb12u1',
          suite: 'bookworm',
          sha256: '5cd3171216d4ab0fc911cfe9c35509bf2dd8f47761c43b7f6a4296701551a24d',
        },
      ],
    },
    files: [{ from: `usr/${FOLDER}/libstdc++.so.6`, to: `${FOLDER}/libstdc++.so.6` }],
  },
];

/**
 * The libraries of the pinned packages.
 * @throws TruceError DEBIAN_ARCHIVE, PACKAGE_NOT_ACCEPTED, PACKAGE_FILE_MISSING, EXECUTABLE_INVALID
 */
export async function collectLibraries(
  archive: Pick<DebianArchive, 'download' | 'extract'>,
): Promise<LibrarySet> {
  const files: LibraryFile[] = [];
  const sources: LibrarySource[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'truce-libraries-'));
  try {
    for (const { pin, files: wanted } of libraryPackages) {
      const { path, version, sha256 } = await archive.download(pin);
      await archive.extract(path, folder);
      sources.push({ package: pin.package, version, sha256 });
      for (const { from, to } of wanted)
        files.push({ path: to, content: await readLibrary(pin, folder, from) });
    }
    return { files, sources };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readLibrary(pin: DebianPin, folder: string, file: string): Promise<Uint8Array> {
  let content: Uint8Array;
  try {
    content = await readFile(join(folder, file));
  } catch (cause) {
    throw new TruceError('PACKAGE_FILE_MISSING', { package: pin.package, file }, { cause });
  }
  checkElf(file, content);
  return content;
}
