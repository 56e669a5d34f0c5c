/**
 * The endpoint's key before a proxy attestation server: it asks for a certificate, and takes only one that is this key's,
 * says of this enclave what is so, and comes from an issuer that the policy names. The host passes it on, and could pass
 * on any other.
 */
import { createHash, sign, webcrypto } from 'node:crypto';
import { TruceExtension, truceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { encodeCsrPurpose } from '../../proto/attestation/csr-purpose.ts';
import { type EndpointClaim, endpointClaims } from '../../proto/attestation/endpoint-claims.ts';
import { verifyIssuedCertificate } from '../../proto/attestation/issued-certificate.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parseCertificate, splitCertificates } from '../../proto/x509/certificate.ts';
import { commonNameOnly, type ExtensionFields } from '../../proto/x509/certificate-writer.ts';
import { makeCertificationRequest } from '../../proto/x509/certification-request.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import type { EndpointKey } from '../session/endpoint-key.ts';
import type { IssuedCertificate } from '../session/tls-endpoint.ts';

/** Enough to be unguessable, and within what the module takes. */
const CHALLENGE_BYTES = { least: 16, most: 512 };
/** Each takes the module, which the parties' own attestations need as well. */
const ATTESTATIONS_A_MINUTE = 60;
const MINUTE = 60_000;
/** The proxy's clock and this one's. */
const SKEW_MILLISECONDS = 5 * 60 * 1000;

const ALL_CLAIMS: readonly EndpointClaim[] = ['policy', 'instance', 'measurement', 'runtime hash'];
/** Veracruz's proxy certifies no more, and before there is a policy nobody can certify it. */
const VERACRUZ_CLAIMS: readonly EndpointClaim[] = ['runtime hash'];

export interface CertificationOptions {
  readonly nsm: NitroSecureModule;
  readonly key: EndpointKey;
  readonly instanceId: Uint8Array;
  /** Documents as Veracruz's proxy wants them: user_data is the request's SHA-256, without a tag that says so. */
  readonly legacy: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface AttestedRequest {
  readonly document: Uint8Array;
  /** PKCS#10, DER. */
  readonly csr: Uint8Array;
}

export class Certification {
  readonly #options: CertificationOptions;
  /** PCR0, 48 bytes. */
  readonly #measurement: Uint8Array;
  /** When the last attestations were, oldest first. */
  readonly #recent: number[] = [];

  private constructor(options: CertificationOptions, measurement: Uint8Array) {
    this.#options = options;
    this.#measurement = measurement;
  }

  static async create(options: CertificationOptions): Promise<Certification> {
    const { data } = await options.nsm.describePcr(0);
    return new Certification(options, data);
  }

  /**
   * A request for a certificate of the one key of this life, and a document for it that names the challenge.
   * @param policyHash undefined before there is a policy: the document proves none then
   * @throws TruceError MESSAGE_INVALID, CHALLENGE_LIMIT, and those of the module
   */
  async attest(challenge: Uint8Array, policyHash: Uint8Array | undefined): Promise<AttestedRequest> {
    const { nsm, key, instanceId, legacy } = this.#options;
    if (challenge.length < CHALLENGE_BYTES.least || challenge.length > CHALLENGE_BYTES.most)
      throw new TruceError('MESSAGE_INVALID', {
        reason: `a challenge has ${CHALLENGE_BYTES.least} to ${CHALLENGE_BYTES.most} bytes`,
      });
    this.#countAttestation();
    const csr = await this.#makeRequest(policyHash);
    const userData = legacy
      ? createHash('sha256').update(csr).digest()
      : await encodeCsrPurpose(csr, instanceId, webcrypto as unknown as Crypto);
    const document = await nsm.attest({ userData, nonce: challenge, publicKey: key.publicKey });
    return { document, csr };
  }

  /**
   * Reads a chain, DER of the endpoint's certificate || DER of its issuer's.
   * @param proven whether the policy was there when the certificate was asked for
   * @throws TruceError the ENDPOINT_ codes, CERTIFICATE_INVALID, DER_INVALID
   */
  async read(
    chain: Uint8Array,
    policy: Policy,
    policyHash: Uint8Array,
    proven: boolean,
  ): Promise<IssuedCertificate> {
    const { key, instanceId, legacy, now } = this.#options;
    const [leaf, issuer, ...more] = splitCertificates(chain).map(parseCertificate);
    if (leaf === undefined || issuer === undefined || more.length > 0)
      throw new TruceError('ENDPOINT_CHAIN_INVALID', { reason: 'it has not exactly two certificates' });
    if (policy.proxy?.certificates.some((named) => equalBytes(named, issuer.raw)) !== true)
      throw new TruceError('ENDPOINT_ISSUER_REFUSED');
    if (!equalBytes(leaf.publicKey.raw, key.publicKey)) throw new TruceError('ENDPOINT_KEY_MISMATCH');
    const expected = { issuers: [issuer], time: now(), skew: SKEW_MILLISECONDS };
    await verifyIssuedCertificate(leaf, expected, webcrypto as unknown as Crypto);
    const notAfter = Math.min(leaf.notAfter, issuer.notAfter, policy.certificateExpiry);
    // To clients whose clocks are a little slow it may be good for a while; it is not to be served any more.
    if (notAfter <= now())
      throw new TruceError('ENDPOINT_NOT_VALID_NOW', {
        from: new Date(leaf.notBefore).toISOString(),
        to: new Date(notAfter).toISOString(),
      });
    const claims = endpointClaims(leaf, { policyHash, instanceId, pcr0: this.#measurement });
    const required = proven && !legacy ? ALL_CLAIMS : VERACRUZ_CLAIMS;
    const what = claims.false[0] ?? required.find((claim) => !claims.made.includes(claim));
    if (what !== undefined) throw new TruceError('ENDPOINT_CLAIM_MISMATCH', { what });
    return { certificate: encodePem('CERTIFICATE', leaf.raw), notAfter };
  }

  #countAttestation(): void {
    const now = this.#options.now();
    // Whatever a clock that was set back has left in the future is forgotten too.
    while (this.#recent.length > 0 && Math.abs(now - this.#recent[0]!) >= MINUTE) this.#recent.shift();
    if (this.#recent.length >= ATTESTATIONS_A_MINUTE)
      throw new TruceError('CHALLENGE_LIMIT', { limit: ATTESTATIONS_A_MINUTE });
    this.#recent.push(now);
  }

  #makeRequest(policyHash: Uint8Array | undefined): Promise<Uint8Array> {
    const { key } = this.#options;
    return makeCertificationRequest(
      {
        subject: commonNameOnly('truce-enclave'),
        publicKey: key.publicKey,
        extensions: this.#askedExtensions(policyHash),
      },
      async (tbs) => sign('sha256', tbs, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  }

  #askedExtensions(policyHash: Uint8Array | undefined): ExtensionFields[] {
    const { instanceId, legacy } = this.#options;
    // Nothing in a document of that form proves more than the key.
    if (legacy) return [];
    const policy = policyHash === undefined ? [] : [truceExtension(TruceExtension.POLICY_HASH, policyHash)];
    return [
      ...policy,
      truceExtension(TruceExtension.INSTANCE_ID, instanceId),
      truceExtension(TruceExtension.MEASUREMENT, this.#measurement),
    ];
  }
}
