/**
 * Cipher suites by the names that policies use: mbedtls's, with `-` or with `_` (Veracruz changes one into the other).
 * Only suites with authenticated encryption are known; the enclave's key is ECDSA, so no suite for RSA is.
 */

export interface CipherSuite {
  /** As the policy writes it. */
  readonly name: string;
  /** As OpenSSL and Node's `ciphers` option write it. */
  readonly openssl: string;
  /** As Node's `minVersion` and `maxVersion` write it. */
  readonly tlsVersion: 'TLSv1.2' | 'TLSv1.3';
  /** The tag has 8 bytes, not 16: OpenSSL from 3.2 on takes it at security level 0 only. */
  readonly shortTag: boolean;
}

type SuiteRow = readonly [mbedtls: string, openssl: string];

// Sources: mbedtls ssl_ciphersuites.c; RFC 8446 appendix B.4; OpenSSL's ciphers(1).
const TLS_1_3: readonly SuiteRow[] = [
  ['TLS1-3-AES-256-GCM-SHA384', 'TLS_AES_256_GCM_SHA384'],
  ['TLS1-3-CHACHA20-POLY1305-SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
  ['TLS1-3-AES-128-GCM-SHA256', 'TLS_AES_128_GCM_SHA256'],
  ['TLS1-3-AES-128-CCM-SHA256', 'TLS_AES_128_CCM_SHA256'],
  ['TLS1-3-AES-128-CCM-8-SHA256', 'TLS_AES_128_CCM_8_SHA256'],
];
const TLS_1_2: readonly SuiteRow[] = [
  ['TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLS-ECDHE-ECDSA-WITH-AES-256-CCM', 'ECDHE-ECDSA-AES256-CCM'],
  ['TLS-ECDHE-ECDSA-WITH-AES-128-CCM', 'ECDHE-ECDSA-AES128-CCM'],
  ['TLS-ECDHE-ECDSA-WITH-AES-256-CCM-8', 'ECDHE-ECDSA-AES256-CCM8'],
  ['TLS-ECDHE-ECDSA-WITH-AES-128-CCM-8', 'ECDHE-ECDSA-AES128-CCM8'],
];

const suites: ReadonlyMap<string, Omit<CipherSuite, 'name'>> = new Map([
  ...TLS_1_3.map((row) => suite(row, 'TLSv1.3')),
  ...TLS_1_2.map((row) => suite(row, 'TLSv1.2')),
]);

function suite([mbedtls, openssl]: SuiteRow, tlsVersion: CipherSuite['tlsVersion']) {
  return [mbedtls, { openssl, tlsVersion, shortTag: mbedtls.includes('-CCM-8') }] as const;
}

/** mbedtls's names of all suites that policies may ask for. */
export const cipherSuiteNames: readonly string[] = [...suites.keys()];

/** The suite of that name, `_` and `-` alike; undefined where there is none. Case counts, as upstream. */
export function findCipherSuite(name: string): CipherSuite | undefined {
  const found = suites.get(name.replaceAll('_', '-'));
  return found === undefined ? undefined : { name, ...found };
}
