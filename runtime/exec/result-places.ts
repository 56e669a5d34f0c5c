/** Whether results can be copied to where they are to go: asked before the run, which may be long. */
import { accessSync, type BigIntStats, constants, fstatSync, lstatSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { ExecOutput } from '../../proto/exec.ts';
import { identityOf } from './host-files.ts';
import { realPlace, requireFolder, unwritable, writable } from './host-paths.ts';

/** Descriptors of what the program prints. Node opens one that is closed. */
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
    const brought = placed.some(({ host }) => place.startsWith(host === '/' ? host : host + sep));
    if (!(brought && lstatSync(dirname(place), { throwIfNoEntry: false }) === undefined))
      checkPlace(output, place);
    placed.push({ ...output, host: place });
  }
  return placed;
}

/**
 * Where the report goes, which no result may.
 * @param outputs placed ones
 * @returns its place, or the device or pipe that was named, which nothing takes the place of
 * @throws TruceError LOCAL_FILE_UNWRITABLE {path, reason}
 */
export function checkReportPlace(report: string, outputs: readonly ExecOutput[]): string {
  return writable(report, () => {
    const present = statSync(report, { throwIfNoEntry: false, bigint: true });
    if (present?.isDirectory()) throw unwritable(report, 'it is a folder');
    if (present !== undefined && !present.isFile()) return report;
    requireUnprinted(report, present);
    const place = realPlace(report);
    if (outputs.some(({ host }) => host === place)) throw unwritable(report, 'an --out goes there, too');
    if (present === undefined) requireFolder(dirname(place), report);
    else accessSync(place, constants.W_OK);
    return place;
  });
}

/** A new file takes a name's place: it must be the name of the file itself, and never that of a link to it. */
function placeOf(named: string): string {
  // Where a link of /dev or /proc leads, such as a pipe, has no name to be found by below.
  const present = statSync(named, { throwIfNoEntry: false, bigint: true });
  if (present !== undefined && !present.isFile() && !present.isDirectory())
    throw unwritable(named, 'it is no file or folder, but a device, pipe or socket; name a file');
  requireUnprinted(named, present);
  return realPlace(named);
}

/** @throws TruceError LOCAL_FILE_UNWRITABLE where `named` is a file that the command's output goes to */
export function requireUnprinted(named: string, present: BigIntStats | undefined): void {
  const identity = present === undefined ? undefined : identityOf(present);
  if (PRINTED.some((stream) => identityOf(fstatSync(stream, { bigint: true })) === identity))
    throw unwritable(named, 'what the program prints goes there already; name another file');
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
