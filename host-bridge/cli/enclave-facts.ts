/** What is said of an enclave that runs: nitro-cli's fields, and ours behind them. */
import { join } from 'node:path';
import { CONSOLE_FILE, type EnclaveLife } from '../launcher/enclave-registry.ts';
import type { DescribedEnclave } from '../launcher/nitro-output.ts';
import { VSOCK_SOCKET } from '../launcher/qemu-command.ts';
import type { CommandIo } from './command-io.ts';

export interface EnclaveFacts extends DescribedEnclave {
  readonly Launcher: 'qemu' | 'nitro';
  /** QEMU's alone: who keeps the machine, and where its things are. */
  readonly KeeperID?: number;
  readonly Directory?: string;
  /** vhost-device-vsock's: `CONNECT <port>` reaches a port of the enclave. */
  readonly Socket?: string;
  readonly Console?: string;
}

/** Of a machine that has started. */
export function factsOfMachine({ directory, record }: EnclaveLife): EnclaveFacts {
  const { name, owner, machine } = record;
  if (machine === undefined) throw new TypeError('the machine has not started');
  return {
    EnclaveName: name,
    EnclaveID: machine.id,
    ProcessID: machine.pid,
    EnclaveCID: machine.cid,
    NumberOfCPUs: machine.cpus,
    // No CPU is set aside for it.
    CPUIDs: [],
    MemoryMiB: machine.memoryMiB,
    State: 'RUNNING',
    Flags: 'NONE',
    Measurements: { HashAlgorithm: 'Sha384 { ... }', ...machine.pcrs },
    Launcher: 'qemu',
    KeeperID: owner.pid,
    Directory: directory,
    Socket: join(machine.directory, VSOCK_SOCKET),
    Console: join(directory, CONSOLE_FILE),
  };
}

export function printEnclave(facts: EnclaveFacts, io: CommandIo): void {
  const { Measurements = {}, Launcher } = facts;
  const { HashAlgorithm, ...pcrs } = Measurements;
  const lines: [string, string | number | undefined][] = [
    ['name', facts.EnclaveName],
    ['launcher', Launcher === 'qemu' ? 'qemu: an emulator, whose documents prove nothing' : Launcher],
    ['id', facts.EnclaveID],
    ['CID', facts.EnclaveCID],
    ['CPUs', facts.NumberOfCPUs],
    ['memory', `${facts.MemoryMiB} MiB`],
    ['process', facts.ProcessID],
    ['flags', facts.Flags],
    ...Object.entries(pcrs),
    ['socket', facts.Socket],
    ['console', facts.Console],
  ];
  for (const [name, value] of lines) if (value !== undefined) io.stdout.write(`${name.padEnd(10)}${value}\n`);
}
