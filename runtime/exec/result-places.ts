/** Whether results can be copied to where they are to go: asked before the run, which may be long. */
import { accessSync, constants, fstatSync, lstatSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { ExecOutput } from '../../proto/exec.ts';
import { identityOf } from './host-files.ts';
import { realPlace, unwritable, writable } from './host-paths.ts';

/** Descriptors of what the program prints. */
const PRINTED = [1, 2] as const;

/**
 * Refuses a place whose folder is not there or cannot be written to. What the program leaves, and what is there by then, is
 * looked at when it has ended.
 * @returns the outputs with the places that their links lead to: what is looked at here is what is written to later
 * @throws TruceError LOCAL_FILE_UNWRITABLE {path, reason}
 */
export function checkResultPlaces(outputs: readonly ExecOutput[]): ExecOutput[] {
  const placed: ExecOutput[] = [];
  for (const output of outputs) {
    const place = writable(output.host, () => placeOf(output.host));
    if (placed.some(({ host }) => host === place))
      throw unwritable(output.host, `another --out goes to ${place} already; name another place`);
    // A folder that comes out before it may bring what is missing.
    if (!placed.some(({ host }) => place.startsWith(host + sep))) checkPlace(output, place);
    placed.push({ ...output, host: place });
  }
  return placed;
}

/** A new file takes a name's place: it must be the name of the file itself, and never that of a link to it. */
function placeOf(named: string): string {
  // Where a link of /dev or /proc leads, such as a pipe, has no name to be found by below.
  const present = statSync(named, { throwIfNoEntry: false, bigint: true });
  if (present !== undefined && !present.isFile() && !present.isDirectory())
    throw unwritable(named, 'it is no file or folder, but a device, pipe or socket; name a file');
  if (present !== undefined && PRINTED.some((stream) => identityOf(present) === identityOfOpen(stream)))
    throw unwritable(named, 'what the program prints goes there already; name another file');
  return realPlace(named);
}

function identityOfOpen(descriptor: number): string | undefined {
  try {
    return identityOf(fstatSync(descriptor, { bigint: true }));
  } catch (error) {
    // One that is closed is no file.
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return undefined;
    throw error;
  }
}

function checkPlace({ host, guest, directory }: ExecOutput, place: string): void {
  const present = writable(host, () => lstatSync(place, { throwIfNoEntry: false }));
  if (present?.isDirectory()) {
    requireFolder(place, host);
    return;
  }
  if (present !== undefined && directory) throw unwritable(host, `it is no folder, and ${guest} is one`);
  // A file is made anew under a name of its own, and then takes the place of the one before.
  requireFolder(dirname(place), host);
}

function requireFolder(folder: string, host: string): void {
  writable(host, () => {
    if (!statSync(folder).isDirectory()) throw unwritable(host, `${folder} is no folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}
