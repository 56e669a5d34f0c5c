/** What `npm run nitro:local` has prepared: QEMU with the Nitro machine, and the back end of its vsock. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { parseJson, readArray, readRecord, readText, ShapeError } from './json-shape.ts';
import { cacheDirectory } from './places.ts';

export interface NitroLocal {
  /** `firmware` are the directories where QEMU looks for its own. Paths are absolute. */
  readonly qemu: { readonly program: string; readonly firmware: readonly string[]; readonly version: string };
  readonly vhostDeviceVsock: { readonly program: string; readonly version: string };
}

const FILE = 'nitro-local.json';

/** TruceError NITRO_LOCAL_MISSING {path, reason}. */
export async function readNitroLocal(directory: string = cacheDirectory()): Promise<NitroLocal> {
  const path = join(directory, FILE);
  try {
    return parseNitroLocal(await readFile(path, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!(cause instanceof ShapeError) && code === undefined) throw cause;
    const reason = cause instanceof ShapeError ? cause.message : String(code);
    throw new TruceError('NITRO_LOCAL_MISSING', { path, reason }, { cause });
  }
}

function parseNitroLocal(text: string): NitroLocal {
  const root = readRecord(parseJson(text), 'it', ['qemu', 'vhostDeviceVsock'], 'any');
  const qemu = readRecord(root.qemu, 'qemu', ['program', 'firmware', 'version'], 'any');
  const backend = readRecord(root.vhostDeviceVsock, 'vhostDeviceVsock', ['program', 'version'], 'any');
  return {
    qemu: {
      program: readText(qemu.program, 'qemu.program'),
      firmware: readArray(qemu.firmware, 'qemu.firmware', readText),
      version: readText(qemu.version, 'qemu.version'),
    },
    vhostDeviceVsock: {
      program: readText(backend.program, 'vhostDeviceVsock.program'),
      version: readText(backend.version, 'vhostDeviceVsock.version'),
    },
  };
}
