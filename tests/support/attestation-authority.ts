/**
 * A root of trust of the tests' own, shaped as AWS's: root, regional, zonal and instance authorities with path lengths
 * none, 2, 1, 0, and a leaf that signs documents. Every certificate can be bent, and any payload signed.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import {
  ES384,
  encodeCoseSign1,
  protectedHeaderFor,
  signedBytes,
} from '../../proto/attestation/cose-sign1.ts';
import { concatBytes } from '../../proto/bytes.ts';
import type { CborKey, CborValue } from '../../proto/cbor/values.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { subtle } = webcrypto;

/** The crypto argument of verifiers. */
export const nodeCrypto = webcrypto as unknown as Crypto;

export type Level = 'root' | 'regional' | 'zonal' | 'instance' | 'leaf';

/** What a certificate is made from; tests bend it. */
export interface CertificateShape {
  subject: string;
  issuer: string;
  notBefore: number;
  notAfter: number;
  extensions: Extension[];
  curve: 'P-256' | 'P-384';
  hash: 'SHA-256' | 'SHA-384';
}

export interface AuthorityOptions {
  /** About when documents will be made, milliseconds since 1970. */
  readonly time?: number;
  /** Changes a certificate's shape in place before it is issued. */
  readonly bend?: (shape: CertificateShape, level: Level) => void;
}

export interface DocumentFields {
  moduleId: CborValue;
  digest: CborValue;
  timestamp: CborValue;
  pcrs: CborValue;
  certificate: CborValue;
  cabundle: CborValue;
  publicKey: CborValue;
  userData: CborValue;
  nonce: CborValue;
}

const authorityUsage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;

function authorityShape(pathLength: number | undefined, keyUsage: number = authorityUsage): Extension[] {
  return [new BasicConstraintsExtension(true, pathLength, true), new KeyUsagesExtension(keyUsage, true)];
}

/** Subjects and life times as AWS has them. */
function shapes(time: number): [Level, CertificateShape][] {
  const name = (commonName: string): string => `C=US, O=Amazon, OU=AWS, CN=${commonName}`;
  const leafUsage = KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation;
  const plan: [Level, string, number, number, Extension[]][] = [
    ['root', 'test.nitro-enclaves', -1000 * DAY, 9000 * DAY, authorityShape(undefined)],
    ['regional', '0123456789abcdef.us-east-1.test.nitro-enclaves', -2 * DAY, 18 * DAY, authorityShape(2)],
    ['zonal', 'fedcba9876543210.zonal.us-east-1.test.nitro-enclaves', -DAY, 5 * DAY, authorityShape(1)],
    [
      'instance',
      'i-0123456789abcdef0.us-east-1.test.nitro-enclaves',
      -12 * HOUR,
      12 * HOUR,
      authorityShape(0, KeyUsageFlags.keyCertSign),
    ],
    [
      'leaf',
      'i-0123456789abcdef0-enc0123456789abcde.us-east-1.test',
      -HOUR,
      2 * HOUR,
      [new BasicConstraintsExtension(false, undefined, true), new KeyUsagesExtension(leafUsage)],
    ],
  ];
  return plan.map(([level, commonName, start, end, extensions], index) => [
    level,
    {
      subject: name(commonName),
      issuer: name(plan[Math.max(index - 1, 0)]![1]),
      // Certificates count in whole seconds.
      notBefore: Math.floor((time + start) / 1000) * 1000,
      notAfter: Math.floor((time + end) / 1000) * 1000,
      extensions,
      curve: 'P-384',
      hash: 'SHA-384',
    },
  ]);
}

export class AttestationAuthority {
  readonly time: number;
  /** DER, root first, as in `cabundle`. */
  readonly cabundle: readonly Uint8Array[];
  /** DER of the leaf. */
  readonly certificate: Uint8Array;
  readonly #leafKey: CryptoKey;

  private constructor(time: number, chain: readonly Uint8Array[], leafKey: CryptoKey) {
    this.time = time;
    this.cabundle = chain.slice(0, -1);
    this.certificate = chain.at(-1)!;
    this.#leafKey = leafKey;
  }

  static async create(options: AuthorityOptions = {}): Promise<AttestationAuthority> {
    const time = options.time ?? Date.UTC(2026, 1, 3, 4, 5, 6);
    const chain: Uint8Array[] = [];
    let signer: { key: CryptoKey; curve: string } | undefined;
    for (const [level, shape] of shapes(time)) {
      options.bend?.(shape, level);
      const keys = (await subtle.generateKey({ name: 'ECDSA', namedCurve: shape.curve }, true, [
        'sign',
        'verify',
      ])) as unknown as CryptoKeyPair;
      signer ??= { key: keys.privateKey, curve: shape.curve };
      const certificate = await X509CertificateGenerator.create(
        {
          serialNumber: `00f1${randomBytes(14).toString('hex')}`,
          subject: shape.subject,
          issuer: shape.issuer,
          notBefore: new Date(shape.notBefore),
          notAfter: new Date(shape.notAfter),
          publicKey: keys.publicKey,
          signingKey: signer.key,
          signingAlgorithm: { name: 'ECDSA', hash: shape.hash, namedCurve: signer.curve } as EcdsaParams,
          extensions: shape.extensions,
        },
        nodeCrypto,
      );
      chain.push(new Uint8Array(certificate.rawData));
      signer = { key: keys.privateKey, curve: shape.curve };
    }
    return new AttestationAuthority(time, chain, signer!.key);
  }

  get root(): Uint8Array {
    return this.cabundle[0]!;
  }

  /** The fields of a document that verifies: PCRs 0 to 15 locked, 0 to 2 set. */
  fields(changed: Partial<DocumentFields> = {}): DocumentFields {
    const pcrs = Array.from({ length: 16 }, (_, index): [number, Uint8Array] => [
      index,
      new Uint8Array(48).fill(index < 3 ? index + 1 : 0),
    ]);
    return {
      moduleId: 'i-0123456789abcdef0-enc0123456789abcde',
      digest: 'SHA384',
      timestamp: this.time,
      pcrs: new Map(pcrs),
      certificate: this.certificate,
      cabundle: this.cabundle,
      publicKey: null,
      userData: null,
      nonce: null,
      ...changed,
    };
  }

  /** A signed document, of a definite map unless told. */
  async document(changed: Partial<DocumentFields> = {}, indefinite = false): Promise<Uint8Array> {
    const payload = encodePayload(this.fields(changed));
    return this.sign(
      indefinite ? concatBytes(Uint8Array.of(0xbf), payload.subarray(1), Uint8Array.of(0xff)) : payload,
    );
  }

  /** Any payload, signed under any protected header. */
  async sign(
    payload: Uint8Array,
    protectedHeader: Uint8Array = protectedHeaderFor(ES384),
  ): Promise<Uint8Array> {
    const data = signedBytes({ protectedHeader, payload });
    const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, this.#leafKey, data);
    return encodeCoseSign1({ protectedHeader, payload, signature: new Uint8Array(signature) });
  }
}

/** A payload in the order of genuine documents; a field that is undefined is left out. */
export function encodePayload(fields: DocumentFields): Uint8Array {
  const entries: [CborKey, CborValue][] = [
    ['module_id', fields.moduleId],
    ['digest', fields.digest],
    ['timestamp', fields.timestamp],
    ['pcrs', fields.pcrs],
    ['certificate', fields.certificate],
    ['cabundle', fields.cabundle],
    ['public_key', fields.publicKey],
    ['user_data', fields.userData],
    ['nonce', fields.nonce],
  ];
  return encodeCbor(new Map(entries.filter(([, value]) => value !== undefined)));
}
