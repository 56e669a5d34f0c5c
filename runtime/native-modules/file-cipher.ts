/** AES-128 over the bytes of a file as they pass. The context that holds the key is OpenSSL's, which clears it. */
import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import type { CipherRequest } from '../../proto/native-modules/requests.ts';

export const TAG_BYTES = 16;
const TAGGED = { authTagLength: TAG_BYTES };
const NOTHING = new Uint8Array(0);

/** What was to be deciphered is not what was enciphered with that key, vector and data. */
export class NotAuthentic extends Error {
  override readonly name = 'NotAuthentic';
}

/** How many bytes at the input's end are no text, but its tag. */
export function tagLength({ mode, encrypt }: Pick<CipherRequest, 'mode' | 'encrypt'>): number {
  return mode === 'gcm' && !encrypt ? TAG_BYTES : 0;
}

export class FileCipher {
  readonly #cipher: Cipher | Decipher;
  readonly #opens: boolean;
  /** What comes behind the text. */
  readonly #tag: () => Uint8Array;

  /** `tag`: the input's last bytes, as many as `tagLength` says. */
  constructor(request: CipherRequest, tag: Uint8Array) {
    const { mode, key, iv, aad, encrypt } = request;
    this.#opens = mode === 'gcm' && !encrypt;
    this.#tag = () => NOTHING;
    if (mode === 'ctr') {
      this.#cipher = (encrypt ? createCipheriv : createDecipheriv)('aes-128-ctr', key, iv);
    } else if (encrypt) {
      const cipher = createCipheriv('aes-128-gcm', key, iv, TAGGED).setAAD(aad);
      this.#cipher = cipher;
      this.#tag = () => cipher.getAuthTag();
    } else this.#cipher = createDecipheriv('aes-128-gcm', key, iv, TAGGED).setAAD(aad).setAuthTag(tag);
  }

  /** As many bytes as it is given. What is deciphered counts for nothing before `finish` has returned. */
  update(piece: Uint8Array): Uint8Array {
    return this.#cipher.update(piece);
  }

  /** What comes behind the last piece: a tag, or nothing. @throws NotAuthentic */
  finish(): Uint8Array {
    try {
      this.#cipher.final();
    } catch (cause) {
      throw this.#opens ? new NotAuthentic('the tag does not verify', { cause }) : cause;
    }
    return this.#tag();
  }
}

/** Loads both ciphers while things can be loaded. */
export function warmUpCiphers(): void {
  const key = new Uint8Array(16);
  const request = { key, iv: key, aad: NOTHING, inputPath: '', outputPath: '' };
  for (const mode of ['gcm', 'ctr'] as const) {
    const cipher = new FileCipher({ ...request, mode, encrypt: true }, NOTHING);
    const enciphered = cipher.update(key);
    const decipher = new FileCipher({ ...request, mode, encrypt: false }, cipher.finish());
    decipher.update(enciphered);
    decipher.finish();
  }
}
