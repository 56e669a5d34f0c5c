/**
 * A stand-in for QEMU, for tests of the launcher alone. It takes QEMU's options, refuses to start without those that a
 * launcher must give, and prints what a machine's console might print. It boots nothing: what it does is said by the name
 * of the image. The guest that answers is a stand-in too.
 */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { HEARTBEAT } from '../../proto/boot.ts';
import { serveStandInGuest } from './stand-in-guest.ts';

export type StandInMachine =
  | 'good'
  /** Complains, and never gives a heartbeat. */
  | 'silent'
  /** Refuses an option. */
  | 'refusing'
  /** The guest ends before it is ready, as after a kernel panic. */
  | 'panicking'
  /** Prints without end. */
  | 'talkative'
  /** Answers no Shutdown and no SIGTERM. */
  | 'stubborn';

const REQUIRED = ['-nodefaults', '-no-reboot', '-no-user-config', '-display none', '-monitor none'];

export async function standInQemu(args: readonly string[]): Promise<void> {
  // Built without seccomp, as Debian's minimal QEMU is.
  if (args.includes('-sandbox')) return fail('-sandbox: There is no option group');
  const line = args.join(' ');
  for (const option of REQUIRED) if (!line.includes(option)) return fail(`${option} is missing`);
  const appended = args[args.indexOf('-append') + 1]?.split(' ') ?? [];
  if (!appended.includes('parent_cid=2')) return fail('the parent is not named');
  // Without a keyboard controller the image's own reboot=k may end in a second boot.
  if (!appended.includes('reboot=t')) return fail('the machine may not end');
  // On a busy machine its check of the timer fails now and then.
  if (!appended.includes('no_timer_check')) return fail('the kernel may not boot');
  // The secure module may never answer.
  if (args[args.indexOf('-global') + 1] !== 'virtio-mmio.ioeventfd=off')
    return fail('devices are told too early');
  if (!existsSync('vhost')) return fail('the back end does not listen');
  const machine = (/([a-z]+)[^/]*\.eif(?: |$)/.exec(line)?.[1] ?? 'good') as StandInMachine;
  if (machine === 'refusing') return fail('-M nitro-enclave: no such machine');
  process.stdout.write('[    0.000000] stand-in: nothing boots here\r\n');
  if (machine === 'panicking') {
    process.stdout.write(
      '[    0.5] Kernel panic - not syncing: Attempted to kill init!\r\n[    0.6] Rebooting.\r\n',
    );
    return;
  }
  if (machine === 'silent') {
    process.stderr.write('stand-in qemu-system-x86_64: a device is broken\n');
    return void setInterval(() => {}, 1000);
  }
  if (machine === 'stubborn') process.on('SIGTERM', () => {});
  await serveStandInGuest({
    controlPath: 'guest_5005',
    dataPath: 'guest_5006',
    ...(machine === 'stubborn' ? {} : { shutDown: () => process.exit(0) }),
  });
  const parent = connect('vsock_9000');
  parent.write(Uint8Array.of(HEARTBEAT));
  parent.once('data', () => parent.destroy());
  process.stdout.write('stand-in: \x1b[31mlistening\x1b[0m\n');
  if (machine === 'talkative') talk();
}

function talk(): void {
  const line = Buffer.from(`${'stand-in: still talking '.repeat(200)}\n`);
  while (process.stdout.write(line));
  process.stdout.once('drain', talk);
}

function fail(reason: string): void {
  process.stderr.write(`stand-in qemu-system-x86_64: ${reason}\n`);
  process.exitCode = 1;
}
