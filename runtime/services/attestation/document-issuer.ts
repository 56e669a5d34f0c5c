/**
 * Documents for callers, one after the other and no faster than their rate: the parties' own documents come from the same
 * module, and wait for one of these at most.
 */
import { TruceError } from '../../../proto/errors.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import type { AttestedKey, AttestedKeys } from './attested-keys.ts';
import { callersField, callersUserData } from './caller-user-data.ts';
import type { WantedDocument } from './service-request.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

export interface IssuerOptions {
  readonly nsm: Pick<NitroSecureModule, 'attest'>;
  readonly keys: AttestedKeys;
  /** Documents. */
  readonly rate?: Rate;
  /** Callers that may wait for theirs. */
  readonly waiting?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic?: () => number;
}

export interface IssuedDocument {
  readonly document: Uint8Array;
  /** The key that it speaks for, where one was asked for. */
  readonly key: AttestedKey | undefined;
}

const RATE: Rate = { burst: 128, aSecond: 32 };
const MOST_WAITING = 64;
/** What somebody is told to wait where it is for others, and nobody knows how long the module takes for them. */
const RETRY_MILLISECONDS = 1000;

export class DocumentIssuer {
  readonly #nsm: Pick<NitroSecureModule, 'attest'>;
  readonly #keys: AttestedKeys;
  readonly #bucket: TokenBucket;
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ nsm, keys, rate = RATE, waiting = MOST_WAITING, monotonic }: IssuerOptions) {
    this.#nsm = nsm;
    this.#keys = keys;
    this.#most = waiting;
    this.#bucket = new TokenBucket(rate, monotonic ?? (() => performance.now()));
  }

  /**
   * A document with what is wanted, in its turn.
   * @param gone whether nobody waits for it any more; asked when the turn comes
   * @throws TruceError ATTESTATION_LIMIT {milliseconds}, MESSAGE_INVALID, USER_DATA_REFUSED, those of the module;
   *   undefined where the caller had gone
   */
  async issue(wanted: WantedDocument, gone: () => boolean): Promise<IssuedDocument | undefined> {
    if (this.#waiting >= this.#most) throw limit(RETRY_MILLISECONDS);
    const wait = this.#bucket.take();
    if (wait > 0) throw limit(wait);
    this.#waiting++;
    const issued = this.#last.then(() => (gone() ? undefined : this.#make(wanted)));
    // The next one's turn comes whether this one succeeds or not; its own caller hears of a failure.
    this.#last = issued.catch(() => undefined);
    try {
      return await issued;
    } finally {
      this.#waiting--;
    }
  }

  async #make({ userData, nonce, generateKey }: WantedDocument): Promise<IssuedDocument> {
    const fields = {
      ...(userData === null ? {} : { userData: callersUserData(userData) }),
      ...(nonce === null ? {} : { nonce: callersField('nonce', nonce) }),
    };
    if (!generateKey) return { document: await this.#nsm.attest(fields), key: undefined };
    const key = await this.#keys.create();
    try {
      return { document: await this.#nsm.attest({ ...fields, publicKey: key.publicKey }), key };
    } catch (error) {
      this.#keys.discard(key.id);
      throw error;
    }
  }
}

function limit(milliseconds: number): TruceError {
  return new TruceError('ATTESTATION_LIMIT', { milliseconds });
}
