/**
 * Stands in for AWS KMS: its HTTPS protocol for Decrypt, GenerateDataKey and GenerateRandom, on this machine. It checks the
 * request's signature and the attestation document as KMS says that it does, holds the registers against the key's policy, and
 * encrypts to the attested key. What real KMS does beyond its pages it cannot show.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  webcrypto,
} from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { decodeKmsPurpose } from '../../proto/attestation/kms-purpose.ts';
import { type AttestationFacts, verifyAttestation } from '../../proto/attestation/verify.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { basicConstraints, commonNameOnly, issueCertificate } from '../../proto/x509/certificate-writer.ts';
import { derElement, derSequence } from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { type AwsCredentials, signPost } from '../../runtime/services/kms/signature-v4.ts';
import { type ContentShape, type EnvelopeParts, makeEnvelope } from './recipient-envelope.ts';

const crypto = webcrypto as unknown as Crypto;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** As in a key's policy: registers in hexadecimal, by number (`kms:RecipientAttestation:PCR0`). */
export type RecipientConditions = Readonly<Record<number, string>>;

export interface StandInKmsSettings {
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** The only root whose documents are taken; undefined where that is said later. */
  readonly root?: Uint8Array;
  /** What a key's policy asks for, by the key's ARN. */
  readonly keys: Readonly<Record<string, RecipientConditions>>;
  /** Of the certificate; `kms.<region>.amazonaws.com` unless told. */
  readonly host?: string;
  /** When the certificate ends; in a day unless told. */
  readonly notAfter?: number;
}

type Parameters = Readonly<Record<string, unknown>>;

class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export class StandInKms {
  readonly port: number;
  /** PEM of the root that its certificate has. */
  readonly certificate: string;
  /** How answers' contents are encoded from now on. */
  shape: ContentShape = 'several';
  /**
   * The only root whose documents are taken from now on. 'qemu-emulator' takes the unsigned documents of QEMU and no others,
   * which KMS would never do: for tests in that machine, which has no signed ones.
   */
  root: Uint8Array | 'qemu-emulator' | undefined;
  /** Parts of envelopes to bend from now on. */
  bend: Partial<EnvelopeParts> = {};
  /** Changes answers from now on: what is returned is sent in place of `body`. */
  tamper: (body: Parameters, response: ServerResponse) => unknown = (body) => body;
  /** Bodies of requests whose signatures held, by the operation. */
  readonly asked: { readonly operation: string; readonly parameters: Parameters }[] = [];
  readonly #settings: StandInKmsSettings;
  readonly #server: Server;
  readonly #material = randomBytes(32);

  private constructor(settings: StandInKmsSettings, server: Server, certificate: string) {
    this.#settings = settings;
    this.root = settings.root;
    this.#server = server;
    this.certificate = certificate;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(settings: StandInKmsSettings): Promise<StandInKms> {
    const host = settings.host ?? `kms.${settings.region}.amazonaws.com`;
    const { certificate, key } = await serverCertificate(host, settings.notAfter ?? Date.now() + DAY);
    const server = createServer({ cert: certificate, key }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInKms(settings, server, certificate);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    let status = 200;
    let body: Parameters;
    try {
      body = await this.#answer(request, Buffer.concat(parts));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status = 400;
      body = { __type: `com.amazonaws.kms#${error.type}`, message: error.message };
    }
    const sent = this.tamper(body, response);
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof sent === 'string' ? sent : JSON.stringify(sent));
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<Parameters> {
    this.#requireSignature(request, body);
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const parameters = JSON.parse(body.toString()) as Parameters;
    this.asked.push({ operation, parameters });
    const facts = await this.#recipient(parameters);
    const conditions = this.#settings.keys[String(parameters.KeyId)];
    if (operation === 'GenerateRandom')
      return this.#encrypted(facts, randomBytes(Number(parameters.NumberOfBytes)));
    if (conditions === undefined) throw new Refusal('NotFoundException', `no key ${parameters.KeyId}`);
    requireConditions(facts, conditions);
    const context = canonicalContext(parameters);
    if (operation === 'Decrypt') {
      const plaintext = this.#unseal(Buffer.from(String(parameters.CiphertextBlob), 'base64'), context);
      return { ...this.#encrypted(facts, plaintext), KeyId: parameters.KeyId };
    }
    if (operation !== 'GenerateDataKey') throw new Refusal('UnknownOperationException', operation);
    const key = randomBytes(Number(parameters.NumberOfBytes));
    const CiphertextBlob = this.seal(String(parameters.KeyId), key, context).toString('base64');
    return { ...this.#encrypted(facts, key), CiphertextBlob, KeyId: parameters.KeyId };
  }

  /** A ciphertext under a key, as Encrypt would give. */
  seal(keyId: string, plaintext: Uint8Array, context: string): Buffer {
    const vector = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#material, vector).setAAD(
      Buffer.from(`${keyId}\n${context}`),
    );
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const name = Buffer.from(keyId);
    return Buffer.concat([Uint8Array.of(name.length), name, vector, cipher.getAuthTag(), sealed]);
  }

  #unseal(blob: Buffer, context: string): Buffer {
    const name = blob.subarray(1, 1 + blob[0]!);
    const rest = blob.subarray(1 + name.length);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#material, rest.subarray(0, 12))
        .setAAD(Buffer.from(`${name}\n${context}`))
        .setAuthTag(rest.subarray(12, 28));
      return Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]);
    } catch {
      throw new Refusal('InvalidCiphertextException', '');
    }
  }

  #encrypted({ document }: AttestationFacts, plaintext: Uint8Array): Parameters {
    const envelope = makeEnvelope(document.publicKey!, plaintext, this.shape, this.bend);
    return { Plaintext: null, CiphertextForRecipient: Buffer.from(envelope).toString('base64') };
  }

  #requireSignature(request: IncomingMessage, body: Buffer): void {
    const { region, credentials } = this.#settings;
    const { headers } = request;
    const token = headers['x-amz-security-token'];
    if (token !== credentials.sessionToken)
      throw new Refusal(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
    for (const name of ['host', 'content-type', 'x-amz-date', 'x-amz-target'])
      if (!names.includes(name)) throw new Refusal('IncompleteSignatureException', `${name} is not signed`);
    const stamp = String(headers['x-amz-date']);
    const time = Date.parse(
      stamp.replace(
        /^(....)(..)(..)T(..)(..)(..)Z$/,
        (_, ...[y, mo, d, h, mi, s]) => `${y}-${mo}-${d}T${h}:${mi}:${s}Z`,
      ),
    );
    if (!(Math.abs(Date.now() - time) < 5 * MINUTE))
      throw new Refusal('InvalidSignatureException', 'Signature expired');
    const given = Object.fromEntries(
      names
        .filter((name) => !/^x-amz-(date|security-token)$/.test(name))
        .map((name) => [name, String(headers[name])]),
    );
    const { authorization } = signPost({ region, service: 'kms', headers: given, body, time }, credentials);
    if (authorization !== headers.authorization)
      throw new Refusal('InvalidSignatureException', 'The request signature we calculated does not match');
  }

  async #recipient({ Recipient }: Parameters): Promise<AttestationFacts> {
    const { AttestationDocument, KeyEncryptionAlgorithm } = (Recipient ?? {}) as Record<string, unknown>;
    if (KeyEncryptionAlgorithm !== 'RSAES_OAEP_SHA_256')
      throw new Refusal('ValidationException', 'no such algorithm');
    try {
      const facts = await verifyAttestation(Buffer.from(String(AttestationDocument), 'base64'), {
        crypto,
        time: Date.now(),
        maximumAge: 5 * MINUTE,
        ...(this.root === 'qemu-emulator' ? { trust: this.root } : { roots: this.root ? [this.root] : [] }),
        // KMS takes them, and their registers of zeros meet no condition.
        allowDebug: true,
      });
      // KMS does not look at this; here it shows what the enclave asks for.
      decodeKmsPurpose(facts.document.userData);
      return facts;
    } catch (error) {
      if (!(error instanceof TruceError)) throw error;
      throw new Refusal('ValidationException', `the attestation document is refused: ${error.code}`);
    }
  }
}

export function canonicalContext({ EncryptionContext }: Parameters): string {
  const entries = Object.entries((EncryptionContext ?? {}) as Record<string, string>);
  return JSON.stringify(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function requireConditions({ document }: AttestationFacts, conditions: RecipientConditions): void {
  for (const [index, value] of Object.entries(conditions)) {
    const pcr = document.pcrs.get(Number(index));
    if (pcr === undefined || toHex(pcr) !== value)
      throw new Refusal(
        'AccessDeniedException',
        'User is not authorized to perform this operation because no resource-based policy allows it',
      );
  }
}

async function serverCertificate(
  host: string,
  notAfter: number,
): Promise<{ certificate: string; key: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = commonNameOnly('stand-in for KMS');
  const der = await issueCertificate(
    {
      serial: createHash('sha256').update(host).digest().subarray(0, 16),
      issuer: name,
      subject: name,
      notBefore: Date.now() - 2 * DAY,
      notAfter,
      publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
      signatureAlgorithm: Oid.ECDSA_SHA256,
      extensions: [
        basicConstraints(true),
        {
          identifier: Oid.SUBJECT_ALTERNATIVE_NAME,
          critical: false,
          value: derSequence(derElement(0x82, Buffer.from(host))),
        },
      ],
    },
    async (tbs) => new Uint8Array(sign('sha256', tbs, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  );
  return {
    certificate: encodePem('CERTIFICATE', der),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
