/**
 * Starts one enclave with enclave services, speaks to it, and ends it: the originals' EnclaveManager. An image is measured
 * before it runs, nothing is sent to it before it has attested the channel, and what is ended is this very enclave.
 * Source: Neo service layer, design document; docs/enclave-services.md says what is otherwise there, and why.
 */
import { randomUUID, webcrypto } from 'node:crypto';
import { ENCLAVE_SERVICES_PORT, type EnclaveServiceChannel } from '../../proto/boot-services.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import type { ServiceAnswer, ServiceRequest } from '../../proto/wire/service-message.ts';
import type { PartyCredentials } from '../client/party.ts';
import type { TrustOptions } from '../client/trust.ts';
import { givePolicy } from '../launcher/give-policy.ts';
import { type Measurements, measuredPcrs } from '../launcher/measurement.ts';
import type { EnclaveTrust, RunningEnclave } from '../launcher/running-enclave.ts';
import { dial } from '../relay/dial.ts';
import { connectServices, PROVEN_BYTES, type ServiceFacts } from './connect-services.ts';
import { type ExpectedImage, requireExpectation, requireMeasurements } from './expected-image.ts';
import { type ManagerConfiguration, parseManagerConfiguration } from './manager-configuration.ts';
import { ServiceSession } from './service-session.ts';
import { SessionSupply } from './session-supply.ts';

export interface EnclaveManagerOptions {
  /** The parent's configuration file of the originals: its text, or what was read of it. */
  readonly configuration?: string | ManagerConfiguration;
  /** The enclave's own, which has to name the same port. */
  readonly enclaveConfiguration?: string | ManagerConfiguration;
  /** Which image may be started; without it none is. */
  readonly expected: ExpectedImage;
  /** Inside TLS unless told. In the plain form the host reads all, and nothing is attested: for clients of the originals. */
  readonly channel?: EnclaveServiceChannel;
  /** The parties' policy, which the enclave is given; due for TLS. */
  readonly policy?: string;
  /** The party that this manager speaks for; due for TLS. */
  readonly identity?: PartyCredentials;
  /** What is trusted beside what the launcher stands for; nothing unless told. */
  readonly trust?: TrustOptions;
  /** How long a call may take: a minute unless told. */
  readonly callMilliseconds?: number;
}

/** How the image is measured, and how an enclave of it is started: one launcher's. */
export interface EnclaveSource {
  /** What would run. @throws TruceError of the image; MANAGER_IMAGE_UNEXPECTED */
  measure(configuration: ManagerConfiguration, expected: ExpectedImage): Promise<Measurements>;
  /** Starts it, and settles when it has told that it is up: its heartbeat. */
  launch(
    configuration: ManagerConfiguration,
    channel: EnclaveServiceChannel,
    measurements: Measurements,
    signal: AbortSignal | undefined,
  ): Promise<RunningEnclave>;
}

/** A request as the originals have it; what is left out is filled in. */
export type ManagerRequest = Pick<ServiceRequest, 'serviceType'> & Partial<ServiceRequest>;

const CALL_MILLISECONDS = 60_000;
const DIAL_MILLISECONDS = 10_000;

export class EnclaveManager {
  readonly #options: EnclaveManagerOptions;
  readonly #source: EnclaveSource;
  readonly #channel: EnclaveServiceChannel;
  readonly configuration: ManagerConfiguration;
  #enclave: RunningEnclave | undefined;
  #sessions: SessionSupply | undefined;
  #starting: { readonly ending: AbortController; readonly settled: Promise<void> } | undefined;

  /** @throws TruceError JSON_INVALID, MANAGER_CONFIGURATION_INVALID, MANAGER_IMAGE_UNNAMED */
  constructor(options: EnclaveManagerOptions, source: EnclaveSource) {
    this.#options = options;
    this.#source = source;
    this.#channel = options.channel ?? 'tls';
    requireExpectation(options.expected);
    const { configuration = { port: ENCLAVE_SERVICES_PORT, notes: [] }, enclaveConfiguration } = options;
    this.configuration = read(configuration);
    const inside = enclaveConfiguration === undefined ? undefined : read(enclaveConfiguration);
    if (inside !== undefined && inside.port !== this.configuration.port)
      throw invalid('$.Vsock.Port', `is ${this.configuration.port} outside and ${inside.port} inside`);
    if (this.#channel === 'tls' && (options.policy === undefined || options.identity === undefined))
      throw invalid('channel', 'is tls, which needs a policy and an identity');
  }

  /**
   * Measures, starts, gives the policy, and attests; then calls can be sent. Where it fails nothing is left running.
   * @throws TruceError MANAGER_RUNNING, MANAGER_IMAGE_UNEXPECTED, MANAGER_NOT_RUNNING where it was stopped meanwhile;
   * those of the launcher, of the policy and of `attest`
   */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#enclave !== undefined || this.#starting !== undefined) throw new TruceError('MANAGER_RUNNING');
    const ending = new AbortController();
    const either = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
    const started = this.#start(either);
    const settled = started.catch(() => undefined);
    this.#starting = { ending, settled };
    try {
      await started;
    } finally {
      this.#starting = undefined;
    }
  }

  /**
   * Sends a request; the answer may be that it failed. A call whose connection is lost is never sent again: it may have
   * been done.
   * @throws TruceError MANAGER_NOT_RUNNING, the CLIENT_ codes; TimeoutError, and the signal's reason
   */
  async send(request: ManagerRequest, signal?: AbortSignal): Promise<ServiceAnswer> {
    const sessions = this.#running();
    const timeout = AbortSignal.timeout(this.#options.callMilliseconds ?? CALL_MILLISECONDS);
    const ending = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const whole = { requestId: randomUUID(), operation: '', payload: new Uint8Array(0), ...request };
    return sessions.use((session) => session.send(whole, ending), ending);
  }

  /**
   * Has the enclave attest a new channel, and checks all of it.
   * @throws TruceError MANAGER_NOT_RUNNING, SERVICE_CHANNEL_PLAIN, the ATTESTATION_ and CLIENT_ codes
   */
  async attest(signal?: AbortSignal): Promise<ServiceFacts> {
    const sessions = this.#running();
    if (this.#channel !== 'tls') throw new TruceError('SERVICE_CHANNEL_PLAIN');
    const { session, facts } = await sessions.connect(signal);
    session.close();
    return facts!;
  }

  /** Ends the enclave that this manager has started or is about to start, which `start` then tells; and no other. */
  async stop(): Promise<void> {
    this.#starting?.ending.abort(new TruceError('MANAGER_NOT_RUNNING'));
    await this.#starting?.settled;
    const enclave = this.#enclave;
    this.#forget();
    await enclave?.stop();
  }

  /** What was started; undefined before, and after its end. */
  get enclave(): RunningEnclave | undefined {
    return this.#enclave;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { expected, trust } = this.#options;
    const measurements = await this.#source.measure(this.configuration, expected);
    requireMeasurements(measurements, expected);
    requireMeasurements(measurements, { pcrs: onlyMeasured(measurements, trust?.pcrs) });
    signal.throwIfAborted();
    const enclave = await this.#source.launch(this.configuration, this.#channel, measurements, signal);
    try {
      signal.throwIfAborted();
      await this.#take(enclave, measurements, signal);
    } catch (error) {
      this.#forget();
      await enclave.stop();
      throw error;
    }
  }

  async #take(enclave: RunningEnclave, measurements: Measurements, signal: AbortSignal): Promise<void> {
    const { policy } = this.#options;
    if (policy !== undefined) {
      const policyHash = toHex(await hashPolicy(policy, webcrypto.subtle));
      await givePolicy(enclave, { policy, policyHash });
    }
    const sessions = new SessionSupply((ending) => this.#connect(enclave, measurements, ending));
    this.#sessions = sessions;
    this.#enclave = enclave;
    void enclave.exited.then(() => {
      if (this.#enclave === enclave) this.#forget();
    });
    // The first channel says whether it is the enclave that was meant, before anybody sends anything.
    await sessions.use(async () => undefined, signal);
  }

  async #connect(
    enclave: RunningEnclave,
    measurements: Measurements,
    signal: AbortSignal | undefined,
  ): Promise<{ session: ServiceSession; facts: ServiceFacts | undefined }> {
    const { port } = this.configuration;
    const timeout = AbortSignal.timeout(DIAL_MILLISECONDS);
    const ending = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const socket = await dial(enclave.target(port), { allowHalfOpen: false }, ending);
    const { policy, identity, trust } = this.#options;
    if (this.#channel !== 'tls' || policy === undefined || identity === undefined)
      return { session: new ServiceSession(socket, PROVEN_BYTES), facts: undefined };
    return connectServices({
      address: { socket, name: `port ${port} of the enclave` },
      policy,
      identity,
      trust: trustIn(enclave.trust, measurements, trust),
      signal: ending,
    });
  }

  #running(): SessionSupply {
    if (this.#sessions === undefined) throw new TruceError('MANAGER_NOT_RUNNING');
    return this.#sessions;
  }

  #forget(): void {
    this.#sessions?.close();
    this.#sessions = undefined;
    this.#enclave = undefined;
  }
}

/** The launcher's word for whom to trust, and the registers of the very image that was measured before it started. */
function trustIn(trust: EnclaveTrust, measurements: Measurements, more: TrustOptions = {}): TrustOptions {
  const pcrs = new Map([...(more.pcrs ?? []), ...measuredPcrs(measurements)]);
  if (trust.kind === 'emulator') return { ...more, pcrs, emulator: true };
  return { ...more, pcrs, ...(trust.kind === 'root' ? { roots: [trust.certificatePem] } : {}) };
}

/** Of what is demanded of the enclave, what its image alone decides: nothing there may say otherwise. */
function onlyMeasured(
  measurements: Measurements,
  pcrs: ReadonlyMap<number, Uint8Array> = new Map(),
): ReadonlyMap<number, Uint8Array> {
  const measured = measuredPcrs(measurements);
  return new Map([...pcrs].filter(([index]) => measured.has(index)));
}

function read(configuration: string | ManagerConfiguration): ManagerConfiguration {
  return typeof configuration === 'string' ? parseManagerConfiguration(configuration) : configuration;
}

function invalid(path: string, reason: string): TruceError {
  return new TruceError('MANAGER_CONFIGURATION_INVALID', { path, reason });
}
