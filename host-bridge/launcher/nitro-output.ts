/**
 * What nitro-cli prints, read strictly where Truce relies on it: its JSON on stdout, its error codes on stderr.
 * Source: aws-nitro-enclaves-cli 1.5.0, src/common/json_output.rs and src/common/document_errors.rs.
 */
import { readArray, readChoice, readRecord, readText, readWhole, ShapeError } from './json-shape.ts';

/** A running enclave as `run-enclave` and `describe-enclaves` tell of it. */
export interface NitroEnclave {
  readonly EnclaveName: string;
  /** `i-...-enc...` */
  readonly EnclaveID: string;
  /** The process of nitro-cli that holds the enclave. */
  readonly ProcessID: number;
  readonly EnclaveCID: number;
  readonly NumberOfCPUs: number;
  readonly CPUIDs: readonly number[];
  readonly MemoryMiB: number;
}

export interface DescribedEnclave extends NitroEnclave {
  readonly State: 'RUNNING' | 'TERMINATING' | 'EMPTY';
  readonly Flags: string;
  /** PCRs and the name of the hash, as nitro-cli has them; it shows those of the image, in debug mode too. */
  readonly Measurements?: Readonly<Record<string, string>>;
}

const LARGEST = 2 ** 32 - 1;
const FIELDS = [
  'EnclaveName',
  'EnclaveID',
  'ProcessID',
  'EnclaveCID',
  'NumberOfCPUs',
  'CPUIDs',
  'MemoryMiB',
] as const;
/** Ids that hold anything else could be options of a command line. */
const ENCLAVE_ID = /^i-[0-9a-z]+-enc[0-9a-z]+$/;

/**
 * @param least 1 for an enclave that runs; one that is on its way out may have nothing left
 * @throws ShapeError
 */
export function readNitroEnclave(value: unknown, what = 'the enclave', least: 0 | 1 = 1): NitroEnclave {
  const fields = readRecord(value, what, FIELDS, 'any');
  const id = readText(fields.EnclaveID, 'EnclaveID');
  if (!ENCLAVE_ID.test(id)) throw new ShapeError('EnclaveID is none');
  return {
    EnclaveName: readText(fields.EnclaveName, 'EnclaveName'),
    EnclaveID: id,
    ProcessID: readWhole(fields.ProcessID, 'ProcessID', least, LARGEST),
    EnclaveCID: readWhole(fields.EnclaveCID, 'EnclaveCID', least === 0 ? 0 : 4, LARGEST - 1),
    NumberOfCPUs: readWhole(fields.NumberOfCPUs, 'NumberOfCPUs', least, LARGEST),
    CPUIDs: readArray(fields.CPUIDs, 'CPUIDs', (cpu, where) => readWhole(cpu, where, 0, LARGEST)),
    MemoryMiB: readWhole(fields.MemoryMiB, 'MemoryMiB', least, LARGEST),
  };
}

/** @throws ShapeError */
export function readDescribedEnclaves(value: unknown): DescribedEnclave[] {
  return readArray(value, 'the enclaves', (one, what) => {
    const { State, Flags } = readRecord(one, what, ['State', 'Flags'], 'any');
    const { Measurements } = one as { readonly Measurements?: unknown };
    return {
      ...readNitroEnclave(one, what, 0),
      State: readChoice(State, 'State', ['RUNNING', 'TERMINATING', 'EMPTY']),
      Flags: readText(Flags, 'Flags'),
      ...(Measurements === undefined || Measurements === null
        ? {}
        : { Measurements: readMeasurements(Measurements) }),
    };
  });
}

/** @throws ShapeError */
export function readTermination(value: unknown): boolean {
  return readRecord(value, 'the answer', ['Terminated'], 'any').Terminated === true;
}

function readMeasurements(value: unknown): Record<string, string> {
  const fields: Record<string, unknown> = readRecord(value, 'Measurements', [], 'any');
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, readText(text, `Measurements.${name}`)]),
  );
}
