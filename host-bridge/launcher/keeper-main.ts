/**
 * The keeper of one machine, as a process of its own: it starts the machine, says so in a line of JSON, and sees that
 * nothing of it is left when it ends, or when whoever asked for it goes. A launcher gives it the configuration as its one
 * argument and holds its lifeline; `truce enclave run` lets go of that, and then the machine lives until it is stopped.
 */
import { rm } from 'node:fs/promises';
import { TruceError } from '../../proto/errors.ts';
import type { ExitStatus } from './child-program.ts';
import { onDetachableLifelineEnd } from './lifeline.ts';
import {
  type MachineConfiguration,
  type MachineReport,
  parseMachineConfiguration,
} from './machine-configuration.ts';
import { NitroMachine } from './nitro-machine.ts';
import { QemuMachine } from './qemu-machine.ts';

async function main(): Promise<void> {
  const configuration = parseMachineConfiguration(process.argv[2] ?? '');
  const stopping = new AbortController();
  const stop = () => stopping.abort(new TruceError('INTERRUPTED', { signal: 'its supervisor' }));
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, stop);
  onDetachableLifelineEnd(stop);
  try {
    const ended = await keep(configuration, stopping.signal);
    report({ ended });
    if (ended.fault !== undefined) process.stderr.write(`truce: the enclave ended: ${ended.fault}\n`);
    process.exitCode = ended.code === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    report({ ready: false, code: error.code, details: error.details });
    process.exitCode = 1;
  } finally {
    if (configuration.kind === 'qemu') await rm(configuration.directory, { recursive: true, force: true });
  }
}

async function keep(configuration: MachineConfiguration, stopping: AbortSignal): Promise<ExitStatus> {
  const machine =
    configuration.kind === 'qemu'
      ? await QemuMachine.start(configuration, stopping)
      : await NitroMachine.start(configuration, stopping);
  const enclave = machine instanceof NitroMachine ? machine.enclave : null;
  report({ ready: true, pid: machine.pid, enclave });
  const stopped = new Promise<'stopped'>((resolve) => {
    if (stopping.aborted) resolve('stopped');
    stopping.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const end = await Promise.race([machine.ended, stopped]);
  await machine.stop();
  return end === 'stopped' ? { code: 0, signal: null } : end;
}

function report(line: MachineReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// A supervisor that no longer reads is gone: the lifeline says so, unless it let go.
process.stdout.on('error', () => {});
await main();
// What is left, such as a lifeline, keeps nothing alive.
process.exit();
