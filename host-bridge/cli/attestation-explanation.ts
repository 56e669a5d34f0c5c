/** Why a document was refused, for people: what was expected, what came, what they can do. */
import type { UnverifiedClaims, VerifyAttestationOptions } from '../../proto/attestation/library/index.ts';
import { DEFAULT_MAXIMUM_AGE, DEFAULT_MAXIMUM_SKEW } from '../../proto/attestation/library/index.ts';
import { toHex } from '../../proto/bytes.ts';
import type { ErrorCode, TruceError } from '../../proto/errors.ts';
import { quotedText } from './attestation-report.ts';
import { hintFor } from './hints.ts';

export interface Explanation {
  readonly expected?: string;
  readonly came?: string;
  readonly remedy?: string;
}

type Sides = Pick<Explanation, 'expected' | 'came'>;

/** Only where more can be said than `hintFor` says of the code, or something else: here options have names of their own. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  ATTESTATION_ENCODING: 'give the raw document, or its base64 or hexadecimal and nothing else',
  CBOR_INVALID: 'it is cut short, changed on the way, or no attestation document: fetch it again',
  ATTESTATION_COSE_INVALID: 'this is no attestation document: fetch it again from the enclave',
  ATTESTATION_DOCUMENT_INVALID: 'no Nitro enclave makes such a document: fetch it again from the enclave',
  ATTESTATION_ALGORITHM: 'no Nitro enclave makes such a document: trust nothing that it says',
  ATTESTATION_UNSIGNED: 'an emulator proves nothing: ask an enclave on Nitro for its document',
  ATTESTATION_NITROTPM: 'ask the enclave itself (/dev/nsm) for its document, not its instance',
  ATTESTATION_ROOT_UNKNOWN:
    "it is not from AWS's Nitro: trust nothing that it says; for an enclave of a local launcher name its root with --root",
  ATTESTATION_CHAIN_SIGNATURE: 'a certificate was forged or changed: trust nothing that it says',
  ATTESTATION_SIGNATURE: 'it was changed after it was signed: trust nothing that it says, fetch it again',
  ATTESTATION_CERTIFICATE_EXPIRED:
    'documents live for three hours: ask the enclave for a new one; one from an archive can be judged at its time with --at',
  ATTESTATION_CERTIFICATE_NOT_YET_VALID: "check this machine's clock, or the time that --at names",
  ATTESTATION_TOO_OLD: "ask the enclave for a new one, or check this machine's clock",
  ATTESTATION_DEBUG: 'ask for an enclave that runs without --debug-mode; for a test give --allow-debug',
  ATTESTATION_PCR_MISMATCH:
    'compare with `truce enclave describe --eif FILE` of the image that you trust: another image, role or instance answers',
  ATTESTATION_PCR_ABSENT: 'a register shows only when it is locked: the enclave has to lock it first',
  ATTESTATION_NONCE_MISMATCH:
    'this document answers another request, so it may be a replay: ask again with a fresh nonce',
  ATTESTATION_USER_DATA_MISMATCH: 'the enclave vouches for other data than yours: do not rely on yours',
  ATTESTATION_PUBLIC_KEY_MISMATCH:
    'the enclave vouches for another key: do not encrypt to this one, and trust no signature of it',
  ATTESTATION_KEY_ABSENT: 'encrypt to no key: the enclave vouches for none',
  ATTESTATION_KEY_UNASKED: 'the enclave answers something else than it was asked: do not encrypt to this key',
  ATTESTATION_KEY_INVALID: 'encrypt to no key: what the enclave vouches for is no key in DER (SPKI)',
  ATTESTATION_REGION_MISMATCH: 'the enclave runs elsewhere, or the region was named wrongly',
};

/** @param time when validity was judged, milliseconds since 1970 */
export function explain(
  error: TruceError,
  claims: UnverifiedClaims | undefined,
  options: VerifyAttestationOptions,
  time: number,
): Explanation {
  const remedy = REMEDIES[error.code] ?? hintFor(error.code);
  return {
    ...(claims === undefined ? {} : sidesOf(error, claims, options, time)),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function sidesOf(
  { code, details }: TruceError,
  claims: UnverifiedClaims,
  options: VerifyAttestationOptions,
  time: number,
): Sides {
  const made = `made at ${iso(claims.timestamp)}`;
  switch (code) {
    case 'ATTESTATION_PCR_MISMATCH':
    case 'ATTESTATION_PCR_ABSENT':
      return registerSides(Number(details.index), claims, options);
    case 'ATTESTATION_NONCE_MISMATCH':
      return { expected: hexOf(options.nonce), came: hexOf(claims.nonce) };
    case 'ATTESTATION_USER_DATA_MISMATCH':
      return { expected: hexOf(options.userData), came: hexOf(claims.userData) };
    case 'ATTESTATION_PUBLIC_KEY_MISMATCH':
      return { expected: hexOf(options.publicKey), came: hexOf(claims.publicKey) };
    case 'ATTESTATION_KEY_ABSENT':
    case 'ATTESTATION_KEY_INVALID':
      return { expected: 'a public key in DER (SPKI)', came: hexOf(claims.publicKey) };
    case 'ATTESTATION_KEY_UNASKED':
      return { expected: 'no public key', came: hexOf(claims.publicKey) };
    case 'ATTESTATION_DEBUG':
      return { expected: "the image's measurements in PCR0, PCR1 and PCR2", came: 'all three are zero' };
    case 'ATTESTATION_TOO_OLD':
      return {
        expected: `at most ${(options.maximumAge ?? DEFAULT_MAXIMUM_AGE) / 1000} s old at ${iso(time)}`,
        came: made,
      };
    case 'ATTESTATION_FROM_FUTURE':
      return {
        expected: `at most ${(options.maximumSkew ?? DEFAULT_MAXIMUM_SKEW) / 1000} s ahead of ${iso(time)}`,
        came: made,
      };
    case 'ATTESTATION_CERTIFICATE_EXPIRED':
      return { expected: `valid at ${iso(time)}`, came: `valid until ${String(details.notAfter)}` };
    case 'ATTESTATION_CERTIFICATE_NOT_YET_VALID':
      return { expected: `valid at ${iso(time)}`, came: `valid from ${String(details.notBefore)}` };
    case 'ATTESTATION_ROOT_UNKNOWN':
      return {
        expected: options.roots === undefined ? 'AWS Nitro root G1' : 'a root of --root',
        // A name proves nothing: whoever makes a root can call it like the genuine one.
        came: `another certificate, which calls itself ${claims.chain[0]?.subject ?? 'nothing readable'}`,
      };
    case 'ATTESTATION_REGION_MISMATCH':
      return { expected: String(details.expected), came: String(details.found) };
    default:
      return {};
  }
}

function registerSides(index: number, claims: UnverifiedClaims, options: VerifyAttestationOptions): Sides {
  const { pcrs, role, instance } = options;
  const named = pcrs instanceof Map ? (pcrs.get(index) as unknown) : undefined;
  const found = claims.pcrs.get(index);
  return {
    expected:
      named instanceof Uint8Array ? toHex(named) : `the register of ${(index === 3 ? role : instance) ?? ''}`,
    came: found === undefined ? 'no such register: it is not locked' : toHex(found),
  };
}

/** In pieces that fit a line, as long as a register each. */
function hexOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return 'none';
  return bytes.length === 0 ? 'empty' : (toHex(bytes).match(/.{1,96}/g) ?? []).join(' ') + quotedText(bytes);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
