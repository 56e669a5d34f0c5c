/**
 * `CiphertextForRecipient`: a CMS ContentInfo with EnvelopedData for one recipient (RFC 5652 section 6, RFC 4055 section 4.1),
 * read as KMS writes it and no more generously: RSAES-OAEP with SHA-256 and AES-256-CBC. The content comes in three shapes:
 * one primitive [0], or a constructed one with one or several OCTET STRINGs.
 */
import { concatBytes, equalBytes } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import { DerTag, readDer } from '../../../proto/x509/der.ts';
import { derObjectIdentifier } from '../../../proto/x509/der-writer.ts';
import { BerReader, BerTag, envelopeError } from './ber-reader.ts';

/** KMS's own bound is 6144 (API reference, CiphertextForRecipient). */
export const LONGEST_ENVELOPE = 6144;
export const AES_BLOCK_BYTES = 16;
/** The modulus of RSA-2048. */
export const RSA_BYTES = 256;
const LONGEST_KEY_IDENTIFIER = 64;

/** Sources: RFC 5652 sections 4 and 6, RFC 8017 appendix A.2, RFC 5754 section 2.2, RFC 3565 section 4.1. */
const oid = (dotted: string) => readDer(derObjectIdentifier(dotted), DerTag.OBJECT_IDENTIFIER).content;
const ENVELOPED_DATA = oid('1.2.840.113549.1.7.3');
const DATA = oid('1.2.840.113549.1.7.1');
const RSAES_OAEP = oid('1.2.840.113549.1.1.7');
const MGF1 = oid('1.2.840.113549.1.1.8');
const SHA256 = oid('2.16.840.1.101.3.4.2.1');
const AES_256_CBC = oid('2.16.840.1.101.3.4.1.42');
/** CMSVersion of EnvelopedData without originator or attributes but with a key identifier, and of that recipient. */
const VERSION = 2;

/** The parts, none of them judged yet. */
export interface Envelope {
  /** 256 bytes. */
  readonly encryptedKey: Uint8Array;
  /** 16 bytes. */
  readonly initialVector: Uint8Array;
  /** Whole blocks, one at least. */
  readonly encryptedContent: Uint8Array;
}

/** Errors: KMS_ANSWER_TOO_LARGE, KMS_ENVELOPE_INVALID, KMS_ENVELOPE_ALGORITHM. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > LONGEST_ENVELOPE)
    throw new TruceError('KMS_ANSWER_TOO_LARGE', { limit: LONGEST_ENVELOPE });
  const input = BerReader.of(bytes);
  const contentInfo = input.enter(BerTag.SEQUENCE, 'ContentInfo');
  requireIdentifier(contentInfo, ENVELOPED_DATA, 'the content type');
  const explicit = contentInfo.enter(BerTag.CONTEXT_0, 'content');
  contentInfo.end('ContentInfo');
  const enveloped = explicit.enter(BerTag.SEQUENCE, 'EnvelopedData');
  explicit.end('content');
  requireVersion(enveloped, 'EnvelopedData');
  const recipients = enveloped.enter(BerTag.SET, 'set of recipients');
  const encryptedKey = readRecipient(recipients.enter(BerTag.SEQUENCE, 'recipient'));
  recipients.end('the set of recipients');
  const content = readContent(enveloped.enter(BerTag.SEQUENCE, 'EncryptedContentInfo'));
  enveloped.end('EnvelopedData');
  return { encryptedKey, ...content };
}

/** KeyTransRecipientInfo. Its key identifier is KMS's own affair: there is but one key that it can be. */
function readRecipient(recipient: BerReader): Uint8Array {
  requireVersion(recipient, 'the recipient');
  const identifier = recipient.bytes(BerTag.CONTEXT_0_PRIMITIVE, 'key identifier');
  if (identifier.length > LONGEST_KEY_IDENTIFIER) throw envelopeError('the key identifier is too long');
  requireOaepSha256(recipient.enter(BerTag.SEQUENCE, 'algorithm of the key'));
  const encryptedKey = recipient.bytes(BerTag.OCTET_STRING, 'encrypted key');
  recipient.end('the recipient');
  if (encryptedKey.length !== RSA_BYTES)
    throw envelopeError(`the encrypted key is not of ${RSA_BYTES} bytes`);
  return encryptedKey;
}

/** RSAES-OAEP-params with both functions said, SHA-256 each, and no label. */
function requireOaepSha256(algorithm: BerReader): void {
  requireIdentifier(algorithm, RSAES_OAEP, 'the algorithm of the key');
  // What is left out would be SHA-1 (RFC 8017, appendix A.2.1).
  if (!algorithm.at(BerTag.SEQUENCE)) throw otherAlgorithm('RSAES-OAEP without parameters');
  const parameters = algorithm.enter(BerTag.SEQUENCE, 'parameters of RSAES-OAEP');
  algorithm.end('the algorithm of the key');
  if (!parameters.at(BerTag.CONTEXT_0)) throw otherAlgorithm('the hash of RSAES-OAEP');
  requireSha256(parameters.enter(BerTag.CONTEXT_0, 'hash of RSAES-OAEP'), 'the hash of RSAES-OAEP');
  if (!parameters.at(BerTag.CONTEXT_1)) throw otherAlgorithm('the mask of RSAES-OAEP');
  const explicit = parameters.enter(BerTag.CONTEXT_1, 'mask of RSAES-OAEP');
  const mask = explicit.enter(BerTag.SEQUENCE, 'mask of RSAES-OAEP');
  explicit.end('the mask of RSAES-OAEP');
  requireIdentifier(mask, MGF1, 'the mask of RSAES-OAEP');
  requireSha256(mask, 'the hash of MGF1');
  if (!parameters.atEnd) throw otherAlgorithm('a label of RSAES-OAEP');
}

/** The one AlgorithmIdentifier left in `outer`: SHA-256, its parameters NULL or absent (RFC 5754 section 2). */
function requireSha256(outer: BerReader, what: string): void {
  const algorithm = outer.enter(BerTag.SEQUENCE, 'hash algorithm');
  outer.end(what);
  requireIdentifier(algorithm, SHA256, what);
  if (!algorithm.atEnd && algorithm.bytes(BerTag.NULL, 'NULL').length !== 0)
    throw envelopeError('a NULL with bytes');
  algorithm.end(what);
}

function readContent(info: BerReader): Pick<Envelope, 'initialVector' | 'encryptedContent'> {
  requireIdentifier(info, DATA, 'the type of what is encrypted');
  const algorithm = info.enter(BerTag.SEQUENCE, 'algorithm of the content');
  requireIdentifier(algorithm, AES_256_CBC, 'the algorithm of the content');
  const initialVector = algorithm.bytes(BerTag.OCTET_STRING, 'initial vector');
  algorithm.end('the algorithm of the content');
  if (initialVector.length !== AES_BLOCK_BYTES) throw envelopeError('the initial vector is not of 16 bytes');
  const encryptedContent = readOctets(info);
  info.end('EncryptedContentInfo');
  if (encryptedContent.length === 0 || encryptedContent.length % AES_BLOCK_BYTES !== 0)
    throw envelopeError('the content is not of whole blocks');
  return { initialVector, encryptedContent };
}

/** `[0] IMPLICIT OCTET STRING`, which BER lets a writer give whole or in parts. */
function readOctets(info: BerReader): Uint8Array {
  if (info.at(BerTag.CONTEXT_0_PRIMITIVE)) return info.bytes(BerTag.CONTEXT_0_PRIMITIVE, 'content');
  const parts: Uint8Array[] = [];
  const reader = info.enter(BerTag.CONTEXT_0, 'content');
  while (!reader.atEnd) parts.push(reader.bytes(BerTag.OCTET_STRING, 'part of the content'));
  return concatBytes(...parts);
}

function requireIdentifier(reader: BerReader, expected: Uint8Array, what: string): void {
  if (!equalBytes(reader.bytes(BerTag.OBJECT_IDENTIFIER, what), expected)) throw otherAlgorithm(what);
}

function requireVersion(reader: BerReader, what: string): void {
  if (!equalBytes(reader.bytes(BerTag.INTEGER, `version of ${what}`), Uint8Array.of(VERSION)))
    throw envelopeError(`${what} is of another version`);
}

function otherAlgorithm(what: string): TruceError {
  return new TruceError('KMS_ENVELOPE_ALGORITHM', { what });
}
