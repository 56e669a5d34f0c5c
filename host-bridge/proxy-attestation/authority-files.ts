/** An authority in two files: a certificate, and an unencrypted key that its owner alone may read. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
  webcrypto,
} from 'node:crypto';
import { type FileHandle, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '../../proto/attestation/crypto.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { keyIdentifier, subjectKeyIdentifier } from '../../proto/x509/authority-extensions.ts';
import { KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { decodePemCertificates, encodePem } from '../../proto/x509/pem.ts';
import type { AuthoritySigner } from './authority.ts';

export interface AuthorityFiles {
  /** PEM, one certificate. */
  readonly certificateFile: string;
  /** PEM: PKCS#8 or SEC 1, on P-256 or P-384. */
  readonly keyFile: string;
}

export interface OpenedAuthority {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly signer: AuthoritySigner;
  /** Whether it came into being just now. */
  readonly made: boolean;
}

const YEAR = 365 * 24 * 3_600_000;
const LIFETIME_YEARS = 5;
const LONGEST_FILE = 65_536;
const signAsync = promisify(sign);

/**
 * Opens the authority, and makes one where neither file is there. Of servers that start at once one makes it, and the
 * others open that one. Where making it was interrupted between its files, it is brought to its end.
 * @throws TruceError PROXY_AUTHORITY_INVALID, PROXY_AUTHORITY_EXPOSED, LOCAL_FILE_UNREADABLE, LOCAL_FILE_UNWRITABLE
 */
export async function openAuthorityFiles(files: AuthorityFiles, now: number): Promise<OpenedAuthority> {
  const found = await readFiles(files);
  if (found !== undefined) return { ...found, made: false };
  const made = await makeFiles(files, now);
  const opened = await readFiles(files);
  if (opened === undefined) throw invalid('it vanished as soon as it was made');
  return { ...opened, made };
}

async function readFiles({
  certificateFile,
  keyFile,
}: AuthorityFiles): Promise<Omit<OpenedAuthority, 'made'> | undefined> {
  const key = await readKey(keyFile);
  if (key === undefined) {
    if ((await readText(certificateFile)) === undefined) return undefined;
    // The key comes first: it may be there by now.
    if ((await readKey(keyFile)) !== undefined) return readFiles({ certificateFile, keyFile });
    throw invalid(
      `${certificateFile} is there, and its key ${keyFile} is not: put the key back, or move the certificate away to have ` +
        'a new authority made, which policies then have to name',
    );
  }
  let text = await readText(certificateFile);
  if (text === undefined) {
    await finish(certificateFile, key);
    text = await readText(certificateFile);
  }
  // A fresh one for the same key would not be the one that policies name.
  if (text === undefined)
    throw invalid(
      `${keyFile} is there, and its certificate ${certificateFile} is not: put the certificate back, or move the key away ` +
        'to have a new authority made, which policies then have to name',
    );
  const [certificate, ...more] = decodePemCertificates(text);
  if (certificate === undefined || more.length > 0) throw invalid(`${certificateFile} holds more than one`);
  const publicKey = parseCertificate(certificate).publicKey.raw;
  if (!equalBytes(publicKey, publicKeyOf(key)))
    throw invalid(`${keyFile} is not the key of ${certificateFile}`);
  return { certificate, signer: signerOf(key) };
}

function signerOf(key: KeyObject): AuthoritySigner {
  return {
    sign: async (bytes, hash) =>
      signAsync(hash, bytes, { key, dsaEncoding: 'ieee-p1363' }) as Promise<Buffer>,
  };
}

function publicKeyOf(key: KeyObject): Uint8Array {
  const pem = key.export({ type: 'pkcs8', format: 'pem' });
  return new Uint8Array(createPublicKey(pem).export({ type: 'spki', format: 'der' }));
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    return absent(path, cause);
  }
  try {
    const { mode, uid, size } = await file.stat();
    if ((mode & 0o077) !== 0) throw new TruceError('PROXY_AUTHORITY_EXPOSED', { path });
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) throw invalid(`${path} belongs to someone else`);
    if (size > LONGEST_FILE) throw invalid(`${path} is no key`);
    return parseKey(await file.readFile('utf8'), path);
  } finally {
    await file.close();
  }
}

function parseKey(text: string, path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    // OpenSSL's words can quote what it read.
    throw new TruceError('PROXY_AUTHORITY_INVALID', { reason: `${path} is no unencrypted key` }, { cause });
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType !== 'ec' || (curve !== 'prime256v1' && curve !== 'secp384r1'))
    throw invalid(`${path} is on neither P-256 nor P-384`);
  return key;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    return absent(path, cause);
  }
}

function absent(path: string, cause: unknown): undefined {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return undefined;
  throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: code ?? String(cause) }, { cause });
}

/**
 * Both files appear whole or not at all, the key first, and take nobody's place; false where somebody else's key was there
 * before. The certificate lies ready beforehand, under the name of its key: whoever finds the key alone brings it to its
 * place.
 */
async function makeFiles({ certificateFile, keyFile }: AuthorityFiles, now: number): Promise<boolean> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const certificate = await selfSigned(
    new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    signerOf(privateKey),
    now,
  );
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  await mkdir(dirname(certificateFile), { recursive: true, mode: 0o700 });
  const ready = readyName(certificateFile, privateKey);
  const freshKey = `${keyFile}.${randomBytes(6).toString('hex')}.new`;
  try {
    await write(ready, encodePem('CERTIFICATE', certificate), 0o644);
    await write(freshKey, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    if (await settle(freshKey, keyFile)) {
      await finish(certificateFile, privateKey);
      return true;
    }
    await rm(ready, { force: true });
    return false;
  } finally {
    await rm(freshKey, { force: true });
  }
}

/** Brings the certificate that lies ready for this key to its place; nothing where none does. */
async function finish(certificateFile: string, key: KeyObject): Promise<void> {
  const ready = readyName(certificateFile, key);
  await settle(ready, certificateFile);
  await rm(ready, { force: true });
}

function readyName(certificateFile: string, key: KeyObject): string {
  const name = createHash('sha256').update(publicKeyOf(key)).digest('hex').slice(0, 16);
  return `${certificateFile}.${name}.new`;
}

async function write(path: string, text: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Gives a file its lasting name: false where another has that name, or somebody has already done so. */
async function settle(fresh: string, path: string): Promise<boolean> {
  try {
    // A link, unlike a rename, takes nobody's place.
    await link(fresh, path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): TruceError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason }, { cause });
}

async function selfSigned(publicKey: Uint8Array, signer: AuthoritySigner, now: number): Promise<Uint8Array> {
  const serial = randomBytes(20);
  serial[0] = 0x40 | (serial[0]! & 0x3f);
  // The number makes names of several authorities differ.
  const name = commonNameOnly(`Truce proxy attestation ${serial.subarray(0, 4).toString('hex')}`);
  const identifier = await keyIdentifier(publicKey, (data) => sha256(webcrypto as Crypto, data));
  return issueCertificate(
    {
      serial,
      issuer: name,
      subject: name,
      notBefore: now - 5 * 60_000,
      notAfter: now + LIFETIME_YEARS * YEAR,
      publicKey,
      extensions: [
        basicConstraints(true, 0),
        keyUsage(KeyUsage.KEY_CERT_SIGN),
        subjectKeyIdentifier(identifier),
      ],
      signatureAlgorithm: Oid.ECDSA_SHA256,
    },
    (tbs) => signer.sign(tbs, 'SHA-256'),
  );
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_AUTHORITY_INVALID', { reason });
}
