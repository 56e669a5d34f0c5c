/** File systems of the kernel, mounted by the first process of a machine. Source: mount(2), Linux include/uapi/linux/mount.h. */
import { checked } from './errno.ts';
import { libc } from './libc.ts';

const FLAGS = {
  readOnly: 1,
  noSuid: 2,
  noDevices: 4,
  noExecution: 8,
} as const;
const MS_REMOUNT = 32;

export type MountFlag = keyof typeof FLAGS;

/**
 * @param type of file system, such as 'proc'
 * @param options in the file system's own words, such as 'size=1m,mode=0700'
 * @throws SystemError EBUSY where it is mounted there already, ENODEV where the kernel has no such file system
 */
export function mountFileSystem(
  type: string,
  target: string,
  flags: readonly MountFlag[],
  options?: string,
): void {
  checked('mount', libc.mount(type, target, type, bitsOf(flags), options ?? null));
}

/**
 * Gives a mount other flags, which replace all it had, for everybody.
 * @throws SystemError EBUSY where it is to be read-only while a file of it is open for writing
 */
export function remountFileSystem(target: string, flags: readonly MountFlag[]): void {
  checked('mount', libc.mount('none', target, null, MS_REMOUNT | bitsOf(flags), null));
}

function bitsOf(flags: readonly MountFlag[]): number {
  return flags.reduce((bits, flag) => bits | FLAGS[flag], 0);
}
