/** Makes `CiphertextForRecipient` as KMS does, in each of the shapes that its answers have had; every part can be bent. */
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { concatBytes } from '../../proto/bytes.ts';
import { derElement, derExplicit, derObjectIdentifier, derOctetString } from '../../proto/x509/der-writer.ts';

export const CONTENT_SHAPES = ['primitive', 'one', 'several'] as const;
export type ContentShape = (typeof CONTENT_SHAPES)[number];

export interface EnvelopeParts {
  readonly shape: ContentShape;
  readonly version: number;
  readonly contentType: string;
  readonly keyAlgorithm: string;
  /** Of the parameters of RSAES-OAEP; undefined leaves the hash out. */
  readonly oaepHash: string | undefined;
  readonly maskHash: string;
  /** Further parameters of RSAES-OAEP. */
  readonly label: Uint8Array;
  readonly contentAlgorithm: string;
  readonly initialVector: Uint8Array;
  readonly encryptedKey: Uint8Array;
  readonly encryptedContent: Uint8Array;
  /** How often the recipient is there. */
  readonly recipients: number;
}

const SHA256 = '2.16.840.1.101.3.4.2.1';
const PART_BYTES = 1000;
const number = (value: number) => derElement(0x02, Uint8Array.of(value));
const indefinite = (tag: number, ...members: Uint8Array[]) =>
  concatBytes(Uint8Array.of(tag, 0x80), ...members, Uint8Array.of(0, 0));
const algorithm = (identifier: string, parameters: Uint8Array = Uint8Array.of(0x05, 0x00)) =>
  derElement(0x30, derObjectIdentifier(identifier), parameters);

/** `key` is the content's, 32 random bytes unless told; `changed` replaces parts. */
export function makeEnvelope(
  publicKey: Uint8Array,
  content: Uint8Array,
  shape: ContentShape,
  changed: Partial<EnvelopeParts> = {},
  { key = randomBytes(32), oaepHash = 'sha256', padding = true } = {},
): Uint8Array {
  const initialVector = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', key.length === 32 ? key : randomBytes(32), initialVector);
  cipher.setAutoPadding(padding);
  const parts: EnvelopeParts = {
    shape,
    version: 2,
    contentType: '1.2.840.113549.1.7.3',
    keyAlgorithm: '1.2.840.113549.1.1.7',
    oaepHash: SHA256,
    maskHash: SHA256,
    label: new Uint8Array(0),
    contentAlgorithm: '2.16.840.1.101.3.4.1.42',
    initialVector,
    encryptedKey: publicEncrypt(
      {
        key: createPublicKey({ key: Buffer.from(publicKey), type: 'spki', format: 'der' }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash,
      },
      key,
    ),
    encryptedContent: Buffer.concat([cipher.update(content), cipher.final()]),
    recipients: 1,
    ...changed,
  };
  return encode(parts);
}

function encode(parts: EnvelopeParts): Uint8Array {
  const parameters = derElement(
    0x30,
    parts.oaepHash === undefined ? new Uint8Array(0) : derExplicit(0, algorithm(parts.oaepHash)),
    derExplicit(1, algorithm('1.2.840.113549.1.1.8', algorithm(parts.maskHash))),
    parts.label,
  );
  const recipient = derElement(
    0x30,
    number(parts.version),
    derElement(0x80, randomBytes(32)),
    algorithm(parts.keyAlgorithm, parameters),
    derOctetString(parts.encryptedKey),
  );
  return indefinite(
    0x30,
    derObjectIdentifier(parts.contentType),
    indefinite(
      0xa0,
      indefinite(
        0x30,
        number(parts.version),
        derElement(0x31, ...Array.from({ length: parts.recipients }, () => recipient)),
        indefinite(
          0x30,
          derObjectIdentifier('1.2.840.113549.1.7.1'),
          algorithm(parts.contentAlgorithm, derOctetString(parts.initialVector)),
          encodeContent(parts),
        ),
      ),
    ),
  );
}

function encodeContent({ shape, encryptedContent }: EnvelopeParts): Uint8Array {
  if (shape === 'primitive') return derElement(0x80, encryptedContent);
  const size = shape === 'one' ? Math.max(encryptedContent.length, 1) : PART_BYTES;
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < encryptedContent.length; offset += size)
    pieces.push(derOctetString(encryptedContent.subarray(offset, offset + size)));
  return indefinite(0xa0, ...pieces);
}
