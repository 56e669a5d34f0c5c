/** The file systems of the kernel that the runtime and its children need, and nothing that can be written beside them. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemError } from '../../native/errno.ts';
import { type MountFlag, mountFileSystem, remountFileSystem } from '../../native/mount.ts';
import { TruceError } from '../../proto/errors.ts';

interface Mount {
  readonly type: string;
  readonly target: string;
  readonly flags: readonly MountFlag[];
  readonly options?: string;
}

/** Nothing of ours writes there; a bound all the same. */
const SMALL = 'size=1m,nr_inodes=256,mode=0700';

const DEVICES: Mount = { type: 'devtmpfs', target: '/dev', flags: ['noSuid', 'noExecution'] };

const OTHERS: readonly Mount[] = [
  { type: 'proc', target: '/proc', flags: ['noSuid', 'noDevices', 'noExecution'] },
  { type: 'sysfs', target: '/sys', flags: ['readOnly', 'noSuid', 'noDevices', 'noExecution'] },
  { type: 'tmpfs', target: '/tmp', flags: ['noSuid', 'noDevices', 'noExecution'], options: SMALL },
  { type: 'tmpfs', target: '/run', flags: ['noSuid', 'noDevices', 'noExecution'], options: SMALL },
  { type: 'cgroup2', target: '/sys/fs/cgroup', flags: ['noSuid', 'noDevices', 'noExecution'] },
];

/** What runtime/executor/memory-cgroup.ts bounds children with, and what is left for others. */
const CONTROLLERS = ['memory', 'pids'];

/** Devices that children may open before they are locked in; all others are for root alone. */
const COMMON_DEVICES = new Set(['null', 'zero', 'full', 'random', 'urandom']);

/** The first of all, for the console is a device. @throws TruceError BOOT_FAILED */
export function mountDevices(): void {
  mountOne(DEVICES);
}

/** @throws TruceError BOOT_FAILED */
export function mountKernelFileSystems(): void {
  OTHERS.forEach(mountOne);
}

/** Hands the controllers there are down to the groups of children. @throws TruceError BOOT_FAILED */
export function enableControllers(mount = '/sys/fs/cgroup'): readonly string[] {
  return setUp('cgroup controllers', () => {
    const offered = readFileSync(join(mount, 'cgroup.controllers'), 'utf8').split(/\s+/);
    const enabled = CONTROLLERS.filter((name) => offered.includes(name));
    // Without it a program's memory is bounded by its own limits alone, and an image promises more.
    if (!enabled.includes('memory')) throw new Error('the kernel has no memory controller (CONFIG_MEMCG)');
    for (const name of enabled) writeFileSync(join(mount, 'cgroup.subtree_control'), `+${name}`);
    return enabled;
  });
}

/** Takes the devices away from everybody but root: /dev/nsm, which speaks for the whole enclave, above all. */
export function restrictDevices(): void {
  setUp('devices', () => {
    for (const entry of readdirSync('/dev', { withFileTypes: true }))
      if (entry.isCharacterDevice() || entry.isBlockDevice())
        chmodSync(join('/dev', entry.name), COMMON_DEVICES.has(entry.name) ? 0o666 : 0o600);
  });
}

/** From now on nothing of the image can be replaced. @throws TruceError BOOT_FAILED */
export function sealRootFileSystem(): void {
  setUp('read-only root', () => remountFileSystem('/', ['readOnly']));
}

function mountOne({ type, target, flags, options }: Mount): void {
  setUp(`${type} on ${target}`, () => {
    // The folders under sysfs are the kernel's.
    if (!target.startsWith('/sys/')) mkdirSync(target, { recursive: true });
    try {
      mountFileSystem(type, target, flags, options);
    } catch (error) {
      // The kernel, or who started it, may have mounted it already.
      if (!(error instanceof SystemError && error.code === 'EBUSY')) throw error;
    }
  });
}

function setUp<T>(step: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new TruceError('BOOT_FAILED', { step, reason: code ?? message }, { cause: error });
  }
}
