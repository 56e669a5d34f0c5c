/** The values that fields of policies hold, each read strictly. */
import { fromHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { jsonInteger } from '../json/value.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { decodePemCertificates } from '../x509/pem.ts';
import { type CipherSuite, findCipherSuite } from './cipher-suites.ts';
import type { PolicyField } from './field.ts';
import type { ExecutionStrategy, HostAndPort } from './model.ts';
import { type CanonicalPath, parsePath } from './paths.ts';

/** POLICY_PATH_INVALID for what paths.ts refuses. */
export function readPath(field: PolicyField): CanonicalPath {
  try {
    return parsePath(field.string());
  } catch (cause) {
    if (!(cause instanceof TruceError) || cause.code !== 'PATH_INVALID') throw cause;
    throw new TruceError(
      'POLICY_PATH_INVALID',
      { path: field.path, reason: cause.details.reason ?? '' },
      { cause },
    );
  }
}

/** A path that names one file: no stream, no directory. */
export function readFilePath(field: PolicyField): string {
  const { path, directory } = readPath(field);
  if (directory) throw pathInvalid(field, 'a directory, where a file is meant');
  if (!path.startsWith('/')) throw pathInvalid(field, 'a stream, where a file is meant');
  return path;
}

export function pathInvalid(field: PolicyField, reason: string): TruceError {
  return new TruceError('POLICY_PATH_INVALID', { path: field.path, reason });
}

/** So many bytes in hexadecimal, either case. Error: POLICY_HASH_INVALID. */
export function readHash(field: PolicyField, bytes = 32): Uint8Array {
  const hash = fromHex(field.string());
  if (hash?.length !== bytes) throw new TruceError('POLICY_HASH_INVALID', { path: field.path, bytes });
  return hash;
}

export function readCipherSuite(field: PolicyField): CipherSuite {
  const suite = findCipherSuite(field.string());
  if (suite === undefined) throw new TruceError('POLICY_CIPHER_SUITE_UNKNOWN', { path: field.path });
  return suite;
}

export function readStrategy(field: PolicyField): ExecutionStrategy {
  const strategy = field.string();
  if (strategy !== 'Interpretation' && strategy !== 'JIT')
    throw new TruceError('POLICY_STRATEGY_UNKNOWN', { path: field.path });
  return strategy;
}

// Underscores are no part of host names, but Docker's and i-poc's have them.
const HOST_AND_PORT =
  /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})))(?::([1-9][0-9]{0,4}))$/;

/** `host:port` or `[IPv6]:port`, with no scheme and no path; undefined where the text is anything else. */
export function parseHostAndPort(text: string): HostAndPort | undefined {
  const [, address, name, digits] = HOST_AND_PORT.exec(text) ?? [];
  const host = address ?? name;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { text, host, port };
}

/** Error: POLICY_URL_INVALID. */
export function readHostAndPort(field: PolicyField): HostAndPort {
  const parsed = parseHostAndPort(field.string());
  if (parsed === undefined) throw new TruceError('POLICY_URL_INVALID', { path: field.path });
  return parsed;
}

/** One or more certificates in PEM, each valid at `now` (milliseconds). */
export function readCertificates(field: PolicyField, now: number): Certificate[] {
  const certificates = decodeCertificates(field);
  for (const { notBefore, notAfter } of certificates) {
    if (now > notAfter)
      throw new TruceError('POLICY_CERTIFICATE_EXPIRED', { path: field.path, notAfter: isoTime(notAfter) });
    if (now < notBefore)
      throw new TruceError('POLICY_CERTIFICATE_NOT_YET_VALID', {
        path: field.path,
        notBefore: isoTime(notBefore),
      });
  }
  return certificates;
}

function decodeCertificates(field: PolicyField): Certificate[] {
  const text = field.string();
  try {
    return decodePemCertificates(text).map(parseCertificate);
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError(
      'POLICY_CERTIFICATE_INVALID',
      { path: field.path, reason: cause.message },
      { cause },
    );
  }
}

/** Veracruz's Timepoint, in UTC, as milliseconds; later than `now`. POLICY_EXPIRY_INVALID, POLICY_EXPIRED. */
export function readExpiry(field: PolicyField, now: number): number {
  const members = field.object(['year', 'month', 'day', 'hour', 'minute']);
  const part = (name: string, minimum: number, maximum: number): number => {
    const member = members.get(name);
    const { value, path } = member;
    if (value.kind !== 'number') throw member.wrongType('a number');
    const integer = jsonInteger(value.text);
    if (integer === undefined || integer < minimum || integer > maximum)
      throw new TruceError('POLICY_EXPIRY_INVALID', { path });
    return integer;
  };
  const year = part('year', 1970, 9999);
  const month = part('month', 1, 12);
  // Day 0 of the next month is the last of this one.
  const day = part('day', 1, new Date(Date.UTC(year, month, 0)).getUTCDate());
  const expiry = Date.UTC(year, month - 1, day, part('hour', 0, 23), part('minute', 0, 59));
  if (expiry <= now) throw new TruceError('POLICY_EXPIRED', { path: field.path, expiry: isoTime(expiry) });
  return expiry;
}

/** A time for people, to the second; a time too far off for a Date is told in milliseconds. */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms` : date.toISOString().replace('.000Z', 'Z');
}

// RFC 3339, in UTC, to the nanosecond.
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;
/** Nanoseconds beyond it do not fit 64 bits with a sign. */
const LAST_YEAR = 2261;

/** Nanoseconds since 1970 of a time in UTC; undefined where the text is none, or not from 1970 to 2261. */
export function parseUtcTime(text: string): bigint | undefined {
  const [, seconds = '', fraction = ''] = TIME.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  // A date that there is not, such as 30 February, comes back as another one.
  const there = !Number.isNaN(date.getTime()) && date.toISOString() === `${seconds}.000Z`;
  if (!there || date.getUTCFullYear() < 1970 || date.getUTCFullYear() > LAST_YEAR) return undefined;
  return BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds since 1970. Error: POLICY_TIME_INVALID. */
export function readTime(field: PolicyField): bigint {
  const time = parseUtcTime(field.string());
  if (time === undefined) throw new TruceError('POLICY_TIME_INVALID', { path: field.path });
  return time;
}
