/** The back end of QEMU's vsock: the one that is installed, or Debian's package of it, unpacked. */
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianArchive } from '../../eif/debian-archive.ts';
import { runTool, ToolError } from '../../eif/run-tool.ts';
import { moveIntoPlace, withWorkFolder } from '../../eif/work-folder.ts';
import { vhostDeviceVsockPackage } from './pins.ts';
import { type Preparation, PreparationError } from './preparation.ts';

export interface VhostDeviceVsock {
  readonly program: string;
  readonly version: string;
}

const PROGRAM = 'vhost-device-vsock';
/** 0.3.0 and what follows it: older ones have no `tx-buffer-size`. */
const VERSION = /^vhost-device-vsock (\d+)\.(\d+)\.(\d+)/;
const OLDEST_MINOR = 3;

export async function findVhostDeviceVsock(options: Preparation): Promise<VhostDeviceVsock | undefined> {
  return (
    (await usable(`/usr/bin/${PROGRAM}`, options)) ?? (await usable(join(placeOf(options), PROGRAM), options))
  );
}

/** @throws PreparationError, and TruceError DEBIAN_ARCHIVE or PACKAGE_NOT_ACCEPTED */
export async function ensureVhostDeviceVsock(options: Preparation): Promise<VhostDeviceVsock> {
  const found = await findVhostDeviceVsock(options);
  if (found !== undefined) return found;
  const archive = new DebianArchive(options);
  await withWorkFolder(join(options.cacheDirectory, 'nitro-local'), async (folder) => {
    const { path } = await archive.download(vhostDeviceVsockPackage);
    await archive.extract(path, join(folder, 'package'));
    const result = join(folder, 'result');
    await mkdir(result);
    await copyFile(join(folder, 'package', 'usr', 'bin', PROGRAM), join(result, PROGRAM));
    await chmod(join(result, PROGRAM), 0o755);
    await moveIntoPlace(result, placeOf(options));
  });
  const prepared = await usable(join(placeOf(options), PROGRAM), options);
  if (prepared === undefined)
    throw new PreparationError(`${PROGRAM} does not run here: it needs glibc 2.34 or newer`);
  return prepared;
}

function placeOf({ cacheDirectory }: Preparation): string {
  return join(cacheDirectory, 'nitro-local', `${PROGRAM}-${vhostDeviceVsockPackage.versions[0]?.version}`);
}

async function usable(program: string, { signal }: Preparation): Promise<VhostDeviceVsock | undefined> {
  try {
    const [, major, minor, patch] = VERSION.exec(await runTool(program, ['--version'], { signal })) ?? [];
    if (major === undefined || (major === '0' && Number(minor) < OLDEST_MINOR)) return undefined;
    return { program, version: `${major}.${minor}.${patch}` };
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
