/**
 * What the first process of an enclave's machine does before it is the runtime, and how it ends: the machine with it.
 * Everything here happens once, in this order, and whatever fails ends the machine with one line on its console.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { ResourceLimit, setOutOfMemoryScore, setResourceLimit } from '../../native/process-control.ts';
import { loadKernelModule, replaceStandardStreams, restartMachine } from '../../native/system-control.ts';
import { TruceError } from '../../proto/errors.ts';
import { requireEntropy } from './entropy.ts';
import {
  enableControllers,
  mountDevices,
  mountKernelFileSystems,
  restrictDevices,
  sealRootFileSystem,
} from './mounts.ts';
import { reapStrangers } from './reaper.ts';

/** Memory files, sockets and pipes; far below the kernel's own bound for one process (fs.nr_open, a million). */
const OPEN_FILES = 65_536;
/** Never: the machine would end with it. Source: proc_pid_oom_score_adj(5). */
const NEVER_KILL = -1000;
/** Major 5, minor 1. Source: Linux Documentation/admin-guide/devices.txt. */
const CONSOLE_DEVICE = 0x0501;
/** For kernels that have the secure module's driver beside them; nitro-cli's own have. */
const NSM_MODULE = '/nsm.ko';

/** Written where the kernel has them. Source: Linux Documentation/admin-guide/sysctl. */
const KERNEL_SETTINGS: readonly (readonly [file: string, value: string])[] = [
  // A fault of the kernel, or an end of this process that restarts nothing, restarts the machine at once.
  ['kernel/panic', '-1'],
  ['kernel/panic_on_oops', '1'],
  // Nobody but root learns of the kernel's log and addresses, or gets a user namespace.
  ['kernel/dmesg_restrict', '1'],
  ['kernel/kptr_restrict', '2'],
  ['user/max_user_namespaces', '0'],
];

/** One line of progress on the console: seconds since the machine started, and what has been done. */
export function say(what: string): void {
  // CLOCK_MONOTONIC counts from the start of the machine.
  const seconds = (Number(process.hrtime.bigint() / 1_000_000n) / 1000).toFixed(3);
  writeSync(1, `truce: ${seconds} ${what}\n`);
}

/** Makes this process fit to be the machine's first, and the machine fit for the runtime. @throws TruceError BOOT_... */
export function becomeFirstProcess(): void {
  // Whichever way this process ends, the machine ends with it and does not hang.
  process.on('exit', restartMachine);
  mountDevices();
  openConsole();
  mountKernelFileSystems();
  say(`init: Node ${process.version}, kernel ${readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim()}`);
  refuseHostSettings();
  for (const name of Object.keys(process.env)) delete process.env[name];
  process.umask(0o077);
  setResourceLimit(ResourceLimit.CORE, 0);
  setResourceLimit(ResourceLimit.NOFILE, OPEN_FILES);
  setOutOfMemoryScore(NEVER_KILL);
  reapStrangers();
  loadSecureModule();
  for (const [file, value] of KERNEL_SETTINGS) set(`/proc/sys/${file}`, value);
  const controllers = enableControllers();
  restrictDevices();
  sealRootFileSystem();
  say(`mounts: root read-only, cgroup controllers ${controllers.join(' ')}`);
  say(`entropy: ${requireEntropy()}`);
}

/** The kernel gives its console where the image has a device for it at that moment; it always has one now. */
function openConsole(): void {
  const rightly = [0, 1, 2].every((stream) => {
    const { rdev } = fstatSync(stream);
    return rdev === CONSOLE_DEVICE;
  });
  if (!rightly) replaceStandardStreams(openSync('/dev/console', constants.O_RDWR | constants.O_NOCTTY));
}

/**
 * Unknown words of the kernel's command line come as environment. A guard against mistakes: Node has read its options by
 * now, and who may write the command line has been measured with it.
 */
function refuseHostSettings(): void {
  const name = Object.keys(process.env).find((name) => /^(NODE|LD|OPENSSL|SSL|UV)_/.test(name));
  if (name !== undefined)
    throw new TruceError('BOOT_FAILED', { step: 'environment', reason: `${name} is set` });
}

function loadSecureModule(): void {
  if (existsSync('/dev/nsm') || !existsSync(NSM_MODULE)) return;
  const file = openSync(NSM_MODULE, 'r');
  try {
    loadKernelModule(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new TruceError('BOOT_FAILED', { step: NSM_MODULE, reason }, { cause: error });
  } finally {
    closeSync(file);
  }
}

function set(file: string, value: string): void {
  if (existsSync(file)) writeFileSync(file, value);
}
