/**
 * The runtime's boot configuration: `/app/boot.json` of the measured ramdisk in an image, a file that the process
 * launcher writes otherwise. It says where the runtime is and how much it may use, never what it does for whom: that is
 * the policy's alone.
 */
import { absolutePath, fields, integer, invalid, members, readKind, string } from './boot-fields.ts';
import { ATTESTATION_PORT, type BootServices, readServices } from './boot-services.ts';
import { readJson } from './json/reader.ts';
import { type JsonValue, memberPath } from './json/value.ts';
import { isEnclaveLimitName, isRunLimitName, type LimitSettings, resolveLimits } from './limits.ts';

/** How the outside reaches the runtime: Unix sockets named after the ports in `directory`, or AF_VSOCK. */
export type BootTransport =
  | { readonly kind: 'unix'; readonly directory: string }
  | { readonly kind: 'vsock' };

/** Where the Nitro security module is: the simulator's Unix socket, or `/dev/nsm`. */
export type BootNsm = { readonly kind: 'socket'; readonly path: string } | { readonly kind: 'device' };

export interface BootExecutor {
  /** Children kept loaded and waiting. */
  readonly warmChildren: number;
  /** Whether a run is refused where the kernel grants no namespaces of its own. */
  readonly namespaces: 'required' | 'if-possible';
  /** Whether the bundle has what components need, and they may run; not where it is left out. */
  readonly components?: boolean;
  /** Whether children that wait run calls of their own meanwhile, so that V8 has compiled them; not where it is left out. */
  readonly exercise?: boolean;
}

export interface BootConfiguration {
  readonly transport: BootTransport;
  readonly nsm: BootNsm;
  readonly executor: BootExecutor;
  readonly limits: LimitSettings;
  /**
   * Attestation documents for Veracruz's proxy attestation server: user_data is the SHA-256 of the request alone, without a
   * tag, and issued certificates need not claim what Truce's do. Not where it is left out.
   */
  readonly legacyAttestation?: boolean;
  /** What is served beside the two planes; the attestation service alone where it is left out. */
  readonly services?: BootServices;
}

/** Vsock ports inside the enclave, and names of the sockets in the process launcher's directory. */
export const CONTROL_PORT = 5005;
export const DATA_PORT = 5006;
/** Where the parent waits for the heartbeat. Source: aws-nitro-enclaves-sdk-bootstrap, init/init.c. */
export const HEARTBEAT_PORT = 9000;
/** Where the parent's way to KMS begins, unless told. Source: AWS's vsock-proxy as its own examples run it. */
export const KMS_PROXY_PORT = 8000;
/** The byte that the enclave writes and the parent writes back. Source: as above. */
export const HEARTBEAT = 0xb7;

/** The heartbeat's name beside `5005` and `5006`: port 9000 of the enclave is another service than the parent's. */
export const HEARTBEAT_SOCKET = 'parent_9000';

const OPTIONAL = ['legacyAttestation', 'services'];
const MAXIMUM_BYTES = 256 * 1024;
export const MAXIMUM_WARM_CHILDREN = 64;

/**
 * Reads a boot configuration: every field is known and, but for those of `limits` and the optional ones, present.
 * @throws TruceError JSON_INVALID, BOOT_INVALID {path, reason}, LIMIT_INVALID {name, minimum, maximum}
 */
export function parseBootConfiguration(text: string | Uint8Array): BootConfiguration {
  const value = readJson(text, { bytes: MAXIMUM_BYTES, depth: 5 });
  const root = fields(value, '$', ['transport', 'nsm', 'executor', 'limits'], OPTIONAL);
  const legacy = members(value, '$').get('legacyAttestation');
  if (legacy !== undefined && legacy.kind !== 'boolean')
    throw invalid('$.legacyAttestation', 'neither true nor false');
  const named = members(value, '$').get('services');
  const services = named === undefined ? undefined : readServices(named, '$.services');
  if (services !== undefined) requireOwnPorts(services, '$.services');
  const limits = readLimits(root.limits, '$.limits');
  resolveLimits(limits);
  return {
    transport: readTransport(root.transport, '$.transport'),
    nsm: readNsm(root.nsm, '$.nsm'),
    executor: readExecutor(root.executor, '$.executor'),
    limits,
    ...(legacy === undefined ? {} : { legacyAttestation: legacy.value }),
    ...(services === undefined ? {} : { services }),
  };
}

/** No port serves two things. */
function requireOwnPorts({ attestation, enclave }: BootServices, path: string): void {
  const taken = new Set([CONTROL_PORT, DATA_PORT]);
  const services = {
    attestation: attestation === null ? undefined : (attestation?.port ?? ATTESTATION_PORT),
    enclave: enclave?.port,
  };
  for (const [name, port] of Object.entries(services)) {
    if (port === undefined) continue;
    if (taken.has(port)) throw invalid(`${path}.${name}.port`, 'the port of something else');
    taken.add(port);
  }
}

function readTransport(value: JsonValue, path: string): BootTransport {
  const kind = readKind(value, path);
  if (kind === 'unix') {
    const { directory } = fields(value, path, ['kind', 'directory']);
    return { kind, directory: absolutePath(directory, `${path}.directory`) };
  }
  if (kind !== 'vsock') throw invalid(`${path}.kind`, 'neither unix nor vsock');
  fields(value, path, ['kind']);
  return { kind };
}

function readNsm(value: JsonValue, path: string): BootNsm {
  const kind = readKind(value, path);
  if (kind === 'socket') {
    const members = fields(value, path, ['kind', 'path']);
    return { kind, path: absolutePath(members.path, `${path}.path`) };
  }
  if (kind !== 'device') throw invalid(`${path}.kind`, 'neither socket nor device');
  fields(value, path, ['kind']);
  return { kind };
}

function readExecutor(value: JsonValue, path: string): BootExecutor {
  const found = fields(value, path, ['warmChildren', 'namespaces'], ['components', 'exercise']);
  const warmChildren = integer(found.warmChildren, `${path}.warmChildren`);
  if (warmChildren < 0 || warmChildren > MAXIMUM_WARM_CHILDREN) {
    throw invalid(`${path}.warmChildren`, `not between 0 and ${MAXIMUM_WARM_CHILDREN}`);
  }
  const namespaces = string(found.namespaces, `${path}.namespaces`);
  if (namespaces !== 'required' && namespaces !== 'if-possible') {
    throw invalid(`${path}.namespaces`, 'neither required nor if-possible');
  }
  const choices = Object.fromEntries(
    (['components', 'exercise'] as const).flatMap((name) => {
      const choice = members(value, path).get(name);
      if (choice === undefined) return [];
      if (choice.kind !== 'boolean') throw invalid(`${path}.${name}`, 'neither true nor false');
      return [[name, choice.value]];
    }),
  );
  return { warmChildren, namespaces, ...choices };
}

function readLimits(value: JsonValue, path: string): LimitSettings {
  const settings: Record<string, number> = {};
  let run: Record<string, number> | undefined;
  for (const [name, member] of members(value, path)) {
    if (name === 'run') run = readRunLimits(member, `${path}.run`);
    else if (isEnclaveLimitName(name)) settings[name] = integer(member, `${path}.${name}`);
    else throw invalid(memberPath(path, name), 'unknown field');
  }
  return run === undefined ? settings : { ...settings, run };
}

function readRunLimits(value: JsonValue, path: string): Record<string, number> {
  const settings: Record<string, number> = {};
  for (const [name, member] of members(value, path)) {
    if (!isRunLimitName(name)) throw invalid(memberPath(path, name), 'unknown field');
    settings[name] = integer(member, `${path}.${name}`);
  }
  return settings;
}
