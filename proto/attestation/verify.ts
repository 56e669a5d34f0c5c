/**
 * Verification of attestation documents: what a client does before it sends anything, and what decides whether it may.
 * Nothing is believed before the signature chain has been followed to a root that the caller trusts.
 */
import { TruceError } from '../errors.ts';
import {
  type Chain,
  chainIdentity,
  importKeyOf,
  inspectChain,
  requireTrustedRoot,
  requireValidity,
  type VerifiedChain,
  verifyChainSignatures,
} from './chain.ts';
import type { VerifiedChainCache } from './chain-cache.ts';
import { type CoseSign1, decodeCoseSign1, requireEs384, signedBytes } from './cose-sign1.ts';
import { sha384Of, type VerificationCrypto, verifyEs384 } from './crypto.ts';
import { type AttestationDocument, decodeDocument } from './document.ts';
import { isEmulatorMessage, requireEmulatorShape } from './emulator.ts';
import { type Expectations, requireExpectations, requireExpected } from './expectations.ts';
import { isDebug } from './measurements.ts';
import { awsNitroRoots } from './roots.ts';

/** Leaf certificates live three hours, so no document is good for longer. */
export const DEFAULT_MAXIMUM_AGE = 3 * 60 * 60 * 1000;
export const DEFAULT_MAXIMUM_SKEW = 5 * 60 * 1000;

export interface VerificationOptions extends Expectations {
  readonly crypto: VerificationCrypto;
  /** When to judge validity, in milliseconds since 1970; 'document' believes the document's own time (for archives). */
  readonly time: number | 'document';
  /** How far the document's time may lie behind `time`, in milliseconds; 3 h unless told. Not for 'document'. */
  readonly maximumAge?: number;
  /** How far it may lie ahead, in milliseconds; 5 min unless told. Not for 'document'. */
  readonly maximumSkew?: number;
  /** DER of the only roots to trust, in place of AWS's. */
  readonly roots?: readonly Uint8Array[];
  /** Accept exactly QEMU's unsigned documents and no others. Excludes `roots`. */
  readonly trust?: 'qemu-emulator';
  /** Chains that were verified before. */
  readonly cache?: VerifiedChainCache;
}

/** What a document proves, where `signed`; what an emulator claims, where not. */
export interface AttestationFacts {
  readonly signed: boolean;
  readonly document: AttestationDocument;
  readonly debug: boolean;
  /** The chain that was followed; undefined for the emulator. */
  readonly chain: Chain | undefined;
}

/**
 * Verifies a document of at most 16 KiB.
 *
 * Errors, all TruceError: CBOR_INVALID, DER_INVALID, CERTIFICATE_INVALID and the ATTESTATION_ codes.
 */
export async function verifyAttestation(
  bytes: Uint8Array,
  options: VerificationOptions,
): Promise<AttestationFacts> {
  requireOptions(options);
  // A copy: what is checked and what is returned stays the same, whatever becomes of the caller's buffer meanwhile.
  const message = decodeCoseSign1(new Uint8Array(bytes));
  const emulator = options.trust === 'qemu-emulator';
  if (!emulator) requireSigned(message);
  const document = decodeDocument(message.payload);
  let chain: Chain | undefined;
  if (emulator) requireEmulatorShape(message, document);
  else chain = await authenticate(message, document, options);
  requireFresh(document, options);
  await requireExpected(document, options, sha384Of(options.crypto));
  return { signed: chain !== undefined, document, debug: isDebug(document.pcrs), chain };
}

function requireOptions(options: VerificationOptions): void {
  const { time, maximumAge, maximumSkew, roots, trust } = options;
  if (time !== 'document' && !Number.isFinite(time))
    throw optionsError('the time is no number of milliseconds');
  for (const bound of [maximumAge, maximumSkew])
    if (bound !== undefined && !(bound >= 0)) throw optionsError('a bound on the age is negative');
  if (trust !== undefined && trust !== 'qemu-emulator') throw optionsError('unknown kind of trust');
  if (trust !== undefined && roots !== undefined) throw new TruceError('ATTESTATION_TRUST_CONFLICT');
  if (roots?.length === 0) throw optionsError('no trust root');
  requireExpectations(options);
}

function requireSigned(message: CoseSign1): void {
  if (isEmulatorMessage(message)) throw new TruceError('ATTESTATION_UNSIGNED');
  requireEs384(message);
}

/** Follows the chain to a trusted root and checks the document's signature with the leaf's key. */
async function authenticate(
  message: CoseSign1,
  document: AttestationDocument,
  options: VerificationOptions,
): Promise<VerifiedChain> {
  const { crypto, cache } = options;
  const root = requireTrustedRoot(document, options.roots ?? awsNitroRoots());
  const time = options.time === 'document' ? document.timestamp : options.time;
  const identity = cache === undefined ? '' : await chainIdentity(document, crypto);
  const known = cache?.get(identity);
  const chain = known ?? inspectChain(document, root);
  requireValidity(chain, time);
  const leafKey = known?.leafKey ?? (await importKeyOf(chain.leaf, crypto));
  // Side by side, as the checks are independent; the chain is judged first, so that the answer never hangs on timing.
  const [chainResult, messageResult] = await Promise.allSettled([
    known === undefined ? verifyChainSignatures(chain, crypto) : undefined,
    verifyEs384(crypto, leafKey, message.signature, signedBytes(message)),
  ]);
  if (chainResult.status === 'rejected') throw chainResult.reason;
  if (messageResult.status === 'rejected') throw messageResult.reason;
  const verified = known ?? { ...chain, leafKey };
  // The chain is good whatever becomes of the document.
  if (known === undefined) cache?.set(identity, verified);
  if (messageResult.value !== true) throw new TruceError('ATTESTATION_SIGNATURE');
  return verified;
}

function requireFresh(document: AttestationDocument, options: VerificationOptions): void {
  if (options.time === 'document') return;
  const age = options.time - document.timestamp;
  const maximumAge = options.maximumAge ?? DEFAULT_MAXIMUM_AGE;
  const maximumSkew = options.maximumSkew ?? DEFAULT_MAXIMUM_SKEW;
  if (age > maximumAge) throw new TruceError('ATTESTATION_TOO_OLD', { age, limit: maximumAge });
  if (-age > maximumSkew)
    throw new TruceError('ATTESTATION_FROM_FUTURE', { ahead: -age, limit: maximumSkew });
}

function optionsError(reason: string): TruceError {
  return new TruceError('ATTESTATION_OPTIONS_INVALID', { reason });
}
