/** What may go into a request to KMS: nothing that a header or a log could mistake, and nothing that KMS would refuse anyway. */
import { TruceError } from '../../../proto/errors.ts';
import type { AwsCredentials } from './signature-v4.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

/** Source: AWS KMS API reference, lengths of KeyId and CiphertextBlob; "Encryption context" (8192 characters in all). */
export const LONGEST_KEY_ID = 2048;
export const LONGEST_CIPHERTEXT = 6144;
const LONGEST_CONTEXT = 8192;
const MOST_BYTES = 1024;
/** Session tokens have no stated bound; those seen have a few hundred characters to two thousand. */
const LONGEST_CREDENTIAL = 8192;
const LONGEST_HOST = 253;
/** What UTF-8 cannot say. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** KMS's name in a region. Source: AWS General Reference, "AWS Key Management Service endpoints". */
export function endpointHost(region: string): string {
  return `kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

export function requireRegion(region: string): void {
  if (!/^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/.test(region)) throw invalid('this is no region');
}

export function requireHost(host: string, port: number): void {
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const dnsName = new RegExp(`^(?=.*[a-z])${label}(?:\\.${label})*$`);
  if (host.length > LONGEST_HOST || !dnsName.test(host)) throw invalid('the endpoint is no DNS name');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('the endpoint has no port');
}

export function requireKeyId(keyId: string): void {
  if (keyId.length > LONGEST_KEY_ID || !/^[\x21-\x7e]+$/.test(keyId))
    throw invalid('this is no id, ARN or alias of a key');
}

/**
 * One key of one account, whoever asks. An id or an alias is looked up in the account that the credentials are of: their
 * giver could have it mean a key of its own.
 */
export function requireKeyArn(keyId: string, region: string): void {
  requireKeyId(keyId);
  if (/^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/.exec(keyId)?.[1] !== region)
    throw invalid(`this is no ARN of a key in ${region}`);
}

export function requireByteCount(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST_BYTES)
    throw invalid(`KMS makes 1 to ${MOST_BYTES} bytes`);
}

export function requireCiphertext(ciphertext: Uint8Array): void {
  if (ciphertext.length < 1 || ciphertext.length > LONGEST_CIPHERTEXT)
    throw invalid(`a ciphertext has 1 to ${LONGEST_CIPHERTEXT} bytes`);
}

/** The context as it was when it was checked. */
export function requireContext(context: EncryptionContext): EncryptionContext {
  const entries = Object.entries(context);
  let length = 0;
  for (const [name, value] of entries) {
    if (typeof value !== 'string') throw invalid('an encryption context has texts alone');
    if (LONE_SURROGATE.test(name) || LONE_SURROGATE.test(value))
      throw invalid('a text of the encryption context is no Unicode');
    length += name.length + value.length;
  }
  if (length > LONGEST_CONTEXT)
    throw invalid(`an encryption context has up to ${LONGEST_CONTEXT} characters`);
  return Object.fromEntries(entries);
}

/** @throws TruceError KMS_CREDENTIALS_INVALID, which says nothing of what they are */
export function requireCredentials({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): void {
  const parts: [string, string | undefined][] = [
    ['access key id', accessKeyId],
    ['secret access key', secretAccessKey],
    ['session token', sessionToken],
  ];
  for (const [name, value] of parts) {
    if (value === undefined && name === 'session token') continue;
    if (typeof value !== 'string' || value.length > LONGEST_CREDENTIAL || !/^[\x21-\x7e]+$/.test(value))
      throw new TruceError('KMS_CREDENTIALS_INVALID', { reason: `the ${name} is not of visible characters` });
  }
  // They end the field that the id is in.
  if (/[/,=]/.test(accessKeyId))
    throw new TruceError('KMS_CREDENTIALS_INVALID', { reason: 'the access key id holds a separator' });
}

function invalid(reason: string): TruceError {
  return new TruceError('KMS_REQUEST_INVALID', { reason });
}
