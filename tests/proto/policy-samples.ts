/** Policies of all dialects with real certificates, made when a test asks for them. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { X509CertificateGenerator } from '@peculiar/x509';
import { encodePem } from '../../proto/x509/pem.ts';
import { repositoryRoot } from '../support/repository.ts';

/** The time at which the samples are read: 2021-06-01, before the seed's own expiry. */
export const NOW = Date.UTC(2021, 5, 1);
const DAY = 86_400_000;

export interface SampleCertificate {
  readonly der: Uint8Array;
  /** In the form of Veracruz's generator: the base64 on one line, no newline at the end. */
  readonly pem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
let serial = 1;

export async function makeCertificate(
  notBefore = NOW - DAY,
  notAfter = NOW + 365 * DAY,
): Promise<SampleCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: (serial++).toString(16).padStart(4, '0'),
      name: 'CN=party',
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      keys,
      signingAlgorithm: algorithm,
    },
    webcrypto as Crypto,
  );
  const der = new Uint8Array(certificate.rawData);
  return { der, pem: oneLinePem(der) };
}

export function oneLinePem(der: Uint8Array): string {
  const [header, ...lines] = encodePem('CERTIFICATE', der).trimEnd().split('\n');
  return [header, lines.slice(0, -1).join(''), lines.at(-1)].join('\n');
}

export const HASH = '3fc011587de8a340c0ee36d733c3e52a42babc5fe6b12a074d94204495fd5877';
export const MEASUREMENT = '89bad60af6e4bd934dc7705b7187b828631092c151b967c0b1638c5567234acd';

interface SampleRights {
  file_name: string;
  rights: number;
}

/** Open enough that a test can put anything anywhere. */
export interface SamplePolicy {
  [field: string]: unknown;
  identities: { certificate: string; file_rights: SampleRights[]; id: number }[];
  programs: { [field: string]: unknown; file_rights: SampleRights[] }[];
}

const grant = (file_name: string, rights: number): SampleRights => ({ file_name, rights });

/** The full policy of seed 004 with certificates in place of its placeholders. */
export function seed004Policy(
  first: SampleCertificate,
  second: SampleCertificate,
  proxy: SampleCertificate,
): SamplePolicy {
  return {
    ciphersuite: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    debug: false,
    enable_clock: true,
    enclave_cert_expiry: { day: 23, hour: 23, minute: 44, month: 12, year: 2021 },
    execution_strategy: 'Interpretation',
    identities: [
      { certificate: first.pem, file_rights: [grant('linear-regression.wasm', 533572)], id: 0 },
      { certificate: second.pem, file_rights: [grant('input-0', 533572), grant('output', 8198)], id: 1 },
    ],
    programs: [
      {
        file_rights: [grant('input-0', 8198), grant('output', 533572)],
        id: 0,
        pi_hash: HASH,
        program_file_name: 'linear-regression.wasm',
      },
    ],
    proxy_attestation_server_url: 'veracruz-nitro-proxy:3010',
    proxy_service_cert: proxy.pem,
    runtime_manager_hash_nitro: MEASUREMENT,
    runtime_manager_hash_sgx: '',
    runtime_manager_hash_tz: '',
    std_streams_table: [
      { Stdin: grant('stdin', 8198) },
      { Stdout: grant('stdout', 533572) },
      { Stderr: grant('stderr', 533572) },
    ],
    veracruz_server_url: 'veracruz-nitro-server:3014',
  };
}

/** What Veracruz's generator makes for two clients, with i-poc's rights. */
export function veracruzPolicy(
  first: SampleCertificate,
  second: SampleCertificate,
  proxy: SampleCertificate,
): SamplePolicy {
  return {
    ciphersuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    debug: false,
    enable_clock: false,
    enclave_cert_expiry: { year: 2021, month: 12, day: 23, hour: 23, minute: 44 },
    execution_strategy: 'JIT',
    file_hashes: [
      { file_path: '/program/detector.wasm', hash: HASH },
      { file_path: '/program_data/weights', hash: MEASUREMENT.toUpperCase() },
    ],
    identities: [
      {
        certificate: first.pem,
        file_rights: [grant('/program/', 534084), grant('/program_data/', 534084)],
        id: 0,
      },
      {
        certificate: second.pem,
        file_rights: [
          grant('/program/', 536879108),
          grant('/user_input/key', 534084),
          grant('/output/', 24582),
          grant('stdout', 24582),
        ],
        id: 1,
      },
    ],
    max_memory_mib: 2000,
    native_modules: [{ name: 'Postcard Service', type: { Static: { special_file: '/services/postcard' } } }],
    pipelines: [
      { name: '0', pipeline: '/program/detector.wasm ;', id: 0, file_rights: [grant('/output/', 534084)] },
    ],
    programs: [
      {
        program_file_name: '/program/detector.wasm',
        id: 0,
        file_rights: [
          grant('/program_data/', 24582),
          grant('/user_input/key', 24582),
          grant('/output/', 534084),
          grant('stdout', 534084),
        ],
      },
    ],
    proxy_attestation_server_url: '127.0.0.1:3010',
    proxy_service_cert: `${proxy.pem}\n`,
    runtime_manager_hash_linux: null,
    runtime_manager_hash_nitro: MEASUREMENT,
    veracruz_server_url: '[::1]:3017',
  };
}

/** The example of docs/policy.md, each of its placeholders a certificate of its own. */
export function truce2Policy(certificates: readonly SampleCertificate[]): SamplePolicy {
  const page = readFileSync(new URL('docs/policy.md', repositoryRoot), 'utf8');
  const example = /```json\n(\{\n {2}"version": 2,[^`]*)```/.exec(page)?.[1] ?? '';
  const left = [...certificates];
  return JSON.parse(example, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('<PEM of ') ? left.shift()!.pem : value,
  ) as SamplePolicy;
}

export type Change = (policy: SamplePolicy) => void;

/** Puts a value at a path of names and indices; undefined takes away what is there. */
export const put =
  (value: unknown, ...path: (string | number)[]): Change =>
  (policy) => {
    let place: Record<string | number, unknown> = policy;
    for (const name of path.slice(0, -1)) place = place[name] as Record<string | number, unknown>;
    const last = path.at(-1)!;
    if (value === undefined) delete place[last];
    else place[last] = value;
  };
