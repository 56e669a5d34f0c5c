/**
 * The simulator's root: a key that this user's simulators share, made at first use and kept, so that a client which
 * names it once as a trust root can go on doing so. Nobody accepts it who does not name it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { issueForLevel, LIFETIME } from './simulator-certificates.ts';
import { ROOT_COMMON_NAME, rootName } from './simulator-names.ts';

export interface SimulatorRoot {
  readonly certificatePem: string;
  readonly certificateDer: Uint8Array;
  /** Where the certificate lies, for `--trust-root`. */
  readonly certificatePath: string;
  readonly keyPath: string;
}

const CERTIFICATE_FILE = 'root.pem';
const KEY_FILE = 'root-key.pem';

/**
 * Opens the root in `directory`, and makes it where there is none. Any number of processes may do so at once: all get
 * the same root. TruceError SIMULATOR_ROOT_INVALID {path, reason} for one that is damaged or readable by others.
 */
export async function openSimulatorRoot(directory: string, now: number): Promise<SimulatorRoot> {
  const found = await readRoot(directory, now);
  if (found !== undefined) return found;
  await makeRoot(directory, now);
  const made = await readRoot(directory, now);
  if (made === undefined) throw invalid(directory, 'it vanished as soon as it was made');
  return made;
}

/** The root's key, for the simulator itself. */
export async function readRootKey(root: SimulatorRoot): Promise<CryptoKey> {
  const key = privateKey(await readFile(root.keyPath, 'utf8'), root.keyPath);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384' };
  return crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']);
}

async function readRoot(directory: string, now: number): Promise<SimulatorRoot | undefined> {
  const certificatePath = join(directory, CERTIFICATE_FILE);
  const keyPath = join(directory, KEY_FILE);
  const certificatePem = await readIfPresent(certificatePath);
  const key = await readKeyIfPresent(keyPath);
  // Both come into being at once, so one alone is damage; a fresh root in its place would surprise who trusts the old.
  if (certificatePem === undefined && key === undefined) return undefined;
  if (certificatePem === undefined) throw invalid(certificatePath, 'it is missing');
  if (key === undefined) throw invalid(keyPath, 'it is missing');
  const certificate = parseCertificate(certificatePem, certificatePath);
  if (!certificate.ca || !certificate.subject.split('\n').includes(`CN=${ROOT_COMMON_NAME}`)) {
    throw invalid(certificatePath, 'it is no certificate of a simulator');
  }
  if (!certificate.checkPrivateKey(key)) throw invalid(keyPath, 'it is not the key of the certificate');
  if (Date.parse(certificate.validTo) < now + LIFETIME.regional)
    throw invalid(certificatePath, 'it has expired');
  return {
    certificatePem: certificate.toString(),
    certificateDer: new Uint8Array(certificate.raw),
    certificatePath,
    keyPath,
  };
}

/** A whole directory is renamed into place: the first one stays, and whoever comes second finds it. */
async function makeRoot(directory: string, now: number): Promise<void> {
  const parent = dirname(directory);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(`${directory}.new-`);
  try {
    const { der, key } = await issueForLevel({
      level: 'root',
      name: rootName(),
      issuer: undefined,
      now,
      extractable: true,
    });
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
    const keyPem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
      type: 'pkcs8',
      format: 'pem',
    });
    await writeDurably(join(fresh, KEY_FILE), keyPem, 0o600);
    await writeDurably(join(fresh, CERTIFICATE_FILE), encodePem('CERTIFICATE', der), 0o644);
    await chmod(fresh, 0o755);
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function writeDurably(path: string, text: string | Buffer, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The key, whose file nobody else may read or have written. */
async function readKeyIfPresent(path: string): Promise<KeyObject | undefined> {
  const file = await open(path, 'r').catch(absent);
  if (file === undefined) return undefined;
  try {
    const { mode, uid } = await file.stat();
    if ((mode & 0o077) !== 0) throw invalid(path, 'others may read it');
    if (uid !== process.getuid?.()) throw invalid(path, 'it belongs to someone else');
    return privateKey(await file.readFile('utf8'), path);
  } finally {
    await file.close();
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(absent);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid(path, 'it is no certificate', cause);
  }
}

function privateKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw invalid(path, 'it is no private key', cause);
  }
}

function invalid(path: string, reason: string, cause?: unknown): TruceError {
  return new TruceError('SIMULATOR_ROOT_INVALID', { path, reason }, { cause });
}
