/** Whether results can be copied to where they are to go: asked before the run, which may be long. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { ExecOutput } from '../../proto/exec.ts';
import { unwritable, writable } from './results.ts';

/**
 * Refuses a place whose folder is not there or cannot be written to. What the program leaves, and what is there by then, is
 * looked at when it has ended.
 * @throws TruceError LOCAL_FILE_UNWRITABLE {path, reason}
 */
export function checkResultPlaces(outputs: readonly ExecOutput[]): void {
  const earlier: string[] = [];
  for (const output of outputs) {
    const place = resolve(output.host);
    // A folder that comes out before it may bring what is missing.
    if (!earlier.some((folder) => place.startsWith(folder + sep))) checkPlace(output);
    earlier.push(place);
  }
}

function checkPlace({ host, guest, directory }: ExecOutput): void {
  const present = writable(host, () => statSync(host, { throwIfNoEntry: false }));
  if (present?.isDirectory()) {
    requireFolder(host, host);
    return;
  }
  if (present !== undefined && directory) throw unwritable(host, `it is no folder, and ${guest} is one`);
  if (present !== undefined && !present.isFile()) throw unwritable(host, 'it is no file');
  // A file is made anew under a name of its own, and then takes the place of the one before.
  requireFolder(dirname(resolve(host)), host);
}

function requireFolder(folder: string, host: string): void {
  writable(host, () => {
    if (!statSync(folder).isDirectory()) throw unwritable(host, `${folder} is no folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}
