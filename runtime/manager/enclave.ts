/**
 * The life of the enclave: it waits for one policy, takes it once, proves it into PCR16, serves, and ends.
 *
 * The latch: whichever message brings the first policy has it, for good. A policy that does not parse changes nothing
 * and another may follow; from the moment PCR16 is extended there is no way back.
 */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { POLICY_PCR, policyPcr16 } from '../../proto/attestation/measurements.ts';
import { equalBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import { type EndpointKey, makeEndpointKey } from '../session/endpoint-key.ts';
import type { AcceptParty, IssuedCertificate } from '../session/tls-endpoint.ts';
import { type AttestedRequest, Certification } from './certification.ts';
import type { FunctionRuns } from './function-runs.ts';
import { asTruceError } from './incident.ts';
import { limitsOfPolicy } from './policy-limits.ts';
import { type ConnectionWork, Service } from './service.ts';
import { TlsSessions } from './tls-sessions.ts';

const INSTANCE_ID_BYTES = 16;

/** 'proving': PCR16 is being extended. 'failed': it was, and yet nothing can be served: this life is of no use. */
export type Phase = 'awaiting-policy' | 'installing' | 'proving' | 'serving' | 'failed' | 'shutting-down';

export interface EnclaveOptions {
  readonly nsm: NitroSecureModule;
  readonly pool: ChildPool;
  readonly limits: RuntimeLimits;
  /** Documents for Veracruz's proxy attestation server, which knows no tags; false unless told. */
  readonly legacyAttestation?: boolean;
  /** Called once, when the enclave has been asked to end. */
  readonly shutDown: () => void;
  /** Facts of the machine that the status report passes on, such as how its clock was found. */
  readonly machine?: Readonly<Record<string, unknown>>;
}

/** What is served, and under which policy. */
interface Serving {
  readonly policy: Policy;
  /** 32 bytes. */
  readonly policyHash: Uint8Array;
  readonly service: Service;
}

export class Enclave {
  readonly instanceId: Uint8Array;
  /** Sessions that come in messages of the control plane. */
  readonly tlsSessions: TlsSessions;
  readonly #options: EnclaveOptions;
  readonly #key: EndpointKey;
  readonly #certification: Certification;
  #phase: Phase = 'awaiting-policy';
  #serving: Serving | undefined;
  /** Settles when the policy that is being taken is, or is not. */
  #taking: Promise<void> = Promise.resolve();
  /** Why this life is of no use: worth more than what was asked of it afterwards. */
  #failure: TruceError | undefined;
  #lastError: TruceError | undefined;
  readonly #reports = new Map<string, () => unknown>();

  private constructor(
    options: EnclaveOptions,
    instanceId: Uint8Array,
    key: EndpointKey,
    certification: Certification,
  ) {
    this.#options = options;
    this.instanceId = instanceId;
    this.#key = key;
    this.#certification = certification;
    this.tlsSessions = new TlsSessions(this, options.limits.sessions);
  }

  static async create(options: EnclaveOptions): Promise<Enclave> {
    const { nsm, legacyAttestation: legacy = false } = options;
    // Two sources: neither a poor kernel pool nor a poor module alone can make two lives alike.
    const seed = createHash('sha256')
      .update(await nsm.random())
      .update(randomBytes(32))
      .digest();
    const instanceId = seed.subarray(0, INSTANCE_ID_BYTES);
    const key = makeEndpointKey();
    const certification = await Certification.create({ nsm, key, instanceId, legacy, now: Date.now });
    return new Enclave(options, instanceId, key, certification);
  }

  /** Takes the policy, proves it, and starts to serve. @throws TruceError of the policy, or POLICY_ALREADY_SET */
  setPolicy(text: string): Promise<void> {
    return this.#take(text);
  }

  /**
   * The same with the endpoint's chain, in Veracruz's order: it was certified before there was a policy.
   * An empty chain is good where the policy names no proxy. @throws TruceError those of `installCertificate` too
   */
  initialize(text: string, chain: Uint8Array): Promise<void> {
    return this.#take(text, chain);
  }

  /**
   * The endpoint's key asks for a certificate: the same key in all of an enclave's life.
   * @throws TruceError MESSAGE_INVALID, CHALLENGE_LIMIT, and those of the module
   */
  attest(challenge: Uint8Array): Promise<AttestedRequest> {
    return this.#reporting(async () => {
      // Never between two policies: what is being proven is waited for.
      await this.#taking;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#phase === 'shutting-down') throw new TruceError('SHUTTING_DOWN');
      return this.#certification.attest(challenge, this.#serving?.policyHash);
    });
  }

  /**
   * Takes a certificate for the endpoint, the first one or a newer one: who connects from now on is shown it, and
   * sessions go on. @throws TruceError POLICY_NOT_SET, the ENDPOINT_ codes, CERTIFICATE_INVALID, DER_INVALID
   */
  installCertificate(chain: Uint8Array): Promise<void> {
    return this.#reporting(async () => {
      if (this.#serving === undefined) throw new TruceError('POLICY_NOT_SET');
      const { policy, policyHash, service } = this.#serving;
      service.install(await this.#certification.read(chain, policy, policyHash, true));
    });
  }

  /** Takes a connection of the data plane; one that comes before the policy is closed. */
  accept(socket: Duplex): ConnectionWork {
    if (this.#serving !== undefined && this.#phase === 'serving') return this.#serving.service.accept(socket);
    socket.destroy();
    return () => undefined;
  }

  /**
   * Takes a connection of another port under the data plane's rules: its TLS end, and the parties of the policy.
   * undefined where no policy is served: then it is closed.
   */
  secure(socket: Duplex, accept: AcceptParty): TLSSocket | undefined {
    if (this.#serving !== undefined && this.#phase === 'serving')
      return this.#serving.service.secure(socket, accept);
    socket.destroy();
    return undefined;
  }

  /**
   * A fresh document for a channel of `secure`.
   * @throws TruceError POLICY_NOT_SET, MESSAGE_INVALID, REQUEST_UNSUPPORTED, and those of the module
   */
  async attestChannel(socket: TLSSocket, nonce: Uint8Array): Promise<Uint8Array> {
    if (this.#serving === undefined) throw new TruceError('POLICY_NOT_SET');
    return this.#serving.service.attestation.attest(socket, nonce);
  }

  /** @throws TruceError POLICY_NOT_SET */
  get functions(): FunctionRuns {
    if (this.#serving === undefined) throw new TruceError('POLICY_NOT_SET');
    return this.#serving.service.functions;
  }

  /** The policy that is served; undefined before there is one. */
  get served(): Pick<Serving, 'policy' | 'policyHash'> | undefined {
    return this.#serving;
  }

  /** Has the status report say what a service beside the two planes says of itself. */
  reportOn(service: string, report: () => unknown): void {
    this.#reports.set(service, report);
  }

  get phase(): Phase {
    return this.#phase;
  }

  shutDown(): void {
    if (this.#phase === 'shutting-down') return;
    this.#phase = 'shutting-down';
    this.#options.shutDown();
  }

  /** Ends the sessions and the runs, and waits for those who fetch their last answers over the control plane. */
  async close(): Promise<void> {
    this.tlsSessions.forgetSpent();
    await this.#serving?.service.close();
    await this.tlsSessions.drained();
  }

  /** What the control plane reports: counts and public facts only. */
  status(): Record<string, unknown> {
    const error = this.#failure ?? this.#lastError;
    return {
      phase: this.#phase,
      instanceId: toHex(this.instanceId),
      policyHash: this.#serving === undefined ? null : toHex(this.#serving.policyHash),
      machine: this.#options.machine ?? null,
      executor: this.#options.pool.status(),
      tlsSessions: this.tlsSessions.size,
      ...(this.#serving?.service.status() ?? {}),
      services: Object.fromEntries([...this.#reports].map(([service, report]) => [service, report()])),
      lastError: error === undefined ? null : { code: error.code, message: error.message },
    };
  }

  #take(text: string, chain?: Uint8Array): Promise<void> {
    return this.#reporting(async () => {
      if (this.#phase !== 'awaiting-policy') throw new TruceError('POLICY_ALREADY_SET');
      this.#phase = 'installing';
      const installing = this.#install(text, chain);
      this.#taking = installing.catch(() => undefined);
      try {
        await installing;
      } catch (error) {
        // Nothing was measured yet: the latch is open again. Otherwise this life is spent.
        const spent = this.#phase !== 'installing';
        if (spent) this.#failure = asTruceError(error);
        this.#enter(spent ? 'failed' : 'awaiting-policy');
        throw this.#failure ?? error;
      }
    });
  }

  async #install(text: string, chain: Uint8Array | undefined): Promise<void> {
    const policy = parsePolicy(text, { now: Date.now() });
    const { enclave: limits, programs: programLimits } = limitsOfPolicy(policy, this.#options.limits);
    const policyHash = await hashPolicy(text, webcrypto.subtle);
    const issued = chain === undefined ? undefined : await this.#readFirstChain(chain, policy, policyHash);
    this.#enter('proving');
    await this.#extendPolicyPcr(policyHash);
    const service = await Service.start({
      ...this.#options,
      policy,
      policyHash,
      limits,
      programLimits,
      issued,
      key: this.#key,
      instanceId: this.instanceId,
      shutDown: () => this.shutDown(),
    });
    this.#serving = { policy, policyHash, service };
    this.#enter('serving');
  }

  #readFirstChain(
    chain: Uint8Array,
    policy: Policy,
    policyHash: Uint8Array,
  ): Promise<IssuedCertificate> | undefined {
    if (chain.length === 0 && policy.proxy === undefined) return undefined;
    return this.#certification.read(chain, policy, policyHash, false);
  }

  /** Keeps for the status report why something was refused; what is done wipes it away. */
  async #reporting<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#lastError = undefined;
      return result;
    } catch (error) {
      this.#lastError = asTruceError(error);
      throw this.#lastError;
    }
  }

  /** There is no way back from shutting down, whatever was under way. */
  #enter(phase: Phase): void {
    if (this.#phase !== 'shutting-down') this.#phase = phase;
  }

  async #extendPolicyPcr(policyHash: Uint8Array): Promise<void> {
    const { nsm } = this.#options;
    const expected = await policyPcr16(policyHash, sha384Of(webcrypto as Crypto));
    await nsm.extendPcr(POLICY_PCR, policyHash);
    await nsm.lockPcr(POLICY_PCR);
    const { data, locked } = await nsm.describePcr(POLICY_PCR);
    // Someone was there before: no document of this life will ever prove the policy.
    if (!locked || !equalBytes(data, expected)) throw new TruceError('POLICY_NOT_PROVEN');
  }
}
