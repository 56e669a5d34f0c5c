/** The command lines of a local machine: QEMU as a Nitro enclave, and the back end of its vsock. */
import type { QemuConfiguration } from './machine-configuration.ts';

/** Names in the machine's directory, where both programs run: no path of it reaches an option that has a syntax. */
export const MACHINE_SOCKET = 'vhost';
/** The back end's socket for connections into the guest; those out of it arrive at `vsock_<port>`. */
export const VSOCK_SOCKET = 'vsock';

/**
 * Kernel 6.12 sends packets over 32 KiB in pieces that the back end cannot read, and then nothing moves any more; no
 * packet is larger than the credit that it gives (met with vhost-device-vsock 0.3.0).
 */
const TX_BUFFER_BYTES = 32_768;
/**
 * Words that QEMU adds to the command line, which are not measured. The back end knows no parent at CID 3, which is
 * Nitro's; and without a keyboard controller to reset it (reboot=k), the machine would now and then boot again. The kernel
 * tries whether timer interrupts arrive while it counts processor cycles: where QEMU waits for a processor itself they come
 * too late, and the kernel panics or hangs (Linux arch/x86/kernel/apic/io_apic.c, `timer_irq_works`; it leaves that out
 * under KVM by itself).
 */
const APPENDED = 'reboot=t no_timer_check parent_cid=2';
/**
 * With ioeventfd, a device is told to look into its queues as its driver starts. The secure module may then find the
 * driver's first request without room for the answer, which comes right after it, and answers nothing ever after (QEMU 10.0
 * hw/virtio/virtio-nsm.c, `handle_input`). Without, it looks when the driver says that all is there; vsock's queues are the
 * back end's, and are told of as before.
 */
const TOLD_BY_THE_DRIVER = 'virtio-mmio.ioeventfd=off';
/** TCG does `rep movsb` byte by byte, and Linux and glibc copy with it where the processor says that it is fast. */
const EMULATED_PROCESSOR = 'max,-erms,-fsrm';

export function vhostDeviceVsockArguments({ cid }: Pick<QemuConfiguration, 'cid'>): string[] {
  const vm = {
    'guest-cid': cid,
    socket: MACHINE_SOCKET,
    'uds-path': VSOCK_SOCKET,
    'tx-buffer-size': TX_BUFFER_BYTES,
  };
  const options = Object.entries(vm).map(([name, value]) => `${name}=${value}`);
  return ['--vm', options.join(',')];
}

/** Source: QEMU 10.0, docs/system/i386/nitro-enclave.rst. No network, no monitor, no device but the machine's own. */
export function qemuArguments(configuration: QemuConfiguration): string[] {
  const { accelerator, cpus, eif, firmware, id, memoryMiB, sandbox } = configuration;
  return [
    ...['-no-user-config', '-nodefaults', '-display', 'none', '-monitor', 'none', '-parallel', 'none'],
    ...(sandbox ? ['-sandbox', SANDBOX] : []),
    ...['-serial', 'stdio', '-no-reboot'],
    ...['-M', `nitro-enclave,vsock=c,id=${id}`, '-global', TOLD_BY_THE_DRIVER],
    ...(accelerator === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', 'tcg,thread=multi', '-cpu', EMULATED_PROCESSOR]),
    ...['-m', String(memoryMiB), '-smp', String(cpus)],
    ...['-chardev', `socket,id=c,path=${MACHINE_SOCKET}`],
    ...['-kernel', eif, '-append', APPENDED],
    ...firmware.flatMap((directory) => ['-L', directory]),
  ];
}

export const SANDBOX = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';
