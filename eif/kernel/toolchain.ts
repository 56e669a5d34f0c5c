/** The programs that a kernel is built with: which are there, and in which versions, since other ones give other bytes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { runTool } from '../run-tool.ts';

/** What each says of itself in the first line that has a version. */
export interface Toolchain {
  readonly compiler: string;
  readonly binutils: string;
  readonly compressor: string;
  readonly make: string;
  readonly flex: string;
  readonly bison: string;
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'] as const;
/** Programs and headers by the Debian package that has them. */
const PROGRAMS: readonly (readonly [name: string, debianPackage: string])[] = [
  ['gcc', 'gcc'],
  ['ld', 'binutils'],
  ['make', 'make'],
  ['flex', 'flex'],
  ['bison', 'bison'],
  ['bc', 'bc'],
  ['zstd', 'zstd'],
  ['xz', 'xz-utils'],
  ['tar', 'tar'],
  ['patch', 'patch'],
];
/** objtool, which checks the mitigations, reads ELF. */
const HEADERS: readonly (readonly [path: string, debianPackage: string])[] = [
  ['/usr/include/stdio.h', 'libc6-dev'],
  ['/usr/include/gelf.h', 'libelf-dev'],
];

/** The Debian packages that are missing here. */
export function missingBuildPackages(exists: (path: string) => boolean = existsSync): string[] {
  const missing = PROGRAMS.filter(([name]) => !FOLDERS.some((folder) => exists(join(folder, name))));
  const headers = HEADERS.filter(([path]) => !exists(path));
  return [...missing, ...headers].map(([, debianPackage]) => debianPackage);
}

/** TruceError KERNEL_TOOLS_MISSING {packages, command}. */
export function checkBuildPackages(missing: readonly string[] = missingBuildPackages()): void {
  if (missing.length === 0) return;
  const packages = missing.join(' ');
  throw new TruceError('KERNEL_TOOLS_MISSING', {
    packages,
    command: `apt-get install --no-install-recommends ${packages}`,
  });
}

export async function readToolchain(signal?: AbortSignal): Promise<Toolchain> {
  const version = async (program: string): Promise<string> => {
    const output = await runTool(program, ['--version'], { signal });
    const line = output.split('\n').find((text) => /\d\.\d/.test(text));
    return line?.trim() ?? 'unknown';
  };
  return {
    compiler: await version('gcc'),
    binutils: await version('ld'),
    compressor: await version('zstd'),
    make: await version('make'),
    flex: await version('flex'),
    bison: await version('bison'),
  };
}
