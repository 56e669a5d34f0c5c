/**
 * From a challenge to a certificate, whichever form the request came in. A challenge is used up by the first attempt,
 * whatever becomes of it; every attempt is logged; a certificate leaves only once its record is on the disk.
 */
import { createHash } from 'node:crypto';
import { VerifiedChainCache } from '../../proto/attestation/chain-cache.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { ProxyLimits } from '../../proto/limits.ts';
import { commonNameOnly } from '../../proto/x509/certificate-writer.ts';
import type { Admission } from './admission.ts';
import { type AttemptLog, ISSUED } from './attempt-log.ts';
import type { Authority, IssuedCertificate } from './authority.ts';
import type { ChallengeProtocol, Challenges } from './challenges.ts';
import type { Devices } from './devices.ts';
import { type Evidence, type ProvenEnclave, provenExtensions, provenName } from './evidence.ts';
import type { KnownPolicies } from './known-policies.ts';
import { judgeNitroEvidence, type NitroExpectations } from './nitro-evidence.ts';
import { judgePsaEvidence, type PsaExpectations } from './psa-evidence.ts';
import { POINT_BYTES, requireSignedByPoint } from './psa-keys.ts';
import { decodePsaToken } from './psa-token.ts';

export interface ServiceParts {
  readonly authority: Authority;
  readonly challenges: Challenges;
  readonly log: AttemptLog;
  readonly devices: Devices;
  readonly policies: KnownPolicies;
  readonly admission: Admission;
  readonly nitro: Omit<NitroExpectations, 'cache' | 'maximumAge'>;
  /** undefined: PSA tokens are refused. */
  readonly psa: PsaExpectations | undefined;
  readonly lifetimeMilliseconds: number;
  readonly limits: ProxyLimits;
  readonly now: () => number;
  readonly fault: (error: unknown) => string;
}

export interface Attempt {
  readonly id: string;
  readonly protocol: 'nitro' | 'psa';
  readonly address: string;
  /** Where devices are known by numbers. */
  readonly deviceId?: number;
}

/** DER each. */
export interface Answer {
  readonly certificate: Uint8Array;
  readonly authority: Uint8Array;
}

/** Chains of enclaves live three hours: so many of them are remembered. */
const REMEMBERED_CHAINS = 256;

export class AttestationService {
  readonly #parts: ServiceParts;
  readonly #nitro: NitroExpectations;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#nitro = {
      ...parts.nitro,
      maximumAge: parts.limits.challengeMilliseconds,
      cache: new VerifiedChainCache(REMEMBERED_CHAINS),
    };
  }

  /** A challenge to be answered once. TruceError PROXY_BUSY. */
  begin(
    makeId: () => string,
    protocol: ChallengeProtocol,
    address: string,
  ): { readonly id: string; readonly nonce: Uint8Array } {
    return this.#parts.challenges.begin(makeId, protocol, address, this.#parts.now());
  }

  /**
   * Uses the challenge up and judges what answers it. Only what has arrived takes one of the places for attempts: they
   * are everybody's.
   * @param readEvidence takes the evidence out of the request, which may turn out to be none
   * @throws TruceError saying what is wrong: nothing has been issued then
   */
  async attest(attempt: Attempt, readEvidence: () => Promise<Evidence>): Promise<Answer> {
    const { admission, challenges, log, now } = this.#parts;
    const [arrived] = await admission.arrival(attempt.address, () => Promise.allSettled([readEvidence()]));
    return admission.attempt(async () => {
      let proven: ProvenEnclave | undefined;
      try {
        const nonce = challenges.take(attempt.id, attempt.protocol, now());
        if (arrived.status === 'rejected') throw arrived.reason;
        const evidence = arrived.value;
        const judged = await this.#judge(attempt.protocol, evidence, nonce);
        proven = judged.proven;
        const issued = await this.#issue(judged);
        this.#remember(attempt, proven, issued);
        await log.issued(this.#record(attempt, ISSUED, proven, issued));
        return { certificate: issued.certificate, authority: this.#parts.authority.certificate };
      } catch (error) {
        const told = error instanceof TruceError ? error : this.#fault(error);
        this.#logRefusal(attempt, told, proven);
        throw told;
      }
    });
  }

  /**
   * The payload of a token that an enclave made whose key is known here by its device's number (`/VerifyPAT`).
   * @throws TruceError PROXY_DEVICE_UNKNOWN, CBOR_INVALID, PROXY_TOKEN_INVALID, PROXY_TOKEN_SIGNATURE
   */
  verifyToken(token: Uint8Array, publicKey: Uint8Array, deviceId: number): Promise<Uint8Array> {
    return this.#parts.admission.attempt(async () => {
      const known = this.#parts.devices.publicKeyHash(deviceId, this.#parts.now());
      if (sha256Hex(publicKey) !== known) throw new TruceError('PROXY_DEVICE_UNKNOWN');
      const decoded = decodePsaToken(token);
      await requireSignedByPoint(decoded, publicKey);
      return decoded.payload;
    });
  }

  async #judge(
    protocol: 'nitro' | 'psa',
    evidence: Evidence,
    nonce: Uint8Array,
  ): Promise<{ readonly proven: ProvenEnclave; readonly policyExpiry: number | undefined }> {
    const { psa, policies, now } = this.#parts;
    if (protocol === 'psa') {
      if (psa === undefined) throw new TruceError('PROXY_TOKEN_KEY_UNKNOWN');
      return { proven: await judgePsaEvidence(evidence, nonce, psa), policyExpiry: undefined };
    }
    const proven = await judgeNitroEvidence(evidence, nonce, now(), this.#nitro);
    if (proven.policyHash === undefined) return { proven, policyExpiry: undefined };
    const shown = { pcrs: proven.document.pcrs, root: proven.document.cabundle[0] };
    return { proven, policyExpiry: policies.expiryFor(proven.policyHash, shown, now()) };
  }

  #issue({
    proven,
    policyExpiry,
  }: {
    readonly proven: ProvenEnclave;
    readonly policyExpiry: number | undefined;
  }): Promise<IssuedCertificate> {
    const now = this.#parts.now();
    const fields = {
      subject: commonNameOnly(provenName(proven)),
      publicKey: proven.publicKey,
      notAfter: Math.min(policyExpiry ?? Number.POSITIVE_INFINITY, now + this.#parts.lifetimeMilliseconds),
      extensions: provenExtensions(proven),
    };
    return this.#parts.authority.issue(fields, now);
  }

  /** A refusal that cannot be logged is still the one that the peer is told. */
  #logRefusal(attempt: Attempt, { code }: TruceError, proven: ProvenEnclave | undefined): void {
    try {
      this.#parts.log.refused(this.#record(attempt, code, proven));
    } catch (error) {
      this.#parts.fault(error);
    }
  }

  /** An enclave that is known by a number can show its key again. */
  #remember({ deviceId }: Attempt, { publicKey }: ProvenEnclave, { notAfter }: IssuedCertificate): void {
    if (deviceId === undefined) return;
    const publicKeyHash = sha256Hex(publicKey.subarray(-POINT_BYTES));
    this.#parts.devices.attested(
      { deviceId, publicKeyHash, enclaveName: 'attested' },
      notAfter,
      this.#parts.now(),
    );
  }

  #record(
    { id, protocol, address }: Attempt,
    outcome: string,
    proven: ProvenEnclave | undefined,
    issued?: IssuedCertificate,
  ) {
    const hex = (bytes: Uint8Array | undefined): string | undefined =>
      bytes === undefined ? undefined : toHex(bytes);
    return {
      time: this.#parts.now(),
      id,
      protocol,
      address,
      outcome,
      measurement: hex(proven?.measurement),
      policyHash: hex(proven?.policyHash),
      instanceId: hex(proven?.instanceId),
      serial: issued?.serial,
      notAfter: issued?.notAfter,
    };
  }

  #fault(error: unknown): TruceError {
    return new TruceError('INTERNAL', { incident: this.#parts.fault(error) }, { cause: error });
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
