/**
 * The user_data of a document for KMS: `truce/kms/v1` || NUL || the instance id. The document's public_key is the RSA key
 * that KMS is to encrypt its answer to. KMS itself does not read user_data: the tag keeps the document from passing for
 * anything else, and what was made for anything else from passing here.
 */
import { TruceError } from '../errors.ts';
import { encodePurpose, requirePurpose } from './purpose.ts';

const INSTANCE_ID_BYTES = 16;

/** RangeError: the instance id has other than 16 bytes. */
export function encodeKmsPurpose(instanceId: Uint8Array): Uint8Array {
  if (instanceId.length !== INSTANCE_ID_BYTES) throw new RangeError('an instance id has 16 bytes');
  return encodePurpose('truce/kms/v1', instanceId);
}

/** The instance id, a view. ATTESTATION_PURPOSE: user_data is for something else, or not of that form. */
export function decodeKmsPurpose(userData: Uint8Array | undefined): Uint8Array {
  const instanceId = requirePurpose(userData, 'truce/kms/v1');
  if (instanceId.length !== INSTANCE_ID_BYTES)
    throw new TruceError('ATTESTATION_PURPOSE', { expected: 'truce/kms/v1 of 16 bytes' });
  return instanceId;
}
