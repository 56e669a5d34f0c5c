/** What a runtime says of itself over the control plane, for tests that ask whether anything was left behind. */
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import type { TestEnclave } from './test-enclave.ts';

export interface EnclaveStatus {
  readonly phase: string;
  readonly sessions: number;
  readonly executor: {
    readonly starting: number;
    readonly warm: number;
    readonly exercised: number;
    readonly taken: number;
  };
  readonly runs: { readonly running: number; readonly waiting: number };
  readonly files: { readonly bytes: number; readonly inodes: number };
  readonly subscriptions: number;
}

export async function enclaveStatus({ enclave }: TestEnclave): Promise<EnclaveStatus> {
  const control = new ControlClient(await enclave.connectControl());
  try {
    return (await control.status()) as EnclaveStatus;
  } finally {
    control.close();
  }
}

/** Resolves with the first status for which `holds` is true; a test's own time limit ends the wait. */
export async function statusWhen(
  enclave: TestEnclave,
  holds: (status: EnclaveStatus) => boolean,
): Promise<EnclaveStatus> {
  for (;;) {
    const status = await enclaveStatus(enclave);
    if (holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Nothing runs, and every child that ran is gone. */
export function idle(enclave: TestEnclave): Promise<EnclaveStatus> {
  return statusWhen(enclave, ({ executor, runs }) => runs.running + runs.waiting + executor.taken === 0);
}
