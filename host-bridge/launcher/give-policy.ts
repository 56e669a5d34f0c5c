/** Gives an enclave its policy, which it takes once. */
import { TruceError } from '../../proto/errors.ts';
import { ControlClient } from './control-client.ts';
import type { RunningEnclave } from './running-enclave.ts';
import { refusalIn, statusMember } from './runtime-status.ts';

export interface AgreedPolicy {
  /** The exact text. */
  readonly policy: string;
  /** Its SHA-256 in hexadecimal. */
  readonly policyHash: string;
}

const INSTANCE_ID = /^[0-9a-f]{32}$/;

/**
 * Sets the policy and sees that the runtime holds this very one; the result is the instance's id in hexadecimal.
 * @throws TruceError POLICY_NOT_TAKEN, MESSAGE_INVALID, and those of the control plane
 */
export async function givePolicy(
  enclave: Pick<RunningEnclave, 'connectControl'>,
  { policy, policyHash }: AgreedPolicy,
): Promise<string> {
  const control = new ControlClient(await enclave.connectControl());
  try {
    try {
      await control.setPolicy(policy);
    } catch (error) {
      if (!(error instanceof TruceError) || error.code !== 'CONTROL_REFUSED') throw error;
      throw new TruceError(
        'POLICY_NOT_TAKEN',
        { reason: refusalIn(await control.status()) },
        { cause: error },
      );
    }
    const status = await control.status();
    const found = statusMember(status, 'policyHash');
    if (found !== policyHash) throw new TruceError('POLICY_NOT_TAKEN', { reason: 'it holds another one' });
    const instanceId = statusMember(status, 'instanceId');
    if (typeof instanceId !== 'string' || !INSTANCE_ID.test(instanceId)) {
      throw new TruceError('MESSAGE_INVALID', { reason: 'the status names no instance' });
    }
    return instanceId;
  } finally {
    control.close();
  }
}
