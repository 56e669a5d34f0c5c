/** What a caller of the library trusts and expects, and what that means to the verifier. */
import { concatBytes, fromHex } from '../../bytes.ts';
import { TruceError } from '../../errors.ts';
import { decodePemCertificates } from '../../x509/pem.ts';
import type { VerifiedChainCache } from '../chain-cache.ts';
import { sha384Of, type VerificationCrypto } from '../crypto.ts';
import { PCR_COUNT } from '../document.ts';
import type { PcrExpectation as BytesExpectation } from '../expectations.ts';
import { emptyPcr } from '../measurements.ts';
import type { VerificationOptions } from '../verify.ts';

/** 48 bytes, or 96 hexadecimal digits. */
export type PcrValue = Uint8Array | string;
/** The value, any of several values, or a test of the value; the test gets a copy. */
export type PcrExpectation = PcrValue | readonly PcrValue[] | ((pcr: Uint8Array) => boolean);

export interface VerifyAttestationOptions {
  /**
   * When to judge validity: now (unless told), at a time (a Date, or milliseconds since 1970), or at the time that the
   * document itself tells: for archives only, as an old document that is replayed then passes as well.
   */
  readonly time?: 'now' | 'document' | Date | number;
  /** How old the document may be, milliseconds; 3 h unless told. Not looked at for 'document'. */
  readonly maximumAge?: number;
  /** How far ahead of the verifier's clock it may be, milliseconds; 5 min unless told. Not looked at for 'document'. */
  readonly maximumSkew?: number;
  /** The only roots to trust, DER or PEM, in place of AWS's Nitro root. */
  readonly roots?: readonly (Uint8Array | string)[];
  /** By index. A register that the document lacks is refused. */
  readonly pcrs?: Readonly<Record<number, PcrExpectation>> | ReadonlyMap<number, PcrExpectation>;
  /** The bytes that the enclave was asked to sign; compared in constant time. */
  readonly nonce?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly publicKey?: Uint8Array;
  /** Accept an enclave in debug mode, which hides nothing from its host. False unless told. */
  readonly allowDebug?: boolean;
  /** The region, or any of several, that the chain's names must tell, such as `eu-central-1`. */
  readonly region?: string | readonly string[];
  /** The ARN of the IAM role that the instance must have had: PCR3. It is what ties a document to an AWS account. */
  readonly role?: string;
  /** The account that `role` must be of, twelve digits. Refused without `role`: no certificate names an account. */
  readonly account?: string;
  /** The instance that the enclave must run on, such as `i-0123456789abcdef0`: PCR4. */
  readonly instance?: string;
  /** Keeps verified chains, so that the next document of the same enclave costs one signature instead of five. */
  readonly cache?: VerifiedChainCache;
  /** WebCrypto's `subtle`; `globalThis.crypto` unless told. */
  readonly crypto?: VerificationCrypto;
}

const ROLE_PCR = 3;
const INSTANCE_PCR = 4;
const ROLE = /^arn:[a-z-]+:iam::([0-9]{12}):role\/[\x21-\x7e]+$/;
const ACCOUNT = /^[0-9]{12}$/;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;
const LONGEST_NAME = 2048;

/** @throws TruceError ATTESTATION_OPTIONS_INVALID, PEM_INVALID */
export async function resolveOptions(options: VerifyAttestationOptions): Promise<VerificationOptions> {
  const { maximumAge, maximumSkew, roots, nonce, userData, publicKey, allowDebug, cache } = options;
  const crypto = resolveCrypto(options.crypto);
  if (options.region?.length === 0)
    throw optionsError('no region, or an empty list of them, accepts nothing');
  return {
    crypto,
    time: resolveTime(options.time),
    pcrs: await resolvePcrs(options, crypto),
    ...(maximumAge === undefined ? {} : { maximumAge }),
    ...(maximumSkew === undefined ? {} : { maximumSkew }),
    ...(roots === undefined ? {} : { roots: roots.flatMap(derOfRoot) }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(userData === undefined ? {} : { userData }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(allowDebug === undefined ? {} : { allowDebug }),
    ...(cache === undefined ? {} : { cache }),
  };
}

/** Refuses a chain of another region. Error: ATTESTATION_REGION_MISMATCH. */
export function requireRegion(found: string | undefined, expected: VerifyAttestationOptions['region']): void {
  if (expected === undefined) return;
  const accepted = typeof expected === 'string' ? [expected] : expected;
  if (found === undefined || !accepted.includes(found))
    throw new TruceError('ATTESTATION_REGION_MISMATCH', {
      found: found ?? 'none',
      expected: accepted.join(', '),
    });
}

function resolveCrypto(given: VerificationCrypto | undefined): VerificationCrypto {
  const crypto = given ?? (globalThis.crypto as Crypto | undefined);
  // Browsers have no crypto.subtle on pages that came over plain http.
  if (crypto?.subtle === undefined) throw optionsError('there is no WebCrypto here: a page needs https');
  return crypto;
}

function resolveTime(time: VerifyAttestationOptions['time']): number | 'document' {
  if (time === undefined || time === 'now') return Date.now();
  return time instanceof Date ? time.getTime() : time;
}

function derOfRoot(root: Uint8Array | string): Uint8Array[] {
  return typeof root === 'string' ? decodePemCertificates(root) : [root];
}

async function resolvePcrs(
  options: VerifyAttestationOptions,
  crypto: VerificationCrypto,
): Promise<ReadonlyMap<number, BytesExpectation>> {
  const { pcrs = {}, role, account, instance } = options;
  const expected = new Map<number, BytesExpectation>();
  const entries = pcrs instanceof Map ? [...pcrs] : Object.entries(pcrs as Record<string, PcrExpectation>);
  for (const [name, expectation] of entries) expected.set(indexOf(name), inBytes(name, expectation));
  if (account !== undefined) requireAccount(account, role);
  for (const [index, what, value, form] of [
    [ROLE_PCR, 'role', role, ROLE],
    [INSTANCE_PCR, 'instance', instance, INSTANCE],
  ] as const) {
    if (value === undefined) continue;
    if (value.length > LONGEST_NAME || !form.test(value)) throw optionsError(`the ${what} has another form`);
    if (expected.has(index)) throw optionsError(`PCR${index} and the ${what} are the same thing said twice`);
    expected.set(index, await pcrOfName(value, crypto));
  }
  return expected;
}

function requireAccount(account: string, role: string | undefined): void {
  if (!ACCOUNT.test(account)) throw optionsError('an account has twelve digits');
  if (role === undefined)
    throw optionsError('no certificate names an account: name the role of the instance, and PCR3 tells');
  if (ROLE.exec(role)?.[1] !== account) throw optionsError('the role is of another account');
}

/** PCR3 and PCR4 hold the names themselves. Source: AWS, "Where to get an enclave's measurements". */
async function pcrOfName(name: string, crypto: VerificationCrypto): Promise<Uint8Array> {
  return sha384Of(crypto)(concatBytes(emptyPcr(), new TextEncoder().encode(name)));
}

function indexOf(name: number | string): number {
  const index = typeof name === 'number' ? name : /^[0-9]{1,2}$/.test(name) ? Number(name) : Number.NaN;
  if (!Number.isInteger(index) || index < 0 || index >= PCR_COUNT)
    throw optionsError(`there is no PCR ${name}`);
  return index;
}

function inBytes(name: number | string, expectation: PcrExpectation): BytesExpectation {
  if (typeof expectation === 'function') return expectation;
  if (typeof expectation === 'string' || expectation instanceof Uint8Array)
    return valueInBytes(name, expectation);
  if (!Array.isArray(expectation)) throw optionsError(`PCR${name} is expected to be nothing that it can be`);
  return expectation.map((value: PcrValue) => valueInBytes(name, value));
}

function valueInBytes(name: number | string, value: PcrValue): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : value;
  if (!(bytes instanceof Uint8Array)) throw optionsError(`the value for PCR${name} is no hexadecimal`);
  return bytes;
}

function optionsError(reason: string): TruceError {
  return new TruceError('ATTESTATION_OPTIONS_INVALID', { reason });
}
