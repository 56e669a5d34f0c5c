/** What is written down of an enclave that runs in the background, for the commands that come later. */
import { PCR_LENGTH } from '../../proto/attestation/document.ts';
import { fromHex } from '../../proto/bytes.ts';
import { parseJson, readChoice, readRecord, readText, readWhole, ShapeError } from './json-shape.ts';
import { LARGEST_CID, SMALLEST_CID } from './machine-configuration.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A machine that runs. */
export interface MachineRecord {
  readonly id: string;
  readonly eif: string;
  readonly cid: number;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** QEMU. */
  readonly pid: number;
  /** Holds the sockets. */
  readonly directory: string;
  /** Lower-case hexadecimal by register: `PCR0` and so on. */
  readonly pcrs: Readonly<Record<string, string>>;
}

export interface EnclaveRecord {
  readonly name: string;
  /** The keeper; before there is one, the command that starts it. When it is gone, so is the enclave. */
  readonly owner: ProcessIdentity;
  /** Absent while it starts. */
  readonly machine?: MachineRecord;
}

/** A name is a directory's, a word of nitro-cli's command line, and something to read out. */
export const ENCLAVE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const LARGEST = 2 ** 31;
const PCR_NAME = /^PCR(?:[0-9]|1[0-5])$/;

/** @throws ShapeError */
export function parseEnclaveRecord(text: string): EnclaveRecord {
  const root = readRecord(parseJson(text), 'the record', ['name', 'owner'], ['machine']);
  const owner = readRecord(root.owner, 'owner', ['pid', 'started']);
  const name = readText(root.name, 'name');
  if (!ENCLAVE_NAME.test(name)) throw new ShapeError('name is none');
  return {
    name,
    owner: {
      pid: readWhole(owner.pid, 'owner.pid', 1, LARGEST),
      started: readText(owner.started, 'owner.started'),
    },
    ...(root.machine === undefined ? {} : { machine: readMachine(root.machine) }),
  };
}

function readMachine(value: unknown): MachineRecord {
  const names = ['id', 'eif', 'cid', 'cpus', 'memoryMiB', 'pid', 'directory', 'pcrs'] as const;
  const fields = readRecord(value, 'machine', names);
  return {
    id: readText(fields.id, 'id'),
    eif: readText(fields.eif, 'eif'),
    cid: readWhole(fields.cid, 'cid', SMALLEST_CID, LARGEST_CID),
    cpus: readWhole(fields.cpus, 'cpus', 1, LARGEST),
    memoryMiB: readWhole(fields.memoryMiB, 'memoryMiB', 1, LARGEST),
    pid: readWhole(fields.pid, 'pid', 1, LARGEST),
    directory: readText(fields.directory, 'directory'),
    pcrs: readPcrs(fields.pcrs),
  };
}

function readPcrs(value: unknown): Record<string, string> {
  const fields: Record<string, unknown> = readRecord(value, 'pcrs', ['PCR0', 'PCR1', 'PCR2'], 'any');
  const pcrs: Record<string, string> = {};
  for (const [name, pcr] of Object.entries(fields)) {
    if (!PCR_NAME.test(name)) throw new ShapeError('a register is none');
    const hex = readChoice(pcr, name, typeof pcr === 'string' ? [pcr] : []);
    if (fromHex(hex)?.length !== PCR_LENGTH) throw new ShapeError(`${name} is none`);
    pcrs[name] = hex;
  }
  return pcrs;
}
