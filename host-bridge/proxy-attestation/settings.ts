/** The server's configuration file: JSON, read strictly, its relative paths those of the folder it lies in. */
import { dirname, resolve } from 'node:path';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { type ProxyLimits, proxyLimitTable, resolveProxyLimits } from '../../proto/limits.ts';
import { PolicyField } from '../../proto/policy/field.ts';
import { readMeasurementSets } from '../../proto/policy/measurement-sets.ts';
import { readHash, readHostAndPort } from '../../proto/policy/values.ts';
import type { KnownDevice } from './devices.ts';
import { LONGEST_LIFETIME } from './options.ts';

export type MeasurementSets = readonly ReadonlyMap<number, Uint8Array>[];

export interface PsaKeySettings {
  /** Path of a PEM file. */
  readonly publicKeyFile: string;
  readonly keyId?: Uint8Array;
  readonly instanceId?: Uint8Array;
}

/** What a file says; files that it names are not read yet. Paths are absolute. */
export interface ProxySettings {
  readonly listen?: { readonly host: string; readonly port: number };
  readonly database?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** Paths of PEM files, or 'aws'. */
  readonly trustRoots?: readonly string[];
  readonly measurements?: MeasurementSets | 'any';
  readonly policyFiles?: readonly string[];
  readonly lifetimeMilliseconds?: number;
  readonly legacy?: boolean;
  readonly allowDebug?: boolean;
  readonly psa?: {
    readonly keys: readonly PsaKeySettings[];
    readonly measurements: readonly Uint8Array[] | 'any';
  };
  readonly devices?: readonly KnownDevice[];
  readonly limits?: Partial<ProxyLimits>;
}

/** The word for AWS's root among trust roots, and for no restriction among measurements. */
export const AWS = 'aws';
export const ANY = 'any';

const FIELDS = [
  'listen',
  'database',
  'ca_certificate',
  'ca_key',
  'trust_roots',
  'measurements',
  'policies',
  'lifetime_minutes',
  'legacy',
  'allow_debug',
  'psa',
  'devices',
  'limits',
] as const;

const MINUTE = 60_000;
const HASH_BYTES = 32;
/** Names of keys in tokens: what is read of one (psa-token.ts). */
const LONGEST_NAME = 64;
const LARGEST_DEVICE = 0x7fff_ffff;

/** @throws TruceError PROXY_CONFIGURATION_INVALID */
export function readSettings(text: string | Uint8Array, file: string): ProxySettings {
  try {
    return settingsOf(new PolicyField(readJson(text), '$'), dirname(resolve(file)));
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('PROXY_CONFIGURATION_INVALID', { file, reason: cause.message }, { cause });
  }
}

function settingsOf(root: PolicyField, folder: string): ProxySettings {
  const members = root.object([], FIELDS);
  const read = <T>(name: (typeof FIELDS)[number], reader: (field: PolicyField) => T): T | undefined => {
    const field = members.optional(name);
    return field === undefined ? undefined : reader(field);
  };
  const path = (field: PolicyField): string => resolve(folder, readText(field));
  return withoutAbsent({
    listen: read('listen', (field) => {
      const { host, port } = readHostAndPort(field);
      return { host, port };
    }),
    database: read('database', path),
    certificateFile: read('ca_certificate', path),
    keyFile: read('ca_key', path),
    trustRoots: read('trust_roots', (field) =>
      nonEmpty(field).map((root) => (readText(root) === AWS ? AWS : path(root))),
    ),
    measurements: read('measurements', (field) => (isAny(field) ? ANY : readMeasurementSets(field))),
    policyFiles: read('policies', (field) => field.items().map(path)),
    lifetimeMilliseconds: read(
      'lifetime_minutes',
      (field) => field.integer(1, LONGEST_LIFETIME / MINUTE) * MINUTE,
    ),
    legacy: read('legacy', (field) => field.boolean()),
    allowDebug: read('allow_debug', (field) => field.boolean()),
    psa: read('psa', (field) => readPsa(field, path)),
    devices: read('devices', readDevices),
    limits: read('limits', readLimits),
  });
}

function readPsa(
  field: PolicyField,
  path: (field: PolicyField) => string,
): NonNullable<ProxySettings['psa']> {
  const members = field.object(['keys', 'measurements']);
  const measurements = members.get('measurements');
  return {
    keys: nonEmpty(members.get('keys')).map((key) => {
      const parts = key.object(['public_key'], ['kid', 'instance_id']);
      const keyId = parts.optional('kid');
      const instanceId = parts.optional('instance_id');
      return {
        publicKeyFile: path(parts.get('public_key')),
        ...(keyId === undefined ? {} : { keyId: readName(keyId) }),
        ...(instanceId === undefined ? {} : { instanceId: readName(instanceId) }),
      };
    }),
    measurements: isAny(measurements)
      ? ANY
      : nonEmpty(measurements).map((hash) => readHash(hash, HASH_BYTES)),
  };
}

function readDevices(field: PolicyField): readonly KnownDevice[] {
  const seen = new Set<number>();
  return field.items().map((device) => {
    const parts = device.object(['device_id', 'public_key_hash', 'enclave_name']);
    const deviceId = parts.get('device_id').integer(0, LARGEST_DEVICE);
    if (seen.has(deviceId)) throw device.contradiction('a device that is there already');
    seen.add(deviceId);
    return {
      deviceId,
      publicKeyHash: toHex(readHash(parts.get('public_key_hash'), HASH_BYTES)),
      enclaveName: readText(parts.get('enclave_name')),
    };
  });
}

function readLimits(field: PolicyField): Partial<ProxyLimits> {
  const members = field.object([], Object.keys(proxyLimitTable));
  const limits = Object.fromEntries(
    Object.keys(proxyLimitTable).flatMap((name) => {
      const value = members.optional(name);
      return value === undefined ? [] : [[name, value.integer(0, Number.MAX_SAFE_INTEGER)]];
    }),
  ) as Partial<ProxyLimits>;
  resolveProxyLimits(limits);
  return limits;
}

function isAny(field: PolicyField): boolean {
  return field.is('string') && field.string() === ANY;
}

function nonEmpty(field: PolicyField): readonly PolicyField[] {
  const items = field.items();
  if (items.length === 0) throw field.contradiction('an empty list accepts nothing');
  return items;
}

function readText(field: PolicyField): string {
  const text = field.string();
  if (text === '' || text.includes('\0')) throw field.wrongType('text');
  return text;
}

function readName(field: PolicyField): Uint8Array {
  const bytes = Buffer.from(field.string(), 'hex');
  if (
    bytes.toString('hex') !== field.string().toLowerCase() ||
    bytes.length < 1 ||
    bytes.length > LONGEST_NAME
  )
    throw field.wrongType(`1 to ${LONGEST_NAME} bytes in hexadecimal`);
  return new Uint8Array(bytes);
}

/** Without the members that are undefined, as optional ones are to be left out. */
function withoutAbsent<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
