/** WebAssembly modules, components, and the executor's processes. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_NOT_READY, FAILED_GENERIC, FAILED_VM_ERROR } = ResponseStatus;

export const executorErrors = {
  // WebAssembly modules, before they are compiled.
  MODULE_INVALID: { status: FAILED_VM_ERROR, message: 'invalid WebAssembly at byte {offset}: {reason}' },
  MODULE_UNSUPPORTED: {
    status: FAILED_VM_ERROR,
    message: 'the module uses {feature}, which is not supported',
  },
  MODULE_MEMORY_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message: 'the module starts with {pages} pages of memory; the limit is {limit}',
  },
  MODULE_TABLE_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message: "the module's tables start with {elements} elements; the limit is {limit}",
  },
  MODULE_IMPORT_FORBIDDEN: {
    status: FAILED_VM_ERROR,
    message:
      'the program imports {kind} {name} from {module}: programs import WASI alone, and what a policy names',
  },
  MODULE_IMPORT_TYPE: {
    status: FAILED_VM_ERROR,
    message: 'the module imports {name} with type {found} instead of {expected}',
  },
  MODULE_EXPORT_MISSING: { status: FAILED_VM_ERROR, message: 'the module exports no {kind} {name}' },
  // Components.
  COMPONENTS_UNSUPPORTED: {
    status: FAILED_VM_ERROR,
    message: 'the program is a component, and this enclave was built without support for them',
  },
  COMPONENT_INVALID: { status: FAILED_VM_ERROR, message: 'not a component that runs here: {reason}' },
  COMPONENT_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the component could not be made into modules within its limits: {reason}',
  },
  RUN_CLOCK_DENIED: {
    status: FAILED_VM_ERROR,
    message: 'the component asked for the time, and its policy denies clocks',
  },
  // The executor's processes.
  JAIL_FAILED: {
    status: FAILED_GENERIC,
    message: 'no program can run: its process cannot be locked in: {reason}',
  },
  NAMESPACES_REFUSED: {
    status: FAILED_GENERIC,
    message: 'namespaces are required, and refused here: {reason}',
  },
  EXECUTOR_UNAVAILABLE: { status: FAILED_NOT_READY, message: 'no process to run programs in: {reason}' },
} as const satisfies Record<string, ErrorRow>;
