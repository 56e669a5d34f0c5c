/** The simulator's chain below its root, kept fresh: leaves live 3 h as on AWS, and what signs them a little longer. */
import { parseCertificate } from '../../proto/x509/certificate.ts';
import {
  type ChainLevel,
  type IssuedCertificate,
  issueForLevel,
  LIFETIME,
} from './simulator-certificates.ts';
import {
  instanceName,
  leafName,
  regionalName,
  rootName,
  type SimulatedIdentity,
  zonalName,
} from './simulator-names.ts';

/** What a document carries, and the key that signs it. */
export interface SigningChain {
  /** DER, root first. */
  readonly cabundle: readonly Uint8Array[];
  /** DER of the leaf. */
  readonly certificate: Uint8Array;
  readonly key: CryptoKey;
}

const LEVELS = ['root', 'regional', 'zonal', 'instance', 'leaf'] as const satisfies readonly ChainLevel[];

/** A leaf with less left is replaced: genuine documents are seen up to 2.4 h into their leaf's life. */
const LEAF_REMAINDER = 36 * 60_000;

export class SimulatorChain {
  readonly #identity: SimulatedIdentity;
  /** From the root down; only the root at first. */
  readonly #issued: IssuedCertificate[];
  #issuing: Promise<unknown> = Promise.resolve();

  constructor(
    root: { readonly certificateDer: Uint8Array; readonly key: CryptoKey },
    identity: SimulatedIdentity,
  ) {
    this.#identity = identity;
    const { certificateDer: der, key } = root;
    this.#issued = [{ der, certificate: parseCertificate(der), key }];
  }

  /** A chain that is good at `now` (milliseconds since 1970) and for a while after. */
  async at(now: number): Promise<SigningChain> {
    const issuing = this.#issuing.then(() => this.#renew(LEVELS.length - 1, now, LEAF_REMAINDER));
    this.#issuing = issuing.catch(() => undefined);
    await issuing;
    const authorities = this.#issued.slice(0, -1);
    const leaf = this.#issued.at(-1)!;
    return {
      cabundle: authorities.map(({ der }) => der),
      certificate: leaf.der,
      key: leaf.key,
    };
  }

  /** Makes the certificate at `depth` one that has `remainder` left, and every one above it one that outlives it. */
  async #renew(depth: number, now: number, remainder: number): Promise<void> {
    const current = this.#issued[depth];
    if (current !== undefined) {
      const { notBefore, notAfter } = current.certificate;
      // A clock that was set back makes a certificate that is not valid yet.
      if (notBefore <= now && notAfter - now >= remainder) return;
    }
    const level = LEVELS[depth]!;
    if (level === 'root') throw new RangeError("the simulator's root is about to expire");
    await this.#renew(depth - 1, now, LIFETIME[level]);
    // What hangs below was signed with the old key.
    this.#issued.length = depth;
    this.#issued.push(
      await issueForLevel({
        level,
        name: this.#name(level),
        issuer: this.#issued[depth - 1],
        now,
        extractable: false,
      }),
    );
  }

  #name(level: ChainLevel) {
    switch (level) {
      case 'root':
        return rootName();
      case 'regional':
        return regionalName();
      case 'zonal':
        return zonalName();
      case 'instance':
        return instanceName(this.#identity);
      case 'leaf':
        return leafName(this.#identity);
    }
  }
}
