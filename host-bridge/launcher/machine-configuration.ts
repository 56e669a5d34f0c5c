/** What a launcher and the keeper of its machine tell each other: a JSON argument one way, lines of JSON the other. */
import { type ErrorCode, type ErrorDetails, errorTable, TruceError } from '../../proto/errors.ts';
import type { ExitStatus } from './child-program.ts';
import {
  parseJson,
  readArray,
  readBoolean,
  readChoice,
  readRecord,
  readText,
  readWhole,
  ShapeError,
} from './json-shape.ts';
import { type NitroEnclave, readNitroEnclave } from './nitro-output.ts';

export interface QemuConfiguration {
  readonly kind: 'qemu';
  /** Absolute paths of the programs, and where QEMU finds its firmware. */
  readonly qemu: string;
  readonly firmware: readonly string[];
  readonly vhostDeviceVsock: string;
  readonly eif: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly cid: number;
  /** QEMU's name for the machine, which becomes the module id of its documents. */
  readonly id: string;
  readonly accelerator: 'tcg' | 'kvm';
  /** Whether QEMU can lock itself in by seccomp. */
  readonly sandbox: boolean;
  /** Holds the sockets; the keeper removes it at the end. */
  readonly directory: string;
  readonly console: string;
  readonly startMilliseconds: number;
}

export interface NitroConfiguration {
  readonly kind: 'nitro';
  readonly nitroCli: string;
  readonly eif: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly cid: number | null;
  readonly name: string;
  readonly debugMode: boolean;
  readonly startMilliseconds: number;
}

export type MachineConfiguration = QemuConfiguration | NitroConfiguration;

export type MachineReport =
  | { readonly ready: true; readonly pid: number; readonly enclave: NitroEnclave | null }
  | { readonly ready: false; readonly code: ErrorCode; readonly details: ErrorDetails }
  | { readonly ended: ExitStatus };

const LONGEST_TIMER = 2 ** 31 - 1;
const LARGEST_PID = 2 ** 22;
const MOST_MIB = 1 << 30;
const MOST_CPUS = 4096;

/** CIDs that a machine may have: 0 to 3 and the wildcard are taken (vsock(7); 3 is the parent of an enclave). */
export const SMALLEST_CID = 4;
export const LARGEST_CID = 2 ** 32 - 2;

/** TruceError KEEPER_CONFIGURATION {reason} for anything but a whole configuration. */
export function parseMachineConfiguration(text: string): MachineConfiguration {
  try {
    const value = parseJson(text);
    const { kind } = readRecord(value, 'the configuration', ['kind'], 'any');
    return readChoice(kind, 'kind', ['qemu', 'nitro']) === 'qemu' ? readQemu(value) : readNitro(value);
  } catch (error) {
    if (error instanceof ShapeError) throw new TruceError('KEEPER_CONFIGURATION', { reason: error.message });
    throw error;
  }
}

/** The report that a line of the keeper's output is, or undefined where it is something else. */
export function parseMachineReport(line: string): MachineReport | undefined {
  try {
    const value = parseJson(line);
    const { ready, ended } = readRecord(value, 'the report', [], ['ready', 'ended', ...REPORT_FIELDS]);
    if (ended !== undefined) return { ended: readExit(ended) };
    if (ready === true) {
      const { pid, enclave } = readRecord(value, 'the report', ['ready', 'pid', 'enclave']);
      return {
        ready,
        pid: readWhole(pid, 'pid', 1, LARGEST_PID),
        enclave: enclave === null ? null : readNitroEnclave(enclave, 'enclave'),
      };
    }
    const { code, details } = readRecord(value, 'the report', ['ready', 'code', 'details']);
    return { ready: false, code: readCode(code), details: readDetails(details) };
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

const REPORT_FIELDS = ['pid', 'enclave', 'code', 'details'] as const;

const COMMON = ['kind', 'eif', 'memoryMiB', 'cpus', 'cid', 'startMilliseconds'] as const;

function readCommon(fields: Record<'eif' | 'memoryMiB' | 'cpus' | 'startMilliseconds', unknown>) {
  return {
    eif: readText(fields.eif, 'eif'),
    memoryMiB: readWhole(fields.memoryMiB, 'memoryMiB', 1, MOST_MIB),
    cpus: readWhole(fields.cpus, 'cpus', 1, MOST_CPUS),
    startMilliseconds: readWhole(fields.startMilliseconds, 'startMilliseconds', 1, LONGEST_TIMER),
  };
}

function readQemu(value: unknown): QemuConfiguration {
  const fields = readRecord(value, 'the configuration', [
    ...COMMON,
    'qemu',
    'firmware',
    'vhostDeviceVsock',
    'id',
    'accelerator',
    'sandbox',
    'directory',
    'console',
  ]);
  return {
    kind: 'qemu',
    ...readCommon(fields),
    qemu: readText(fields.qemu, 'qemu'),
    firmware: readArray(fields.firmware, 'firmware', readText),
    vhostDeviceVsock: readText(fields.vhostDeviceVsock, 'vhostDeviceVsock'),
    cid: readWhole(fields.cid, 'cid', SMALLEST_CID, LARGEST_CID),
    id: readText(fields.id, 'id'),
    accelerator: readChoice(fields.accelerator, 'accelerator', ['tcg', 'kvm']),
    sandbox: readBoolean(fields.sandbox, 'sandbox'),
    directory: readText(fields.directory, 'directory'),
    console: readText(fields.console, 'console'),
  };
}

function readNitro(value: unknown): NitroConfiguration {
  const fields = readRecord(value, 'the configuration', [...COMMON, 'nitroCli', 'name', 'debugMode']);
  return {
    kind: 'nitro',
    ...readCommon(fields),
    nitroCli: readText(fields.nitroCli, 'nitroCli'),
    cid: fields.cid === null ? null : readWhole(fields.cid, 'cid', SMALLEST_CID, LARGEST_CID),
    name: readText(fields.name, 'name'),
    debugMode: readBoolean(fields.debugMode, 'debugMode'),
  };
}

function readCode(value: unknown): ErrorCode {
  const code = readText(value, 'code');
  if (!Object.hasOwn(errorTable, code)) throw new ShapeError('code is none');
  return code as ErrorCode;
}

function readDetails(value: unknown): ErrorDetails {
  const fields: Record<string, unknown> = readRecord(value, 'details', [], 'any');
  const details: Record<string, string | number> = {};
  for (const [name, detail] of Object.entries(fields)) {
    if (typeof detail !== 'string' && typeof detail !== 'number') throw new ShapeError('a detail is none');
    details[name] = detail;
  }
  return details;
}

function readExit(value: unknown): ExitStatus {
  const { code, signal, fault } = readRecord(value, 'the end', ['code', 'signal'], ['fault']);
  return {
    code: code === null ? null : readWhole(code, 'code', 0, 255),
    signal: signal === null ? null : (readText(signal, 'signal') as NodeJS.Signals),
    ...(fault === undefined ? {} : { fault: readText(fault, 'fault') }),
  };
}
