/** An enclave that serves one policy: launched, given the policy, and put behind a relay. */
import { TruceError } from '../../proto/errors.ts';
import type { ExitStatus } from '../launcher/child-program.ts';
import { ControlClient } from '../launcher/control-client.ts';
import { measurementsJson } from '../launcher/measurement.ts';
import type { EnclaveTrust, Launcher, RunningEnclave } from '../launcher/running-enclave.ts';
import { defaultRelayOptions } from '../relay/relay.ts';
import { RelaySupervisor } from '../relay/supervisor.ts';
import type { HostPort } from './option-values.ts';

export interface ServeRequest {
  /** The policy's exact text and its SHA-256 in hexadecimal. */
  readonly policy: string;
  readonly policyHash: string;
  readonly listen: HostPort;
  /** Starts the enclave; its errors are those of `ServedEnclave.start`. */
  readonly launch: (signal: AbortSignal) => Promise<RunningEnclave>;
  /** The relay's script. */
  readonly relayProgram: string;
  readonly signal: AbortSignal;
  /** Told of each end of the relay that nobody asked for. */
  readonly restarting: (why: string) => void;
}

/** What a client has to know, and who runs this wants to see. */
export interface ServeFacts {
  readonly launcher: Launcher;
  readonly address: HostPort;
  readonly policyHash: string;
  readonly instanceId: string;
  /** Lower-case hexadecimal by register. */
  readonly pcrs: Readonly<Record<string, string>>;
  /** Whose word clients have to take: a root's of its own, the emulator's, or AWS's. */
  readonly trust: EnclaveTrust['kind'];
  /** The PEM file to name with `--trust-root`, where the trust is a root's. */
  readonly trustRoot?: string;
  readonly pid: number;
  /** Where the machine's console is written to. */
  readonly console?: string;
}

const INSTANCE_ID = /^[0-9a-f]{32}$/;

export class ServedEnclave {
  readonly #enclave: RunningEnclave;
  readonly #relay: RelaySupervisor;
  readonly facts: ServeFacts;

  private constructor(enclave: RunningEnclave, relay: RelaySupervisor, facts: ServeFacts) {
    this.#enclave = enclave;
    this.#relay = relay;
    this.facts = facts;
  }

  /** Errors of the launcher, POLICY_NOT_TAKEN, RELAY_FAILED; then nothing is left running. */
  static async start(request: ServeRequest): Promise<ServedEnclave> {
    const enclave = await request.launch(request.signal);
    try {
      const instanceId = await givePolicy(enclave, request);
      request.signal.throwIfAborted();
      const relay = await RelaySupervisor.start({
        program: request.relayProgram,
        relay: { ...defaultRelayOptions, listen: request.listen, target: enclave.dataTarget },
        restarting: request.restarting,
      });
      const { HashAlgorithm, ...pcrs } = measurementsJson(enclave.measurements).Measurements ?? {};
      const { launcher, trust, consolePath } = enclave;
      return new ServedEnclave(enclave, relay, {
        launcher,
        address: relay.address,
        policyHash: request.policyHash,
        instanceId,
        pcrs,
        trust: trust.kind,
        ...(trust.kind === 'root' ? { trustRoot: trust.certificatePath } : {}),
        pid: enclave.pid,
        ...(consolePath === undefined ? {} : { console: consolePath }),
      });
    } catch (error) {
      await enclave.stop();
      throw error;
    }
  }

  /** Settles when the enclave is gone. */
  get exited(): Promise<ExitStatus> {
    return this.#enclave.exited;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#relay.stop(), this.#enclave.stop()]);
  }

  /** Ends the enclave at once. */
  kill(): void {
    this.#enclave.kill();
  }
}

/** Sets the policy and sees that the runtime holds this very one; the result is the instance's id in hexadecimal. */
async function givePolicy(enclave: RunningEnclave, { policy, policyHash }: ServeRequest): Promise<string> {
  const control = new ControlClient(await enclave.connectControl());
  try {
    try {
      await control.setPolicy(policy);
    } catch (error) {
      if (!(error instanceof TruceError) || error.code !== 'CONTROL_REFUSED') throw error;
      throw new TruceError(
        'POLICY_NOT_TAKEN',
        { reason: reasonIn(await control.status()) },
        { cause: error },
      );
    }
    const status = await control.status();
    const found = member(status, 'policyHash');
    if (found !== policyHash) throw new TruceError('POLICY_NOT_TAKEN', { reason: 'it holds another one' });
    const instanceId = member(status, 'instanceId');
    if (typeof instanceId !== 'string' || !INSTANCE_ID.test(instanceId)) {
      throw new TruceError('MESSAGE_INVALID', { reason: 'the status names no instance' });
    }
    return instanceId;
  } finally {
    control.close();
  }
}

function reasonIn(status: unknown): string {
  const message = member(member(status, 'lastError'), 'message');
  return typeof message === 'string' ? message : 'it does not say why';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
