/**
 * Stands in for the authority of a proxy attestation server: it issues what a request asks for and checks nothing, so that
 * tests can bend what it issues.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../proto/attestation/certificate-extensions.ts';
import { concatBytes } from '../../proto/bytes.ts';
import { KeyUsage } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type CertificateFields,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { parseCertificationRequest } from '../../proto/x509/certification-request.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';

const DAY = 86_400_000;

export type CertificateBend = (fields: CertificateFields) => CertificateFields;

export class StandInProxyAuthority {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly #key: KeyObject;
  readonly #name: Uint8Array;

  private constructor(certificate: Uint8Array, key: KeyObject, name: Uint8Array) {
    this.certificate = certificate;
    this.#key = key;
    this.#name = name;
  }

  static async create(bend: CertificateBend = (fields) => fields): Promise<StandInProxyAuthority> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const name = commonNameOnly('VeracruzProxyServer');
    const fields = bend({
      serial: randomBytes(16),
      issuer: name,
      subject: name,
      notBefore: Date.now() - DAY,
      notAfter: Date.now() + 30 * DAY,
      publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
      signatureAlgorithm: Oid.ECDSA_SHA256,
      extensions: [basicConstraints(true), keyUsage(KeyUsage.KEY_CERT_SIGN)],
    });
    const certificate = await issueCertificate(fields, signWith(privateKey));
    return new StandInProxyAuthority(certificate, privateKey, name);
  }

  get pem(): string {
    return encodePem('CERTIFICATE', this.certificate);
  }

  /**
   * The endpoint's certificate and the authority's, DER, one behind the other.
   * @param pcr0 where the request does not say it
   */
  async issue(
    csr: Uint8Array,
    bend: CertificateBend = (fields) => fields,
    pcr0: Uint8Array = new Uint8Array(48),
  ): Promise<Uint8Array> {
    const request = parseCertificationRequest(csr);
    const measurement = readTruceExtension(request, TruceExtension.MEASUREMENT) ?? pcr0;
    const asked = [...request.extensions].map(([identifier, extension]) => ({ identifier, ...extension }));
    const fields = bend({
      serial: randomBytes(16),
      issuer: this.#name,
      subject: request.subject.raw,
      notBefore: Date.now(),
      notAfter: Date.now() + DAY,
      publicKey: request.publicKey.raw,
      signatureAlgorithm: Oid.ECDSA_SHA256,
      extensions: [
        basicConstraints(false),
        keyUsage(KeyUsage.DIGITAL_SIGNATURE),
        { identifier: VERACRUZ_RUNTIME_HASH, critical: false, value: measurement.subarray(0, 32) },
        ...asked,
      ],
    });
    return concatBytes(await issueCertificate(fields, signWith(this.#key)), this.certificate);
  }
}

/** The same certificate with one extension's value changed, or without it. */
export function withExtension(identifier: string, value: Uint8Array | undefined): CertificateBend {
  return (fields) => ({
    ...fields,
    extensions: fields.extensions.flatMap((extension) => {
      if (extension.identifier !== identifier) return [extension];
      return value === undefined ? [] : [{ ...extension, value }];
    }),
  });
}

function signWith(key: KeyObject): (tbs: Uint8Array) => Promise<Uint8Array> {
  return async (tbs) => new Uint8Array(sign('sha256', tbs, { key, dsaEncoding: 'ieee-p1363' }));
}
