/** What the dialects say alike. */
import { toHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import type { Certificate } from '../x509/certificate.ts';
import { AccessTable } from './access.ts';
import { FirstSights, MAXIMUM_U32, type PolicyField, type PolicyMembers } from './field.ts';
import { type Grant, readGrants } from './grants.ts';
import {
  type MeasurementPlatform,
  measurementPlatforms,
  type Policy,
  type PolicyDialect,
  type PolicyIdentity,
  type PolicyProgram,
  type PolicyProxy,
} from './model.ts';
import {
  readCertificates,
  readCipherSuite,
  readExpiry,
  readHash,
  readHostAndPort,
  readStrategy,
} from './values.ts';

/** What a dialect's reader gives: a policy but for what follows from the whole, and where its parts were written. */
export interface PolicyDraft extends Omit<Policy, 'text' | 'boundaries' | 'initialDirectories' | 'warnings'> {
  readonly grants: readonly Grant[];
  /** By canonical path: the field that names each hashed file. */
  readonly hashFields: ReadonlyMap<string, PolicyField>;
  /** By canonical path: the field that names each special file. */
  readonly specialFields: ReadonlyMap<string, PolicyField>;
}

/** What the older dialects have no words for. */
export const plainProgram = {
  arguments: [],
  environment: [],
  limits: {},
  determinism: undefined,
  fuel: undefined,
  interfaces: [],
  outcome: 'full',
} as const satisfies Partial<PolicyProgram>;
export const plainPolicy = {
  liveFiles: new Set<string>(),
  receipts: false,
  trustRoots: [],
  pcrs: [],
} as const satisfies Partial<Policy>;

export const commonFields = [
  'ciphersuite',
  'debug',
  'enable_clock',
  'enclave_cert_expiry',
  'execution_strategy',
  'identities',
  'programs',
  'proxy_attestation_server_url',
  'proxy_service_cert',
  'veracruz_server_url',
] as const;

export function measurementField(platform: MeasurementPlatform): string {
  return `runtime_manager_hash_${platform}`;
}

export function readCommonFields(members: PolicyMembers, now: number) {
  return {
    cipherSuite: readCipherSuite(members.get('ciphersuite')),
    serverAddress: readHostAndPort(members.get('veracruz_server_url')),
    certificateExpiry: readExpiry(members.get('enclave_cert_expiry'), now),
    proxy: readProxy(members.get('proxy_attestation_server_url'), members.get('proxy_service_cert'), now),
    measurements: readMeasurements(members),
    debug: members.get('debug').boolean(),
    enableClock: members.get('enable_clock').boolean(),
    strategy: readStrategy(members.get('execution_strategy')),
  };
}

/** Both empty: no proxy. Veracruz cannot do without one; that an endpoint attests itself is Truce's own. */
function readProxy(url: PolicyField, certificate: PolicyField, now: number): PolicyProxy | undefined {
  if (url.string() === '' && certificate.string() === '') return undefined;
  if (url.string() === '') throw url.contradiction(`empty, but ${certificate.path} is not`);
  if (certificate.string() === '') throw certificate.contradiction(`empty, but ${url.path} is not`);
  return {
    server: readHostAndPort(url),
    certificates: readCertificates(certificate, now).map(({ raw }) => raw),
  };
}

/** Absent, null and '' are the same: seed 004 writes '' for platforms that it does not use. */
function readMeasurements(members: PolicyMembers): ReadonlyMap<MeasurementPlatform, Uint8Array> {
  const measurements = new Map<MeasurementPlatform, Uint8Array>();
  for (const platform of measurementPlatforms) {
    const field = members.optional(measurementField(platform));
    if (field === undefined || field.is('null') || field.string() === '') continue;
    measurements.set(platform, readHash(field));
  }
  return measurements;
}

export interface PolicyIdentities {
  readonly identities: readonly PolicyIdentity[];
  readonly grants: readonly Grant[];
}

export function readIdentities(field: PolicyField, dialect: PolicyDialect, now: number): PolicyIdentities {
  const fields = field.items();
  if (fields.length === 0) throw new TruceError('POLICY_NO_IDENTITIES', { path: field.path });
  const identities: PolicyIdentity[] = [];
  const allGrants: Grant[] = [];
  const ids = new FirstSights<number>();
  const certificates = new FirstSights<string>();
  for (const item of fields) {
    const members = item.object(
      ['certificate', 'file_rights', 'id'],
      dialect === 'truce-2' ? ['may_shut_down'] : [],
    );
    const id = readId(members.get('id'), ids);
    const certificate = readIdentityCertificate(members.get('certificate'), now, certificates);
    const grants = readGrants(members.get('file_rights'), 'identity', dialect);
    allGrants.push(...grants);
    identities.push({
      id,
      certificate: certificate.raw,
      notAfter: certificate.notAfter,
      access: accessOf(grants),
      // The older dialects let every identity do it (veracruz issue 393).
      mayShutDown: dialect !== 'truce-2' || (members.optional('may_shut_down')?.boolean() ?? false),
    });
  }
  return { identities, grants: allGrants };
}

/** The one certificate of an identity, which no other of them has. */
export function readIdentityCertificate(
  field: PolicyField,
  now: number,
  seen: FirstSights<string>,
): Certificate {
  const [certificate, ...more] = readCertificates(field, now);
  if (certificate === undefined || more.length > 0)
    throw new TruceError('POLICY_CERTIFICATE_INVALID', {
      path: field.path,
      reason: 'an identity has exactly one',
    });
  const other = seen.seenAt(toHex(certificate.raw), field);
  if (other !== undefined) throw new TruceError('POLICY_DUPLICATE_CERTIFICATE', { path: field.path, other });
  return certificate;
}

/** An id that no other of its list has. Error: POLICY_DUPLICATE_ID. */
export function readId(field: PolicyField, seen: FirstSights<number>): number {
  const id = field.integer(0, MAXIMUM_U32);
  if (seen.seenAt(id, field) !== undefined)
    throw new TruceError('POLICY_DUPLICATE_ID', { path: field.path, id });
  return id;
}

/** A program's canonical path is its name in requests, so it is one program's only. */
export function requireNewProgram(path: string, field: PolicyField, seen: FirstSights<string>): void {
  const other = seen.seenAt(path, field);
  if (other !== undefined) throw new TruceError('POLICY_DUPLICATE_PROGRAM', { path: field.path, other });
}

export function accessOf(grants: readonly Grant[]): AccessTable {
  return new AccessTable(grants.map(({ entry }) => entry));
}
