/** Configures and compiles an unpacked kernel, so that the same source and tools give the same bytes anywhere. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import { checkConfiguration, readSymbols } from './configuration.ts';

export interface CompileOptions {
  /** The root of the source, which is written into. */
  readonly source: string;
  readonly fragment: string;
  readonly progress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface CompiledKernel {
  readonly image: string;
  readonly config: string;
}

/**
 * All that would otherwise come from the moment, the user and the machine. No path gets in: the kernel maps its own
 * away (-fmacro-prefix-map), and there is no debugging information.
 * Source: Linux, Documentation/kbuild/reproducible-builds.rst.
 */
const FIXED = [
  'KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970',
  'KBUILD_BUILD_USER=truce',
  'KBUILD_BUILD_HOST=truce',
  'KBUILD_BUILD_VERSION=1',
  'LOCALVERSION=',
] as const;
const OBJECTS_BETWEEN_MESSAGES = 250;

/** @throws TruceError KERNEL_CONFIG, KERNEL_BUILD */
export async function compileKernel(options: CompileOptions): Promise<CompiledKernel> {
  const { source, fragment, progress, signal } = options;
  const make = { directory: source, signal };
  await runTool('make', ['--silent', ...FIXED, `KCONFIG_ALLCONFIG=${fragment}`, 'allnoconfig'], make);
  const config = join(source, '.config');
  checkConfiguration(
    await readFile(fragment, 'utf8'),
    await readFile(config, 'utf8'),
    await readSymbols(source),
  );
  let objects = 0;
  await runTool('make', [`--jobs=${availableParallelism()}`, ...FIXED, 'bzImage'], {
    ...make,
    onLine: (line) => {
      if (!line.startsWith('  CC ')) return;
      objects += 1;
      if (objects % OBJECTS_BETWEEN_MESSAGES === 0) progress(`kernel: ${objects} files compiled`);
    },
  });
  return { image: join(source, 'arch', 'x86', 'boot', 'bzImage'), config };
}
