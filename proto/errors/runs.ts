/** Programs and their runs; boot configuration and limits. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const {
  FAILED_INVALID_ROLE,
  FAILED_NOT_READY,
  FAILED_GENERIC,
  FAILED_VM_ERROR,
  FAILED_ERROR_CODE_RETURNED,
  FAILED_INVALID_REQUEST,
} = ResponseStatus;

export const runErrors = {
  // Programs and runs.
  PIPELINE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid pipeline at character {offset}: {reason}',
  },
  PIPELINE_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'no such pipeline: {name}' },
  PROGRAM_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'no such program, or not allowed to run it: {path}',
  },
  PROGRAM_INVALID: { status: FAILED_VM_ERROR, message: 'not a program that runs here: {reason}' },
  PROGRAM_HASH_MISMATCH: {
    status: FAILED_VM_ERROR,
    message: '{path} is not the program that the policy names',
  },
  PROGRAM_TOO_LARGE: { status: FAILED_VM_ERROR, message: 'the program is over the limit of {limit} bytes' },
  PROGRAM_EXITED: {
    status: FAILED_ERROR_CODE_RETURNED,
    message: 'the program ended with exit code {exitCode}',
  },
  RUN_QUEUE_FULL: { status: FAILED_NOT_READY, message: '{limit} runs wait already: try again later' },
  RUN_CANCELLED: { status: FAILED_GENERIC, message: 'the run was cancelled' },
  RUN_WALL_LIMIT: { status: FAILED_VM_ERROR, message: 'the program ran longer than {limit} ms' },
  RUN_CPU_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program used more than {limit} ms of processor time',
  },
  RUN_MEMORY_LIMIT: {
    status: FAILED_VM_ERROR,
    message:
      'the program needed more than its {limit} bytes of memory, or than the {dataBytes} of its whole process: {reason}',
  },
  RUN_COMPILE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program was not ready to run after {limit} ms',
  },
  RUN_TABLE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program needed more than its {limit} elements of tables: {reason}',
  },
  RUN_FILES_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program needed more than its {limit} open files: {reason}',
  },
  RUN_SPACE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program found no room for more bytes in files, of which it may add {limit}: {reason}',
  },
  RUN_INODES_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program found no room for more files, of which it may add {limit}: {reason}',
  },
  RUN_STACK_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program called deeper than its {limit} bytes of stack: {reason}',
  },
  RUN_OUTPUT_LIMIT: { status: FAILED_VM_ERROR, message: 'the program printed more than {limit} bytes' },
  RUN_WRITE_LIMIT: { status: FAILED_VM_ERROR, message: 'the program wrote more than {limit} bytes to files' },
  RUN_JOURNAL_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program made more changes of files and directories than a run may',
  },
  // Runs that are counted, or are to be the same everywhere.
  RUN_FUEL_LIMIT: { status: FAILED_VM_ERROR, message: 'the program executed more than {limit} instructions' },
  RUN_NONDETERMINISTIC: {
    status: FAILED_VM_ERROR,
    message: 'the program cannot run deterministically: {reason}',
  },
  // How other runs end.
  RUN_TRAP: { status: FAILED_VM_ERROR, message: 'the program trapped: {reason}' },
  RUN_UNSUCCESSFUL: {
    status: FAILED_VM_ERROR,
    message: 'the program did not succeed; the policy tells no more of it',
  },
  RUN_FAILED: { status: FAILED_VM_ERROR, message: 'the run failed: {reason}' },
  RUN_PROTOCOL: { status: FAILED_VM_ERROR, message: 'the run was ended: {reason}' },
  RUN_COMMIT_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'nothing of the run was kept: the program has no right to {what}',
  },
  RUN_CONFLICT: {
    status: FAILED_GENERIC,
    message: 'nothing of the run was kept: {path} was changed meanwhile',
  },
  // Boot configuration and limits.
  BOOT_INVALID: { status: FAILED_GENERIC, message: 'boot configuration: {path}: {reason}' },
  LIMIT_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the limit {name} is a whole number from {minimum} to {maximum}',
  },
  LIMIT_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'there is no limit named {name}' },
} as const satisfies Record<string, ErrorRow>;
