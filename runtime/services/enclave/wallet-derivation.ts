/** BIP-32: every key of a hierarchy follows from one seed and a path. Source: bitcoin/bips, bip-0032. */
import { HDKey } from '@scure/bip32';

/** BIP-44 takes five steps; a hierarchy that is deeper than this one is a mistake. */
export const DEEPEST_PATH = 10;
const HARDENED = 0x8000_0000;
/** Ten digits and an apostrophe for each step. */
export const LONGEST_PATH = 1 + DEEPEST_PATH * 12;

/** The numbers of the steps, hardened ones from 2^31 up; undefined where the text is no path from the root. */
export function readDerivationPath(text: string): number[] | undefined {
  const [root, ...steps] = text.split('/');
  if (root !== 'm' || steps.length > DEEPEST_PATH) return undefined;
  const numbers: number[] = [];
  for (const step of steps) {
    const match = /^(0|[1-9]\d{0,9})(['hH]?)$/.exec(step);
    if (match === null || Number(match[1]) >= HARDENED) return undefined;
    numbers.push(Number(match[1]) + (match[2] === '' ? 0 : HARDENED));
  }
  return numbers;
}

export interface DerivedKey {
  /** 32 bytes, cleared when the work is done. */
  readonly privateKey: Uint8Array;
  /** `xpub...`: all public keys below that are not hardened follow from it. */
  readonly extendedPublicKey: string;
}

/** Derives a key, does the work with it, and clears what it went by. */
export function withDerivedKey<T>(
  seed: Uint8Array,
  path: readonly number[],
  work: (key: DerivedKey) => T,
): T {
  let node = HDKey.fromMasterSeed(seed);
  try {
    for (const step of path) {
      const child = node.deriveChild(step);
      node.wipePrivateData();
      node = child;
    }
    const { privateKey, publicExtendedKey } = node;
    // Only a node without private data has none.
    if (privateKey === null) throw new RangeError('a node of a hierarchy has no private key');
    try {
      return work({ privateKey, extendedPublicKey: publicExtendedKey });
    } finally {
      privateKey.fill(0);
    }
  } finally {
    node.wipePrivateData();
  }
}
