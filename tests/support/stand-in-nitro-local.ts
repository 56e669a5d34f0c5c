/** A local Nitro of stand-ins: executables in the place of QEMU and of the vsock back end, for tests of the host's side. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NitroLocal } from '../../host-bridge/launcher/nitro-local.ts';
import type { StandInMachine } from './stand-in-qemu.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** A whole image, so that it can be measured; nobody boots it. */
const IMAGE = here('../fixtures/eif/unsigned.eif');

/** An executable that runs a function of a module with its arguments. */
export function writeExecutable(path: string, module: string, name: string, ...first: string[]): string {
  const given = first.map((argument) => `${JSON.stringify(argument)}, `).join('');
  writeFileSync(
    path,
    `#!${process.execPath}\nimport { ${name} } from ${JSON.stringify(here(module))};\nawait ${name}(${given}process.argv.slice(2));\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** Writes the executables and their description under `cache`, as `npm run nitro:local` does with the real ones. */
export function writeStandInNitroLocal(cache: string): NitroLocal {
  const directory = join(cache, 'truce');
  mkdirSync(directory, { recursive: true });
  const local: NitroLocal = {
    qemu: {
      program: writeExecutable(join(directory, 'stand-in-qemu.mjs'), './stand-in-qemu.js', 'standInQemu'),
      firmware: [],
      version: 'stand-in',
    },
    vhostDeviceVsock: {
      program: writeExecutable(
        join(directory, 'stand-in-vhost-device-vsock.mjs'),
        './stand-in-vhost-device-vsock.js',
        'standInVhostDeviceVsock',
      ),
      version: 'stand-in',
    },
  };
  writeFileSync(join(directory, 'nitro-local.json'), JSON.stringify(local));
  return local;
}

/** An image file whose name tells the stand-in what to do. */
export function writeStandInImage(directory: string, machine: StandInMachine): string {
  const path = join(directory, `${machine}.eif`);
  copyFileSync(IMAGE, path);
  return path;
}
