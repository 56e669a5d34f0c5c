/** A machine of QEMU's with the back end of its vsock: started in order, watched, ended together. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HEARTBEAT_PORT } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import { describeExit, type ExitStatus } from './child-program.ts';
import { ConsoleFile } from './console-file.ts';
import { HeartbeatListener } from './heartbeat.ts';
import type { QemuConfiguration } from './machine-configuration.ts';
import { MACHINE_SOCKET, qemuArguments, VSOCK_SOCKET, vhostDeviceVsockArguments } from './qemu-command.ts';
import { TetheredProgram } from './tethered-program.ts';

/** Both programs end at once when they are told to; the guest has been asked before. */
const GRACE_MILLISECONDS = 2000;
const POLL_MILLISECONDS = 10;
const LAST_LINES = 3;
const PANIC_LINES = 40;
/** What Rust prints; the back end's other threads go on as if nothing were, and nothing moves any more. */
const PANICKED = /panicked at/;
/** What Linux prints when it is at an end (kernel/panic.c); the machine then ends as it does in order, by a reboot. */
const PANIC = /Kernel panic - not syncing/;

export class QemuMachine {
  readonly #qemu: TetheredProgram;
  readonly #backend: TetheredProgram;
  readonly #console: ConsoleFile;
  /** Settles when both programs are gone and the console is whole; never rejects. */
  readonly ended: Promise<ExitStatus>;

  private constructor(
    qemu: TetheredProgram,
    backend: TetheredProgram,
    console: ConsoleFile,
    ended: Promise<ExitStatus>,
  ) {
    this.#qemu = qemu;
    this.#backend = backend;
    this.#console = console;
    this.ended = ended;
  }

  /** Settles at the guest's heartbeat. TruceError LAUNCH_FAILED, or the signal's reason; then nothing runs. */
  static async start(configuration: QemuConfiguration, stopping: AbortSignal): Promise<QemuMachine> {
    const { directory, startMilliseconds } = configuration;
    const timeout = AbortSignal.timeout(startMilliseconds);
    const signal = AbortSignal.any([stopping, timeout]);
    const heartbeat = await HeartbeatListener.listen(join(directory, `${VSOCK_SOCKET}_${HEARTBEAT_PORT}`));
    const backend = new TetheredProgram({
      program: configuration.vhostDeviceVsock,
      args: vhostDeviceVsockArguments(configuration),
      directory,
      fatal: PANICKED,
    });
    backend.stdout.resume();
    let machine: QemuMachine | undefined;
    try {
      await whichever(signal, [
        appears(join(directory, MACHINE_SOCKET), signal),
        backend.exited.then((status) => {
          throw new TruceError('LAUNCH_FAILED', {
            reason: `the vsock back end: ${described(status, backend)}`,
          });
        }),
      ]);
      machine = QemuMachine.#boot(configuration, backend);
      await whichever(signal, [
        heartbeat.beat,
        machine.ended.then((status) => {
          const reason = status.fault ?? `the machine ended before it was ready${machine!.lastWords}`;
          throw new TruceError('LAUNCH_FAILED', { reason });
        }),
      ]);
      return machine;
    } catch (error) {
      // Before it says by which signal it ends.
      const complaint = machine?.complaint;
      await machine?.stop();
      await backend.stop(GRACE_MILLISECONDS);
      if (!timeout.aborted || stopping.aborted) throw error;
      const words = [machine?.lastWords ?? '', complaint === undefined ? '' : `; QEMU says: ${complaint}`];
      const reason = `it gave no heartbeat within ${startMilliseconds} ms${words.join('')}`;
      throw new TruceError('LAUNCH_FAILED', { reason }, { cause: error });
    } finally {
      heartbeat.close();
    }
  }

  static #boot(configuration: QemuConfiguration, backend: TetheredProgram): QemuMachine {
    const console = new ConsoleFile(configuration.console);
    const { qemu: program, directory } = configuration;
    const qemu = new TetheredProgram({ program, args: qemuArguments(configuration), directory });
    const recorded = console.record(qemu.stdout);
    let orphaned: string | undefined;
    // Without its back end the machine reaches nobody.
    void backend.exited.then((status) => {
      orphaned = `the vsock back end: ${described(status, backend)}`;
      return qemu.stop(GRACE_MILLISECONDS);
    });
    const ended = qemu.exited.then(async (status) => {
      const fault = orphaned ?? faultOf(status, qemu);
      await backend.stop(GRACE_MILLISECONDS);
      await recorded;
      console.close();
      return judge(status, fault, console);
    });
    return new QemuMachine(qemu, backend, console, ended);
  }

  /** The end of its console, to stand behind a sentence. */
  get lastWords(): string {
    const lines = this.#console.lastLines(LAST_LINES);
    return lines.length === 0 ? ', its console is empty' : `; its console ends with: ${lines.join(' | ')}`;
  }

  /** The last that QEMU itself wrote to stderr: it may run on with a device that answers no more. */
  get complaint(): string | undefined {
    return this.#qemu.complaint;
  }

  get pid(): number {
    return this.#qemu.pid!;
  }

  async stop(): Promise<void> {
    await this.#qemu.stop(GRACE_MILLISECONDS);
    await this.#backend.stop(GRACE_MILLISECONDS);
    await this.ended;
  }
}

function described(status: ExitStatus, program: TetheredProgram): string {
  const { complaint } = program;
  return complaint === undefined ? describeExit(status) : `${describeExit(status)}: ${complaint}`;
}

function faultOf(status: ExitStatus, qemu: TetheredProgram): string | undefined {
  return status.code === 0 ? undefined : `QEMU: ${described(status, qemu)}`;
}

/** The guest's own end looks the same whether it was meant or not: both are a reboot, which QEMU is told to end at. */
function judge(status: ExitStatus, fault: string | undefined, console: ConsoleFile): ExitStatus {
  const panic = console.lastLines(PANIC_LINES).find((line) => PANIC.test(line));
  const why = fault ?? (panic === undefined ? undefined : `the machine: ${panic}`);
  return why === undefined
    ? { code: 0, signal: null }
    : { code: status.code || 1, signal: status.signal, fault: why };
}

/** Resolves with the file's appearance; polled, since both programs make it at a time of their own. */
async function appears(path: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await access(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await delay(POLL_MILLISECONDS, undefined, { signal });
    }
  }
}

/** The first of them to settle; rejects with the signal's reason where that comes first. */
async function whichever(signal: AbortSignal, events: readonly Promise<unknown>[]): Promise<void> {
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([aborted, ...events]);
  } finally {
    signal.removeEventListener('abort', abort!);
  }
}
