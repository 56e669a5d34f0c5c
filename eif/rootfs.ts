/**
 * The boot ramdisk, which PCR1 measures with the kernel: `/init`, Node, its libraries and empty folders. No shell, no
 * package manager, no configuration: Node has its time zones, languages and certificates inside.
 */
import type { CpioEntry } from './cpio.ts';
import { checkElf, loadedPart } from './elf.ts';
import type { LibraryFile } from './libraries.ts';

export interface BootFiles {
  /** The hashbang script that the kernel starts. */
  readonly init: Uint8Array;
  /** The official binary; what no loader reads of it is left out. */
  readonly node: Uint8Array;
  readonly libraries: readonly LibraryFile[];
  /** The security module's driver, for kernels that do not have it inside. */
  readonly nsmModule?: Uint8Array;
}

/** Places to mount on, and the application's. */
const FOLDERS = ['app', 'dev', 'proc', 'run', 'sys', 'tmp'];

const PROGRAM_MODE = 0o755;
const DATA_MODE = 0o644;

/** The archive's entries. TruceError EXECUTABLE_INVALID {file, reason}. */
export function bootRamdisk({ init, node, libraries, nsmModule }: BootFiles): CpioEntry[] {
  const files: CpioEntry[] = [
    programFile('init', init),
    programFile('bin/node', loadedPart('bin/node', node)),
    ...libraries.map(({ path, content }) => {
      checkElf(path, content);
      return programFile(path, content);
    }),
    ...(nsmModule === undefined ? [] : [dataFile('nsm.ko', nsmModule)]),
  ];
  return withFolders(files, FOLDERS);
}

export function programFile(path: string, content: Uint8Array): CpioEntry {
  return { kind: 'file', path, mode: PROGRAM_MODE, content };
}

export function dataFile(path: string, content: Uint8Array): CpioEntry {
  return { kind: 'file', path, mode: DATA_MODE, content };
}

/** The files with every folder that they lie in and the empty ones, sorted by name, so that each follows its folder. */
export function withFolders(files: readonly CpioEntry[], empty: readonly string[] = []): CpioEntry[] {
  const folders = new Set(empty);
  for (const { path } of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  const directories = [...folders].map(
    (path): CpioEntry => ({ kind: 'directory', path, mode: PROGRAM_MODE }),
  );
  // By UTF-16 units, which no locale changes.
  return [...directories, ...files].sort((left, right) =>
    left.path < right.path ? -1 : left.path > right.path ? 1 : 0,
  );
}
