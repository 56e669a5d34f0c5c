/** An enclave that asks for a certificate, without the enclave: a key, its request, and documents under a root of the tests'. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import { TruceExtension, truceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { encodeCsrPurpose } from '../../proto/attestation/csr-purpose.ts';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { commonNameOnly, type ExtensionFields } from '../../proto/x509/certificate-writer.ts';
import { makeCertificationRequest } from '../../proto/x509/certification-request.ts';
import type { AttestationAuthority, DocumentFields } from './attestation-authority.ts';

const crypto = webcrypto as unknown as Crypto;
const sha384 = (data: Uint8Array) => new Uint8Array(createHash('sha384').update(data).digest());

export interface RequestParts {
  readonly extensions?: readonly ExtensionFields[];
  /** Signs in the place of the request's own key. */
  readonly signer?: KeyObject;
}

export class ProxyEnclave {
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  readonly instanceId = new Uint8Array(randomBytes(16));
  readonly policyHash: Uint8Array;
  readonly pcr0: Uint8Array;
  readonly #authority: AttestationAuthority;

  constructor(authority: AttestationAuthority, policyHash: Uint8Array, pcr0 = new Uint8Array(48).fill(1)) {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = keys.privateKey;
    this.publicKey = new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' }));
    this.policyHash = policyHash;
    this.pcr0 = pcr0;
    this.#authority = authority;
  }

  /** What a request of Truce's asks for. */
  get asked(): ExtensionFields[] {
    return [
      truceExtension(TruceExtension.POLICY_HASH, this.policyHash),
      truceExtension(TruceExtension.INSTANCE_ID, this.instanceId),
      truceExtension(TruceExtension.MEASUREMENT, this.pcr0),
    ];
  }

  request({ extensions = this.asked, signer = this.privateKey }: RequestParts = {}): Promise<Uint8Array> {
    return makeCertificationRequest(
      { subject: commonNameOnly('whatever it likes'), publicKey: this.publicKey, extensions },
      async (tbs) => new Uint8Array(sign('sha256', tbs, { key: signer, dsaEncoding: 'ieee-p1363' })),
    );
  }

  /** Registers with the policy locked in. */
  async pcrs(policyHash = this.policyHash): Promise<Map<number, Uint8Array>> {
    const zero = new Uint8Array(48);
    const image = Array.from({ length: 16 }, (_, index): [number, Uint8Array] => [index, zero]);
    const set = [0, 1, 2].map((index): [number, Uint8Array] => [
      index,
      index === 0 ? this.pcr0 : new Uint8Array(48).fill(index + 1),
    ]);
    return new Map([...image, ...set, [16, await policyPcr16(policyHash, sha384)]]);
  }

  /** A document in Truce's form for the request. */
  async document(
    nonce: Uint8Array,
    csr: Uint8Array,
    changed: Partial<DocumentFields> = {},
  ): Promise<Uint8Array> {
    return this.#authority.document({
      timestamp: Date.now(),
      pcrs: await this.pcrs(),
      nonce,
      publicKey: this.publicKey,
      userData: await encodeCsrPurpose(csr, this.instanceId, crypto),
      ...changed,
    });
  }
}

export interface Form {
  readonly token: Uint8Array;
  readonly csr: Uint8Array;
  readonly policyHash?: Uint8Array;
}

/** Speaks the REST form as its clients do. */
export async function startRest(
  url: string,
): Promise<{ readonly id: string; readonly nonce: Uint8Array; readonly status: number }> {
  const answer = await fetch(`${url}/proxy/v1/Start`, { method: 'POST' });
  const nonce = new Uint8Array(await answer.arrayBuffer());
  return { id: answer.headers.get('location') ?? '', nonce, status: answer.status };
}

export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
  /** Of a problem; empty where it is none. */
  readonly code: string;
}

export async function submitRest(
  url: string,
  id: string,
  { token, csr, policyHash }: Form,
  path = 'Nitro',
): Promise<RestAnswer> {
  const form = new FormData();
  form.set('token', Buffer.from(token).toString('base64'));
  form.set('csr', Buffer.from(csr).toString('base64'));
  if (policyHash !== undefined) form.set('policy_hash', Buffer.from(policyHash).toString('hex'));
  return readAnswer(await fetch(`${url}/proxy/v1/${path}/${id}`, { method: 'POST', body: form }));
}

export async function readAnswer(answer: Response): Promise<RestAnswer> {
  const body = new Uint8Array(await answer.arrayBuffer());
  const type = answer.headers.get('content-type') ?? '';
  const problem = type.startsWith('application/problem+json')
    ? (JSON.parse(new TextDecoder().decode(body)) as { code: string })
    : undefined;
  return { status: answer.status, type, body, code: problem?.code ?? '' };
}
