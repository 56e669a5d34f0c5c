/** A stand-in for KMS with two keys, and an enclave whose documents and clock a test may have be others. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Test } from 'tap';
import { toHex } from '../../../proto/bytes.ts';
import type { AttestationRequest } from '../../../proto/nsm.ts';
import { KmsClient, type KmsClientOptions } from '../../../runtime/services/kms/kms-client.ts';
import { KmsRecipient } from '../../../runtime/services/kms/recipient.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { StandInKms, type StandInKmsSettings } from '../../support/stand-in-kms.ts';

const region = 'eu-west-1';
export const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/of+tests',
  sessionToken: 'a session',
};
export const whose = { ...credentials, sessionToken: 'session/token+of/tests==' };
export const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const foreignKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-12ab-34cd-56ef-1234567890ab';
export const encryptionContext = { policy: 'f00d', version: '7' };
const authority = await AttestationAuthority.create({ time: Date.now() });
const pcr = (index: number) => new Uint8Array(48).fill(index + 1);
export const pcrs = new Map([0, 1, 2, 16].map((index): [number, Uint8Array] => [index, pcr(index)]));

/** What the secure module says otherwise, and how far the enclave's clock is ahead of it; a new setting starts without. */
export const enclave: { says: Parameters<AttestationAuthority['document']>[0]; clockAhead: number } = {
  says: {},
  clockAhead: 0,
};

export const nsm = {
  attest: ({ userData, publicKey }: AttestationRequest = {}) =>
    authority.document({
      timestamp: Date.now(),
      pcrs,
      userData: userData ?? null,
      publicKey: publicKey ?? null,
      ...enclave.says,
    }),
};
export const instanceId = new Uint8Array(16).fill(0xe5);
export const recipient = await KmsRecipient.create({
  nsm,
  instanceId,
  now: () => Date.now() + enclave.clockAhead,
});

export interface Expected {
  readonly code: string;
  readonly details?: object;
}

interface Setting {
  readonly kms: StandInKms;
  readonly client: KmsClient;
  with(changed: Partial<KmsClientOptions>): KmsClient;
}

export async function setting(t: Test, changed: Partial<StandInKmsSettings> = {}): Promise<Setting> {
  enclave.says = {};
  enclave.clockAhead = 0;
  const kms = await StandInKms.start({
    region,
    credentials: whose,
    root: authority.root,
    keys: {
      [keyId]: { 0: toHex(pcr(0)), 16: toHex(pcr(16)) },
      [foreignKeyId]: { 0: toHex(pcr(0)), 16: toHex(pcr(5)) },
    },
    ...changed,
  });
  t.teardown(() => kms.close());
  const options: KmsClientOptions = {
    region,
    connect: () => dial(kms.port),
    recipient,
    credentials: () => whose,
    roots: [kms.certificate],
  };
  return {
    kms,
    client: new KmsClient(options),
    with: (changed) => new KmsClient({ ...options, ...changed }),
  };
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
