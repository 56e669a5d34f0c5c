/** Images for the enclaves of tests: the built runtime, or a changed one, with limits of a test's own. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Application, readApplication } from '../../eif/application.ts';
import { type BuiltImage, buildImage, DEFAULT_COMMAND_LINE, type ImageSettings } from '../../eif/build.ts';
import { openCompressor } from '../../eif/compress.ts';
import { collectParts } from '../../eif/image-parts.ts';
import type { Measurements } from '../../host-bridge/launcher/measurement.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { fromHex } from '../../proto/bytes.ts';
import type { LimitSettings } from '../../proto/limits.ts';
import { repositoryRoot } from './repository.ts';

const dist = (path: string) => fileURLToPath(new URL(`dist/${path}`, repositoryRoot));

export interface TestImageOptions {
  readonly limits?: LimitSettings;
  readonly warmChildren?: number;
  readonly components?: boolean;
  /** The bundle to put into it; the built one unless told. */
  readonly runtimeDirectory?: string;
  /** What runs in the bundle's place. */
  readonly application?: Application;
  readonly sign?: ImageSettings['sign'];
  readonly services?: ImageSettings['services'];
  readonly commandLine?: string;
}

export interface TestImage {
  readonly path: string;
  readonly measurements: Measurements;
  readonly manifest: BuiltImage['manifest'];
}

/** Builds one into `directory`, as `truce enclave build` does; kernel, Node and libraries come from the cache. */
export async function buildTestImage(directory: string, options: TestImageOptions = {}): Promise<TestImage> {
  const runtimeDirectory = options.runtimeDirectory ?? dist('runtime');
  const parts = await collectParts({
    cacheDirectory: cacheDirectory(),
    dataDirectory: dist('eif'),
    runtimeDirectory,
    kernel: { kind: 'built' },
  });
  const compressor = await openCompressor(parts.kernel.compression, {
    node: parts.node,
    cacheDirectory: cacheDirectory(),
  });
  const { image, manifest } = await buildImage(
    { ...parts, application: options.application ?? (await readApplication(runtimeDirectory)) },
    {
      name: 'truce-test',
      version: '0',
      commandLine: options.commandLine ?? DEFAULT_COMMAND_LINE,
      limits: options.limits ?? {},
      // Where a processor is emulated, nobody has idle time.
      exercise: false,
      ...(options.warmChildren === undefined ? {} : { warmChildren: options.warmChildren }),
      components: options.components ?? false,
      ...(options.sign === undefined ? {} : { sign: options.sign }),
      ...(options.services === undefined ? {} : { services: options.services }),
      compressor,
      truceVersion: (
        JSON.parse(await readFile(new URL('package.json', repositoryRoot), 'utf8')) as { version: string }
      ).version,
    },
  );
  const path = join(directory, 'test.eif');
  await writeFile(path, image);
  const { PCR0, PCR1, PCR2, PCR8 } = manifest.measurements;
  const measurements = {
    pcr0: bytes(PCR0),
    pcr1: bytes(PCR1),
    pcr2: bytes(PCR2),
    ...(PCR8 === undefined ? {} : { pcr8: bytes(PCR8) }),
  };
  return { path, manifest, measurements };
}

function bytes(hex: string | undefined): Uint8Array {
  const found = hex === undefined ? undefined : fromHex(hex);
  if (found === undefined) throw new Error('a measurement is not hexadecimal');
  return found;
}
