/**
 * A Nitro security module in software: the requests and answers of /dev/nsm, and documents signed like AWS's under a
 * root of this machine's own. It is for the process launcher only, outside every image; a verifier accepts its documents
 * only where its root is named.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  ES384,
  encodeCoseSign1,
  protectedHeaderFor,
  signedBytes,
} from '../../proto/attestation/cose-sign1.ts';
import { PCR_COUNT, PCR_LENGTH } from '../../proto/attestation/document.ts';
import type { CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import { TruceError } from '../../proto/errors.ts';
import {
  decodeNsmRequest,
  encodeNsmResponse,
  type NsmErrorName,
  type NsmRequest,
  type NsmResponse,
} from '../../proto/nsm.ts';
import { PcrBank } from './pcr-bank.ts';
import type { SigningChain } from './simulator-chain.ts';
import type { SimulatedIdentity } from './simulator-names.ts';

export interface NsmSimulatorOptions {
  readonly identity: SimulatedIdentity;
  /** PCR0 to 2 and, where there is one, PCR8: 48 bytes each. */
  readonly measurements: ReadonlyMap<number, Uint8Array>;
  readonly chain: { at(now: number): Promise<SigningChain> };
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the device of AWS and QEMU's call themselves. */
const VERSION = [1, 0, 0] as const;
const DIGEST = 'SHA384';
/** Bytes that one GetRandom gives. */
const RANDOM_BYTES = 256;
/** PCR4 is the extension of the parent instance's id. */
const INSTANCE_PCR = 4;

export class NsmSimulator {
  readonly #options: NsmSimulatorOptions;
  readonly #pcrs: PcrBank;

  constructor(options: NsmSimulatorOptions) {
    this.#options = options;
    const instance = createHash('sha384')
      .update(new Uint8Array(PCR_LENGTH))
      .update(options.identity.instanceId, 'ascii')
      .digest();
    this.#pcrs = new PcrBank(new Map([...options.measurements, [INSTANCE_PCR, new Uint8Array(instance)]]));
  }

  /** Answers one encoded request. What cannot be read is answered with an Error, as the device does. */
  async answer(request: Uint8Array): Promise<Uint8Array> {
    return encodeNsmResponse(await this.#respond(request));
  }

  async #respond(bytes: Uint8Array): Promise<NsmResponse> {
    let request: NsmRequest;
    try {
      request = decodeNsmRequest(bytes);
    } catch (error) {
      if (!(error instanceof TruceError)) throw error;
      return failure(error.code === 'NSM_TOO_LARGE' ? 'InputTooLarge' : 'InvalidOperation');
    }
    switch (request.type) {
      case 'DescribeNSM':
        return {
          type: 'DescribeNSM',
          version: VERSION,
          moduleId: this.#options.identity.moduleId,
          maximumPcrs: PCR_COUNT,
          lockedPcrs: [...this.#pcrs.locked().keys()],
          digest: DIGEST,
        };
      case 'GetRandom':
        return { type: 'GetRandom', random: new Uint8Array(randomBytes(RANDOM_BYTES)) };
      case 'DescribePCR': {
        const described = this.#pcrs.describe(request.index);
        return typeof described === 'string' ? failure(described) : { type: 'DescribePCR', ...described };
      }
      case 'ExtendPCR': {
        const data = this.#pcrs.extend(request.index, request.data);
        return typeof data === 'string' ? failure(data) : { type: 'ExtendPCR', data };
      }
      case 'LockPCR':
        return done(request.type, this.#pcrs.lock(request.index));
      case 'LockPCRs':
        return done(request.type, this.#pcrs.lockBelow(request.range));
      case 'Attestation':
        return { type: 'Attestation', document: await this.#document(request) };
    }
  }

  async #document(request: Extract<NsmRequest, { readonly type: 'Attestation' }>): Promise<Uint8Array> {
    const now = this.#options.now();
    const { cabundle, certificate, key } = await this.#options.chain.at(now);
    const fields: [string, CborValue][] = [
      ['module_id', this.#options.identity.moduleId],
      ['digest', DIGEST],
      ['timestamp', now],
      ['pcrs', this.#pcrs.locked()],
      ['certificate', certificate],
      ['cabundle', cabundle],
      // Always there, null where nothing was asked: so are AWS's.
      ['public_key', request.publicKey ?? null],
      ['user_data', request.userData ?? null],
      ['nonce', request.nonce ?? null],
    ];
    const message = { protectedHeader: protectedHeaderFor(ES384), payload: encodeCbor(new Map(fields)) };
    // WebCrypto's form of a signature is COSE's: r and s one after the other.
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-384' },
      key,
      new Uint8Array(signedBytes(message)),
    );
    return encodeCoseSign1({ ...message, signature: new Uint8Array(signature) });
  }
}

function done(type: 'LockPCR' | 'LockPCRs', error: NsmErrorName | undefined): NsmResponse {
  return error === undefined ? { type } : failure(error);
}

function failure(error: NsmErrorName): NsmResponse {
  return { type: 'Error', error };
}
