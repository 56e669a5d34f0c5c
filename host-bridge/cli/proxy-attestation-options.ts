/** What `truce proxy-attestation serve` is told, by its options and its configuration file, made into what the server takes. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { awsNitroRoots } from '../../proto/attestation/roots.ts';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { saysWhatRuns } from '../../proto/policy/measurement-sets.ts';
import { MAXIMUM_POLICY_LENGTH } from '../../proto/policy/model.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { stateDirectory } from '../launcher/places.ts';
import type { AuthorityFiles } from '../proxy-attestation/authority-files.ts';
import type { ProxyAttestationOptions } from '../proxy-attestation/options.ts';
import {
  ANY,
  AWS,
  type MeasurementSets,
  type ProxySettings,
  readSettings,
} from '../proxy-attestation/settings.ts';
import { readLocalFile } from './local-files.ts';
import type { HostPort } from './option-values.ts';

export interface ProxyServeOptions {
  readonly config?: string;
  readonly listen?: HostPort;
  readonly database?: string;
  readonly caCert?: string;
  readonly caKey?: string;
  readonly trustRoot?: readonly string[];
  readonly measurement?: MeasurementSets | typeof ANY;
  readonly policy?: readonly string[];
  readonly lifetime?: number;
  readonly legacy?: boolean;
  readonly allowDebug?: boolean;
}

/** Options and the files that they stand for; the server's authority is always one of two files here. */
export type ProxyCommandSettings = ProxyAttestationOptions & { readonly authority: AuthorityFiles };

const LONGEST_FILE = 1 << 20;
const IMAGE_PCRS = 16;
const PCR_BYTES = 48;
const MINUTE = 60_000;
const LONGEST_LIFETIME_MINUTES = 1440;

export function defaultDatabase(): string {
  return join(proxyDirectory(), 'attestations.db');
}

/** What the options say goes before what the file says. */
export async function resolveProxyOptions(options: ProxyServeOptions): Promise<ProxyCommandSettings> {
  const file = await readConfiguration(options.config);
  const measurements = options.measurement ?? file.measurements;
  if (measurements === undefined)
    throw new TruceError('PROXY_CONFIGURATION_INVALID', {
      file: options.config ?? 'options',
      reason: 'which enclaves are accepted is not said',
    });
  const authority = {
    certificateFile: options.caCert ?? file.certificateFile ?? join(proxyDirectory(), 'ca-cert.pem'),
    keyFile: options.caKey ?? file.keyFile ?? join(proxyDirectory(), 'ca-key.pem'),
  };
  const database = options.database ?? file.database ?? defaultDatabase();
  if (database === defaultDatabase()) await mkdir(dirname(database), { recursive: true, mode: 0o700 });
  const listen = options.listen ?? file.listen;
  const lifetimeMilliseconds =
    options.lifetime === undefined ? file.lifetimeMilliseconds : options.lifetime * MINUTE;
  const trustRoots = options.trustRoot ?? file.trustRoots;
  const policies = options.policy ?? file.policyFiles ?? [];
  return {
    database,
    authority,
    measurements,
    legacy: options.legacy ?? file.legacy ?? false,
    allowDebug: options.allowDebug ?? file.allowDebug ?? false,
    policies: await Promise.all(policies.map((path) => readLocalFile(path, MAXIMUM_POLICY_LENGTH + 1))),
    ...(listen === undefined ? {} : { listen }),
    ...(lifetimeMilliseconds === undefined ? {} : { lifetimeMilliseconds }),
    ...(trustRoots === undefined ? {} : { trustRoots: await readRoots(trustRoots) }),
    ...(file.psa === undefined ? {} : { psa: await readPsa(file.psa) }),
    ...(file.devices === undefined ? {} : { devices: file.devices }),
    ...(file.limits === undefined ? {} : { limits: file.limits }),
  };
}

/** What the file says; nothing where none is named. */
export async function readConfiguration(path: string | undefined): Promise<ProxySettings> {
  return path === undefined ? {} : readSettings(await readLocalFile(path, LONGEST_FILE), path);
}

/** Collects `any`, or sets such as `pcr0=HEX` and `pcr1=HEX,pcr2=HEX`. */
export function collectMeasurement(
  text: string,
  previous: MeasurementSets | typeof ANY = [],
): MeasurementSets | typeof ANY {
  if (text === ANY && previous.length === 0) return ANY;
  if (text === ANY || previous === ANY) throw new InvalidArgumentError('any goes with no other measurement.');
  const set = new Map<number, Uint8Array>();
  for (const part of text.split(',')) {
    const [, index, hex = ''] = /^pcr([0-9]{1,2})=([0-9a-fA-F]+)$/.exec(part) ?? [];
    const value = fromHex(hex);
    if (index === undefined || Number(index) >= IMAGE_PCRS || value?.length !== PCR_BYTES)
      throw new InvalidArgumentError(`any is due, or pcrN=HEX[,pcrN=HEX]: N below ${IMAGE_PCRS}, 48 bytes.`);
    if (set.has(Number(index))) throw new InvalidArgumentError(`pcr${index} is named twice.`);
    set.set(Number(index), value);
  }
  if (!saysWhatRuns(set))
    throw new InvalidArgumentError('neither pcr0, nor pcr1 and pcr2, nor pcr8 says which enclave it is.');
  return [...previous, set];
}

export function parseLifetime(text: string): number {
  const minutes = Number(text);
  if (!/^[1-9][0-9]{0,3}$/.test(text) || minutes > LONGEST_LIFETIME_MINUTES)
    throw new InvalidArgumentError(`a number of minutes is due, ${LONGEST_LIFETIME_MINUTES} at most.`);
  return minutes;
}

function proxyDirectory(): string {
  return join(stateDirectory(), 'proxy-attestation');
}

async function readRoots(roots: readonly string[]): Promise<readonly Uint8Array[]> {
  const read = roots.map(async (root) =>
    root === AWS ? awsNitroRoots() : decodePemCertificates(await readPem(root)),
  );
  return (await Promise.all(read)).flat();
}

async function readPsa({ keys, measurements }: NonNullable<ProxySettings['psa']>) {
  const read = keys.map(async ({ publicKeyFile, ...names }) => ({
    publicKey: await readPem(publicKeyFile),
    ...names,
  }));
  return { keys: await Promise.all(read), measurements };
}

async function readPem(path: string): Promise<string> {
  return new TextDecoder().decode(await readLocalFile(path, LONGEST_FILE));
}
