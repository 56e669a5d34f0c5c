/** Writes a policy's text in either dialect, in the form that Veracruz's own tools write and read. */
import { toHex } from '../../proto/bytes.ts';
import type { ExecutionStrategy, PolicyDialect } from '../../proto/policy/model.ts';
import { isStreamName, parsePath, type streamNames } from '../../proto/policy/paths.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { type Capability, rightsOfText } from './capabilities.ts';

export interface PolicyPlan {
  readonly dialect: PolicyDialect;
  readonly identities: readonly {
    readonly certificate: Uint8Array;
    readonly capabilities: readonly Capability[];
  }[];
  readonly programs: readonly {
    readonly name: string;
    readonly sha256: Uint8Array;
    readonly capabilities: readonly Capability[];
  }[];
  /** Veracruz only. */
  readonly pipelines: readonly { readonly text: string; readonly capabilities: readonly Capability[] }[];
  /** Data files; programs are hashed anyway. Veracruz only. */
  readonly hashes: readonly { readonly name: string; readonly sha256: Uint8Array }[];
  /** Seed 004 only: rights of every program on its streams. */
  readonly streams: Readonly<Record<(typeof streamNames)[number], string>>;
  readonly server: string;
  readonly proxy: { readonly address: string; readonly certificates: readonly Uint8Array[] } | undefined;
  /** Milliseconds; written to the minute. */
  readonly expiry: number;
  readonly cipherSuite: string;
  /** 32 bytes. */
  readonly measurement: Uint8Array | undefined;
  readonly debug: boolean;
  readonly enableClock: boolean;
  readonly strategy: ExecutionStrategy;
  /** Veracruz only. */
  readonly maxMemoryMib: number;
}

interface FileRights {
  readonly file_name: string;
  readonly rights: number;
}

/** The text, with a newline at its end. `parsePolicy` still has to judge it. */
export function buildPolicy(plan: PolicyPlan): string {
  const policy = plan.dialect === 'veracruz' ? veracruzPolicy(plan) : seed004Policy(plan);
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

function veracruzPolicy(plan: PolicyPlan): object {
  const rights = (capabilities: readonly Capability[]) => fileRights(capabilities, 'veracruz');
  return {
    ...commonFields(plan),
    programs: plan.programs.map(({ name, capabilities }, id) => ({
      program_file_name: leadingSlash(name),
      id,
      file_rights: rights(capabilities),
    })),
    native_modules: [],
    file_hashes: [...plan.programs, ...plan.hashes].map(({ name, sha256 }) => ({
      file_path: leadingSlash(name),
      hash: toHex(sha256),
    })),
    // Upstream finds a pipeline by its number, so its name has to be that.
    pipelines: plan.pipelines.map(({ text, capabilities }, id) => ({
      name: String(id),
      pipeline: text,
      id,
      file_rights: rights(capabilities),
    })),
    max_memory_mib: plan.maxMemoryMib,
  };
}

function seed004Policy(plan: PolicyPlan): object {
  const stream = (tag: string, name: (typeof streamNames)[number]) => ({
    [tag]: { file_name: name, rights: rightsOfText(plan.streams[name], 'seed-004') },
  });
  return {
    ...commonFields(plan),
    programs: plan.programs.map(({ name, sha256, capabilities }, id) => ({
      file_rights: fileRights(capabilities, 'seed-004'),
      id,
      pi_hash: toHex(sha256),
      program_file_name: bareName(name),
    })),
    runtime_manager_hash_sgx: '',
    runtime_manager_hash_tz: '',
    std_streams_table: [stream('Stdin', 'stdin'), stream('Stdout', 'stdout'), stream('Stderr', 'stderr')],
  };
}

function commonFields(plan: PolicyPlan): object {
  const expiry = new Date(plan.expiry);
  return {
    identities: plan.identities.map(({ certificate, capabilities }, id) => ({
      certificate: veracruzPem(certificate),
      id,
      file_rights: fileRights(capabilities, plan.dialect),
    })),
    veracruz_server_url: plan.server,
    enclave_cert_expiry: {
      year: expiry.getUTCFullYear(),
      month: expiry.getUTCMonth() + 1,
      day: expiry.getUTCDate(),
      hour: expiry.getUTCHours(),
      minute: expiry.getUTCMinutes(),
    },
    ciphersuite: plan.cipherSuite,
    runtime_manager_hash_nitro: plan.measurement === undefined ? '' : toHex(plan.measurement),
    proxy_attestation_server_url: plan.proxy?.address ?? '',
    proxy_service_cert: plan.proxy?.certificates.map((der) => encodePem('CERTIFICATE', der)).join('') ?? '',
    debug: plan.debug,
    enable_clock: plan.enableClock,
    execution_strategy: plan.strategy,
  };
}

function fileRights(capabilities: readonly Capability[], dialect: PolicyDialect): FileRights[] {
  return capabilities.map(({ name, rights }) => ({
    file_name: dialect === 'veracruz' ? leadingSlash(name) : bareName(name),
    rights: rightsOfText(rights, dialect) ?? 0,
  }));
}

/** Veracruz's generator puts a slash before everything but streams. */
function leadingSlash(name: string): string {
  return isStreamName(name) || name.startsWith('/') ? name : `/${name}`;
}

/** Seed 004 writes bare names; `/stdin` keeps its slash, since without it it would be the stream. */
function bareName(name: string): string {
  const { path } = parsePath(name);
  const bare = name.replace(/^\//, '');
  return isStreamName(bare) || isStreamName(path) ? name : bare;
}

/** The form that Veracruz checks for: the footer ends the text. It writes the base64 on one line. */
function veracruzPem(der: Uint8Array): string {
  const [header, ...lines] = encodePem('CERTIFICATE', der).trimEnd().split('\n');
  return [header, lines.slice(0, -1).join(''), lines.at(-1)].join('\n');
}
