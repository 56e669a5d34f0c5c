/**
 * The life of the enclave: it waits for one policy, takes it once, proves it into PCR16, serves, and ends.
 *
 * The latch: whichever message brings the first policy has it, for good. A policy that does not parse changes nothing
 * and another may follow; from the moment PCR16 is extended there is no way back.
 */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import type { Socket } from 'node:net';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { POLICY_PCR, policyPcr16 } from '../../proto/attestation/measurements.ts';
import { equalBytes, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import { makeEndpointKey } from '../session/endpoint-key.ts';
import { asTruceError } from './incident.ts';
import { limitsOfPolicy } from './policy-limits.ts';
import { Service } from './service.ts';

const INSTANCE_ID_BYTES = 16;

/** 'proving': PCR16 is being extended. 'failed': it was, and yet nothing can be served: this life is of no use. */
export type Phase = 'awaiting-policy' | 'installing' | 'proving' | 'serving' | 'failed' | 'shutting-down';

export interface EnclaveOptions {
  readonly nsm: NitroSecureModule;
  readonly pool: ChildPool;
  readonly limits: RuntimeLimits;
  /** Called once, when the enclave has been asked to end. */
  readonly shutDown: () => void;
  /** Facts of the machine that the status report passes on, such as how its clock was found. */
  readonly machine?: Readonly<Record<string, unknown>>;
}

export class Enclave {
  readonly instanceId: Uint8Array;
  readonly #options: EnclaveOptions;
  readonly #key = makeEndpointKey();
  #phase: Phase = 'awaiting-policy';
  #service: Service | undefined;
  #policyHash: Uint8Array | undefined;
  #lastError: TruceError | undefined;

  private constructor(options: EnclaveOptions, instanceId: Uint8Array) {
    this.#options = options;
    this.instanceId = instanceId;
  }

  static async create(options: EnclaveOptions): Promise<Enclave> {
    // Two sources: neither a poor kernel pool nor a poor module alone can make two lives alike.
    const seed = createHash('sha256')
      .update(await options.nsm.random())
      .update(randomBytes(32))
      .digest();
    return new Enclave(options, seed.subarray(0, INSTANCE_ID_BYTES));
  }

  /** Takes the policy, proves it, and starts to serve. @throws TruceError of the policy, or POLICY_ALREADY_SET */
  async setPolicy(text: string): Promise<void> {
    if (this.#phase !== 'awaiting-policy') {
      const refusal = new TruceError('POLICY_ALREADY_SET');
      // Why an enclave failed is worth more than that it was asked again.
      if (this.#phase !== 'failed') this.#lastError = refusal;
      throw refusal;
    }
    this.#phase = 'installing';
    try {
      const policy = parsePolicy(text, { now: Date.now() });
      const { enclave: limits, programs: programLimits } = limitsOfPolicy(policy, this.#options.limits);
      const policyHash = await hashPolicy(text, webcrypto.subtle);
      this.#enter('proving');
      await this.#extendPolicyPcr(policyHash);
      const service = await Service.start({
        ...this.#options,
        policy,
        policyHash,
        limits,
        programLimits,
        key: this.#key,
        instanceId: this.instanceId,
        shutDown: () => this.shutDown(),
      });
      this.#policyHash = policyHash;
      this.#service = service;
      this.#enter('serving');
      this.#lastError = undefined;
    } catch (error) {
      // Nothing was measured yet: the latch is open again. Otherwise this life is spent.
      this.#enter(this.#phase === 'installing' ? 'awaiting-policy' : 'failed');
      this.#lastError = asTruceError(error);
      throw this.#lastError;
    }
  }

  /** Takes a connection of the data plane. */
  accept(socket: Socket): void {
    if (this.#service === undefined || this.#phase !== 'serving') socket.destroy();
    else this.#service.accept(socket);
  }

  shutDown(): void {
    if (this.#phase === 'shutting-down') return;
    this.#phase = 'shutting-down';
    this.#options.shutDown();
  }

  /** Ends the sessions and the runs. */
  async close(): Promise<void> {
    await this.#service?.close();
  }

  /** What the control plane reports: counts and public facts only. */
  status(): Record<string, unknown> {
    return {
      phase: this.#phase,
      instanceId: toHex(this.instanceId),
      policyHash: this.#policyHash === undefined ? null : toHex(this.#policyHash),
      machine: this.#options.machine ?? null,
      executor: this.#options.pool.status(),
      ...(this.#service?.status() ?? {}),
      lastError:
        this.#lastError === undefined
          ? null
          : { code: this.#lastError.code, message: this.#lastError.message },
    };
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
