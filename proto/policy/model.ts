/** What every part of Truce knows as a policy, whichever dialect its text is in. */
import type { RunLimits } from '../limits.ts';
import type { NativeModuleName } from '../native-modules/names.ts';
import type { AccessTable, BoundaryTable } from './access.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { PipelineStep } from './pipeline.ts';

/** Bytes of UTF-8. */
export const MAXIMUM_POLICY_LENGTH = 1 << 20;

/** 'seed-004': i-poc's full policy of 2021. 'veracruz': Veracruz's from July 2022 on. 'truce-2': Truce's own. */
export type PolicyDialect = 'seed-004' | 'veracruz' | 'truce-2';

export type ExecutionStrategy = 'Interpretation' | 'JIT';

export interface PolicyIdentity {
  readonly id: number;
  /** DER. A client is this identity when its TLS certificate has these very bytes. */
  readonly certificate: Uint8Array;
  /** When the certificate ends: milliseconds since 1970. */
  readonly notAfter: number;
  readonly access: AccessTable;
  readonly mayShutDown: boolean;
}

/** What takes the place of chance and of time in a program that is to give the same for the same. */
export interface ProgramDeterminism {
  /** 32 bytes, from which all of its random numbers follow. */
  readonly seed: Uint8Array;
  /** Nanoseconds since 1970: what its clocks start from. */
  readonly realtime: bigint;
}

/** What a component may import beyond WASI's files, streams, clocks and random numbers. */
export const programInterfaces = ['wasi:sockets', 'wasi:http'] as const;
export type ProgramInterface = (typeof programInterfaces)[number];

/**
 * What the party that runs a program learns of its end. 'full': exit code, or the error with its code and message.
 * 'success': whether it succeeded, one bit. Nobody else is told anything.
 */
export const programOutcomes = ['full', 'success'] as const;
export type ProgramOutcome = (typeof programOutcomes)[number];

export interface PolicyProgram {
  readonly id: number;
  /** Canonical. */
  readonly path: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** The streams of the program included. */
  readonly access: AccessTable;
  /** What follows the program's name. */
  readonly arguments: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly string[];
  /** Each in its range; what is left out is the enclave's. */
  readonly limits: Partial<RunLimits>;
  readonly determinism: ProgramDeterminism | undefined;
  /** Steps that a run may take; undefined: they are not counted. */
  readonly fuel: number | undefined;
  readonly interfaces: readonly ProgramInterface[];
  readonly outcome: ProgramOutcome;
}

export interface PolicyPipeline {
  readonly id: number;
  /** What clients ask for; Veracruz's own generator numbers them '0', '1', .... */
  readonly name: string;
  readonly text: string;
  readonly steps: PipelineStep;
  /** Kept for `policy show`; each step runs with its program's own rights (upstream runs all with the pipeline's). */
  readonly access: AccessTable;
}

export interface PolicyNativeModule {
  readonly name: NativeModuleName;
  /** The one kind that is provided. */
  readonly kind: 'Static';
  /** Canonical path of the file that calls the module. */
  readonly specialFile: string;
}

export interface HostAndPort {
  readonly text: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

export interface PolicyProxy {
  readonly server: HostAndPort;
  /** DER, at least one: who may sign endpoint certificates. */
  readonly certificates: readonly Uint8Array[];
}

export const measurementPlatforms = ['nitro', 'linux', 'sevsnp', 'icecap', 'sgx', 'tz'] as const;
export type MeasurementPlatform = (typeof measurementPlatforms)[number];

export interface PolicyWarning {
  /** UPPER_SNAKE, stable. */
  readonly code: string;
  readonly message: string;
  /** JSON paths of the fields that it is about. */
  readonly paths: readonly string[];
}

export interface Policy {
  readonly dialect: PolicyDialect;
  /** The exact text, whose hash is the policy's identity. */
  readonly text: string;
  readonly identities: readonly PolicyIdentity[];
  readonly programs: readonly PolicyProgram[];
  readonly pipelines: readonly PolicyPipeline[];
  readonly nativeModules: readonly PolicyNativeModule[];
  /** SHA-256 (32 bytes) by canonical path: programs and data that become immutable once provisioned. */
  readonly fileHashes: ReadonlyMap<string, Uint8Array>;
  /** Every path that an entry or a hash names, whoever's it is. */
  readonly boundaries: BoundaryTable;
  /** Canonical paths of directories that exist from the start, parents first, the root left out. */
  readonly initialDirectories: readonly string[];
  readonly cipherSuite: CipherSuite;
  readonly serverAddress: HostAndPort;
  /** Milliseconds since 1970: when the endpoint's certificate ends, and with it the policy. */
  readonly certificateExpiry: number;
  /** undefined: no proxy attestation server; clients verify the attestation document themselves. */
  readonly proxy: PolicyProxy | undefined;
  /** Accepted runtimes, 32 bytes each; Nitro's is the first 32 bytes of PCR0. */
  readonly measurements: ReadonlyMap<MeasurementPlatform, Uint8Array>;
  readonly debug: boolean;
  readonly enableClock: boolean;
  readonly strategy: ExecutionStrategy;
  /** MiB for the enclave; seed 004 does not say. */
  readonly maxMemoryMib: number | undefined;
  /** Canonical paths, and names of streams, that can be added to and followed while programs run. */
  readonly liveFiles: ReadonlySet<string>;
  /** Every run yields a signed receipt. */
  readonly receipts: boolean;
  /** DER. Where there are any, a chain of attestation certificates has to end in one of them as well. */
  readonly trustRoots: readonly Uint8Array[];
  /** Sets of registers, 48 bytes by number: a runtime has to match one whole set. None: any. */
  readonly pcrs: readonly ReadonlyMap<number, Uint8Array>[];
  readonly warnings: readonly PolicyWarning[];
}
