/** Ends an enclave that another process keeps: asked first, then told, then made to. */
import { setTimeout as delay } from 'node:timers/promises';
import { CONTROL_PORT } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import { dial } from '../relay/dial.ts';
import type { EnclaveLife } from './enclave-registry.ts';
import { isRunning, type ProcessIdentity, signalProcess } from './process-identity.ts';
import { GRACE_MILLISECONDS, qemuTarget } from './qemu-launcher.ts';
import { shutDown } from './shut-down.ts';

/** What is not our child tells nobody of its end. */
const POLL_MILLISECONDS = 20;
const TERM_MILLISECONDS = 10_000;
const KILL_MILLISECONDS = 5000;

/** Settles when nothing of it runs any more. TruceError ENCLAVE_LINGERS {name, reason}. */
export async function stopMachine({ record, running }: EnclaveLife): Promise<void> {
  const { owner, machine, name } = record;
  if (!running) return;
  if (machine !== undefined) {
    const connect = () =>
      dial(
        qemuTarget(machine.directory, CONTROL_PORT),
        { allowHalfOpen: false },
        AbortSignal.timeout(GRACE_MILLISECONDS),
      );
    if ((await shutDown(connect, GRACE_MILLISECONDS)) && (await gone(owner, GRACE_MILLISECONDS))) return;
  }
  signalProcess(owner, 'SIGTERM', 'process');
  if (await gone(owner, TERM_MILLISECONDS)) return;
  // A keeper leads a group of its own; a command that is still starting one does not.
  signalProcess(owner, 'SIGKILL', machine === undefined ? 'process' : 'group');
  if (await gone(owner, KILL_MILLISECONDS)) return;
  throw new TruceError('ENCLAVE_LINGERS', { name, reason: `process ${owner.pid} cannot be killed` });
}

async function gone(owner: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (isRunning(owner)) {
    if (performance.now() > until) return false;
    await delay(POLL_MILLISECONDS);
  }
  return true;
}
