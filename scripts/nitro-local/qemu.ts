/** QEMU with the `nitro-enclave` machine: the one that is installed, or one built from Debian's source. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withBuildLock } from '../../eif/build-lock.ts';
import { fileIfThere, sha256Hex, writeWhole } from '../../eif/cached-file.ts';
import { DebianArchive } from '../../eif/debian-archive.ts';
import { runTool, ToolError } from '../../eif/run-tool.ts';
import { moveIntoPlace, withWorkFolder } from '../../eif/work-folder.ts';
import { mesonPackages, qemuData, qemuSource } from './pins.ts';
import { type Preparation, PreparationError } from './preparation.ts';

export interface Qemu {
  readonly program: string;
  /** Where it looks for its firmware; empty: in its own places. */
  readonly firmware: readonly string[];
  readonly version: string;
}

/** Only what this machine needs: no graphics, no disks, no network, no other processors. */
const CONFIGURE = [
  '--python=/usr/bin/python3',
  '--target-list=x86_64-softmmu',
  '--without-default-features',
  '--enable-system',
  '--enable-tcg',
  '--enable-kvm',
  '--enable-gnutls',
  '--enable-libcbor',
  '--enable-vhost-user',
  '--enable-pixman',
  '--enable-fdt=system',
  '--disable-docs',
  '--disable-install-blobs',
] as const;
const FIRMWARE = ['qboot.rom', 'linuxboot_dma.bin', 'pvh.bin', 'kvmvapic.bin'] as const;
const PROGRAM = 'qemu-system-x86_64';
const MACHINE = /^nitro-enclave\s/m;
const STEP = /^\[(\d+)\/(\d+)\]/;
const MESSAGES = 10;

/** One that can run enclave images: of the system, or prepared before. */
export async function findQemu(options: Preparation): Promise<Qemu | undefined> {
  return (
    (await usable({ program: `/usr/bin/${PROGRAM}`, firmware: [] }, options)) ??
    (await usable({ program: `/usr/local/bin/${PROGRAM}`, firmware: [] }, options)) ??
    (await usable(builtAt(placeOf(options)), options))
  );
}

/** @throws PreparationError, and TruceError DEBIAN_ARCHIVE or PACKAGE_NOT_ACCEPTED */
export async function ensureQemu(options: Preparation): Promise<Qemu> {
  const found = await findQemu(options);
  if (found !== undefined) return found;
  try {
    await withBuildLock(`${placeOf(options)}.lock`, options, async () => {
      if ((await findQemu(options)) === undefined) await buildQemu(options);
    });
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new PreparationError(`QEMU was not built: ${cause.message}`, { cause });
  }
  const built = await usable(builtAt(placeOf(options)), options);
  if (built === undefined) throw new PreparationError('the QEMU that was built has no nitro-enclave machine');
  return built;
}

/** Another recipe has another place. */
function placeOf({ cacheDirectory }: Preparation): string {
  const recipe = sha256Hex(JSON.stringify([1, qemuSource, qemuData, CONFIGURE, FIRMWARE])).slice(0, 16);
  return join(cacheDirectory, 'nitro-local', `qemu-${recipe}`);
}

function builtAt(place: string): { readonly program: string; readonly firmware: readonly string[] } {
  return { program: join(place, PROGRAM), firmware: [join(place, 'firmware')] };
}

/** It starts here, whatever libraries it wants, and has the machine. */
async function usable(
  qemu: { readonly program: string; readonly firmware: readonly string[] },
  { signal }: Preparation,
): Promise<Qemu | undefined> {
  try {
    if (!MACHINE.test(await runTool(qemu.program, ['-machine', 'help'], { signal }))) return undefined;
    const output = await runTool(qemu.program, ['-version'], { signal });
    return { ...qemu, version: /version (\d[\d.]*)/.exec(output)?.[1] ?? 'unknown' };
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function buildQemu(options: Preparation): Promise<void> {
  const { cacheDirectory, progress, signal } = options;
  const archive = new DebianArchive(options);
  return withWorkFolder(join(cacheDirectory, 'nitro-local'), async (folder) => {
    const tools = join(folder, 'tools');
    for (const pin of mesonPackages) await archive.extract((await archive.download(pin)).path, tools);
    const source = await archive.downloadSource(qemuSource);
    const data = await archive.download(qemuData);
    progress('unpacking the source of QEMU');
    const root = join(folder, 'source');
    await mkdir(root);
    const unpack = ['--extract', '--no-same-owner', '--strip-components=1', '--file', source.path];
    await runTool('tar', [...unpack, '--directory', root], { signal });
    await leaveOutEdk2(join(root, 'meson.build'));
    const environment = {
      PATH: `${join(tools, 'usr', 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
      PYTHONPATH: join(tools, 'usr', 'lib', 'python3', 'dist-packages'),
    };
    progress('configuring QEMU');
    const build = join(root, 'build');
    await mkdir(build);
    await runTool(join(root, 'configure'), CONFIGURE, { directory: build, signal, environment });
    progress('compiling QEMU (some minutes)');
    const jobs = `-j${availableParallelism()}`;
    const onLine = reportTenths(progress);
    await runTool('ninja', [jobs, PROGRAM], { directory: build, signal, environment, onLine });
    const result = join(folder, 'result');
    await mkdir(join(result, 'firmware'), { recursive: true });
    await runTool('strip', ['-o', join(result, PROGRAM), join(build, PROGRAM)], { signal });
    await chmod(join(result, PROGRAM), 0o755);
    await archive.extract(data.path, join(folder, 'data'));
    for (const name of FIRMWARE)
      await copyFile(join(folder, 'data', 'usr', 'share', 'qemu', name), join(result, 'firmware', name));
    const provenance = { source, data, configure: CONFIGURE };
    await writeWhole(join(result, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
    await moveIntoPlace(result, placeOf(options));
  });
}

/** Debian's source comes without the firmware blobs of edk2, which this machine does not use. */
async function leaveOutEdk2(file: string): Promise<void> {
  const text = Buffer.from((await fileIfThere(file)) ?? []).toString();
  const changed = text.replace('unpack_edk2_blobs = bzip2.found()', 'unpack_edk2_blobs = false');
  if (changed === text) throw new PreparationError('this source of QEMU is not the one that is known');
  await writeFile(file, changed);
}

function reportTenths(progress: (message: string) => void): (line: string) => void {
  let reported = 0;
  return (line) => {
    const [, done, all] = STEP.exec(line) ?? [];
    if (done === undefined || all === undefined) return;
    const tenth = Math.floor((Number(done) / Number(all)) * MESSAGES);
    if (tenth <= reported) return;
    reported = tenth;
    progress(`QEMU: ${done} of ${all} steps`);
  };
}
