/** What the boot configuration says of the services beside the two planes. */
import { fields, integer, invalid, members, string } from './boot-fields.ts';
import { TruceError } from './errors.ts';
import type { JsonValue } from './json/value.ts';
import { parseCertificate } from './x509/certificate.ts';
import { decodePemCertificates } from './x509/pem.ts';

/**
 * How callers reach the enclave services: inside TLS, each with the certificate of a party of the policy; or as their
 * originals did, in the clear, where the host reads and changes everything and nobody is authenticated.
 */
export type EnclaveServiceChannel = 'tls' | 'plain-and-read-by-the-host';

export interface BootKms {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** The ARN of the key that seals the services' state: what else could name one depends on who asks. */
  readonly keyId: string;
  /** The parent's port that leads to KMS. */
  readonly port: number;
  /** The region's own where it is left out. */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** PEM of the only roots to trust for KMS's TLS; those that Node carries where it is left out. */
  readonly roots?: readonly string[];
}

export interface BootServices {
  /** Documents for whoever asks; on port 9000 where it is left out, and not at all where it is null. */
  readonly attestation?: { readonly port: number } | null;
  /** Account, wallet, secrets, function; not where it is left out. */
  readonly enclave?: { readonly channel: EnclaveServiceChannel; readonly port: number };
  /** Where the enclave services' state can be sealed; it is lost with the enclave where it is left out. */
  readonly kms?: BootKms;
}

/** Ports inside the enclave, unless told. Sources: design documents of the vsock guide and of the Neo service layer. */
export const ATTESTATION_PORT = 9000;
export const ENCLAVE_SERVICES_PORT = 5000;

/** AF_VSOCK's are 32 bits wide, the last one a wildcard. Source: Linux, include/uapi/linux/vm_sockets.h. */
const MAXIMUM_PORT = 0xfffffffe;
const MAXIMUM_ROOTS = 8;

/** @throws TruceError BOOT_INVALID {path, reason} */
export function readServices(value: JsonValue, path: string): BootServices {
  fields(value, path, [], ['attestation', 'enclave', 'kms']);
  const { attestation, enclave, kms } = Object.fromEntries(members(value, path));
  return {
    ...(attestation === undefined
      ? {}
      : { attestation: readAttestation(attestation, `${path}.attestation`) }),
    ...(enclave === undefined ? {} : { enclave: readEnclave(enclave, `${path}.enclave`) }),
    ...(kms === undefined ? {} : { kms: readKms(kms, `${path}.kms`) }),
  };
}

function readAttestation(value: JsonValue, path: string): { readonly port: number } | null {
  if (value.kind === 'null') return null;
  return { port: port(fields(value, path, ['port']).port, `${path}.port`) };
}

function readEnclave(value: JsonValue, path: string): NonNullable<BootServices['enclave']> {
  const found = fields(value, path, ['channel', 'port']);
  const channel = string(found.channel, `${path}.channel`);
  if (channel !== 'tls' && channel !== 'plain-and-read-by-the-host')
    throw invalid(`${path}.channel`, 'neither tls nor plain-and-read-by-the-host');
  return { channel, port: port(found.port, `${path}.port`) };
}

function readKms(value: JsonValue, path: string): BootKms {
  const found = fields(value, path, ['region', 'keyId', 'port'], ['endpoint', 'roots']);
  const { endpoint, roots } = Object.fromEntries(members(value, path));
  return {
    region: string(found.region, `${path}.region`),
    keyId: string(found.keyId, `${path}.keyId`),
    port: port(found.port, `${path}.port`),
    ...(endpoint === undefined ? {} : { endpoint: readEndpoint(endpoint, `${path}.endpoint`) }),
    ...(roots === undefined ? {} : { roots: readRoots(roots, `${path}.roots`) }),
  };
}

function readEndpoint(value: JsonValue, path: string): { readonly host: string; readonly port: number } {
  const { host, port: number } = fields(value, path, ['host', 'port']);
  return { host: string(host, `${path}.host`), port: port(number, `${path}.port`) };
}

function readRoots(value: JsonValue, path: string): readonly string[] {
  if (value.kind !== 'array' || value.items.length === 0 || value.items.length > MAXIMUM_ROOTS)
    throw invalid(path, `not a list of 1 to ${MAXIMUM_ROOTS} certificates`);
  return value.items.map((item, index) => readRoot(item, `${path}[${index}]`));
}

/** OpenSSL takes what is no certificate without a word, and trusts nothing then. */
function readRoot(value: JsonValue, path: string): string {
  const pem = string(value, path);
  try {
    for (const der of decodePemCertificates(pem)) parseCertificate(der);
  } catch (error) {
    if (error instanceof TruceError) throw invalid(path, `no certificate: ${error.message}`);
    throw error;
  }
  return pem;
}

function port(value: JsonValue, path: string): number {
  const number = integer(value, path);
  if (number < 1 || number > MAXIMUM_PORT) throw invalid(path, `not between 1 and ${MAXIMUM_PORT}`);
  return number;
}
