/** Certificates and keys that sign images in tests. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { basicConstraints, commonNameOnly, issueCertificate } from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';

/** When tests take place; signers are valid for a day before and after. */
export const NOW = Date.UTC(2025, 0, 1);
export const DAY = 86_400_000;

export interface ImageSigner {
  /** PEM files. */
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  readonly privateKey: KeyObject;
}

export interface SignerOptions {
  readonly name?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly format?: 'sec1' | 'pkcs8';
  /** Bytes that make the certificate longer. */
  readonly padding?: number;
}

/** A self-signed certificate and its key. */
export async function makeSigner(curve: string, options: SignerOptions = {}): Promise<ImageSigner> {
  const {
    name = 'signer',
    notBefore = NOW - DAY,
    notAfter = NOW + DAY,
    format = 'pkcs8',
    padding = 0,
  } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const der = await issueCertificate(
    {
      serial: Uint8Array.of(1),
      issuer: commonNameOnly(name),
      subject: commonNameOnly(name),
      notBefore,
      notAfter,
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
      extensions: [
        basicConstraints(false),
        { identifier: '2.25.1', critical: false, value: new Uint8Array(padding) },
      ],
      signatureAlgorithm: Oid.ECDSA_SHA384,
    },
    async (tbs) => sign('sha384', tbs, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  );
  return {
    certificate: Buffer.from(encodePem('CERTIFICATE', der)),
    key: Buffer.from(privateKey.export({ format: 'pem', type: format })),
    privateKey,
  };
}
