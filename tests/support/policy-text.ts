/** Policies for tests and benchmarks, in Veracruz's dialect, from parties and programs. */
import { createHash } from 'node:crypto';
import { Rights } from '../../proto/rights.ts';

const { PATH_OPEN, PATH_CREATE_FILE, PATH_FILESTAT_SET_SIZE, FD_READ, FD_WRITE, FD_SEEK, FD_EXECUTE } =
  Rights;
export const READ = PATH_OPEN | FD_READ | FD_SEEK;
export const WRITE = PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE | PATH_FILESTAT_SET_SIZE;
export const RUN = PATH_OPEN | FD_EXECUTE | FD_SEEK;

/** Rights by file name. */
export type FileRights = Readonly<Record<string, number>>;

export interface PolicyParts {
  readonly parties: readonly { readonly certificate: string; readonly rights: FileRights }[];
  readonly programs?: readonly {
    readonly path: string;
    readonly module: Uint8Array;
    readonly rights: FileRights;
  }[];
  /** Files with a hash beside the programs. */
  readonly hashed?: Readonly<Record<string, Uint8Array>>;
  /** Texts; their names are '0', '1', .... */
  readonly pipelines?: readonly string[];
  /** 48 bytes; the policy names the first 32. */
  readonly pcr0: Uint8Array;
  readonly address?: string;
  /** None unless told. `certificates` is PEM. */
  readonly proxy?: { readonly address: string; readonly certificates: string };
  readonly ciphersuite?: string;
  readonly strategy?: 'JIT' | 'Interpretation';
  readonly clock?: boolean;
  /** Far more than any test needs unless told. */
  readonly maxMemoryMib?: number;
}

export function policyText(parts: PolicyParts): string {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const list = (rights: FileRights) =>
    Object.entries(rights).map(([file_name, bits]) => ({ file_name, rights: bits }));
  const programs = parts.programs ?? [];
  const hashed = [
    ...programs.map(({ path, module }) => [path, module] as const),
    ...Object.entries(parts.hashed ?? {}),
  ];
  return JSON.stringify({
    identities: parts.parties.map(({ certificate, rights }, id) => ({
      id,
      certificate: certificate.trimEnd(),
      file_rights: list(rights),
    })),
    programs: programs.map(({ path, rights }, id) => ({
      id,
      program_file_name: path,
      file_rights: list(rights),
    })),
    file_hashes: hashed.map(([file_path, bytes]) => ({ file_path, hash: sha256(bytes) })),
    pipelines: (parts.pipelines ?? []).map((pipeline, id) => ({
      id,
      name: String(id),
      pipeline,
      file_rights: [],
    })),
    native_modules: [],
    veracruz_server_url: parts.address ?? '127.0.0.1:3010',
    proxy_attestation_server_url: parts.proxy?.address ?? '',
    proxy_service_cert: parts.proxy?.certificates ?? '',
    enclave_cert_expiry: { year: new Date().getUTCFullYear() + 1, month: 1, day: 1, hour: 0, minute: 0 },
    ciphersuite: parts.ciphersuite ?? 'TLS1_3_AES_256_GCM_SHA384',
    runtime_manager_hash_nitro: Buffer.from(parts.pcr0.subarray(0, 32)).toString('hex'),
    debug: false,
    enable_clock: parts.clock ?? false,
    execution_strategy: parts.strategy ?? 'JIT',
    max_memory_mib: parts.maxMemoryMib ?? 65_536,
  });
}
