/** Object identifiers that certificates use. Sources: RFC 2985, RFC 5280, RFC 5480, RFC 8017, RFC 8410, ITU-T X.520. */

export const Oid = {
  // Public keys and curves.
  EC_PUBLIC_KEY: '1.2.840.10045.2.1',
  P256: '1.2.840.10045.3.1.7',
  P384: '1.3.132.0.34',
  P521: '1.3.132.0.35',
  RSA_ENCRYPTION: '1.2.840.113549.1.1.1',
  ED25519: '1.3.101.112',
  // Signatures.
  ECDSA_SHA256: '1.2.840.10045.4.3.2',
  ECDSA_SHA384: '1.2.840.10045.4.3.3',
  ECDSA_SHA512: '1.2.840.10045.4.3.4',
  // Extensions.
  SUBJECT_KEY_IDENTIFIER: '2.5.29.14',
  KEY_USAGE: '2.5.29.15',
  SUBJECT_ALTERNATIVE_NAME: '2.5.29.17',
  BASIC_CONSTRAINTS: '2.5.29.19',
  CRL_DISTRIBUTION_POINTS: '2.5.29.31',
  AUTHORITY_KEY_IDENTIFIER: '2.5.29.35',
  EXTENDED_KEY_USAGE: '2.5.29.37',
  // Purposes of extended key usage.
  SERVER_AUTHENTICATION: '1.3.6.1.5.5.7.3.1',
  // Attributes of requests (RFC 2985).
  EXTENSION_REQUEST: '1.2.840.113549.1.9.14',
  // Parts of names.
  COMMON_NAME: '2.5.4.3',
} as const;
