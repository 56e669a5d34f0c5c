/** What somebody means a policy to say, before it is written in one of the dialects. */
import type { ExecutionStrategy, MeasurementPlatform, PolicyNativeModule } from './model.ts';
import type { StreamName } from './paths.ts';

export interface PlannedRights {
  /** As it is to be written, but for a slash at its beginning. */
  readonly name: string;
  readonly rights: number;
}

export interface PlannedIdentity {
  readonly id: number;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly fileRights: readonly PlannedRights[];
  /** Version 2 only; in the older dialects everybody may. */
  readonly mayShutDown: boolean;
}

export interface PlannedProgram {
  readonly id: number;
  readonly name: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  readonly fileRights: readonly PlannedRights[];
  /** Members beside those above, as version 2 writes them: `arguments`, `limits` and so on. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface PlannedPipeline {
  readonly text: string;
  readonly fileRights: readonly PlannedRights[];
}

export interface PlannedHash {
  readonly name: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
}

/** What only version 2 has words for. */
export interface Version2Plan {
  readonly liveFiles: readonly string[];
  readonly receipts: boolean;
  /** DER. */
  readonly trustRoots: readonly Uint8Array[];
  /** Sets of registers, 48 bytes by number. */
  readonly pcrs: readonly ReadonlyMap<number, Uint8Array>[];
}

export interface PolicyPlan {
  readonly identities: readonly PlannedIdentity[];
  readonly programs: readonly PlannedProgram[];
  readonly pipelines: readonly PlannedPipeline[];
  readonly nativeModules: readonly PolicyNativeModule[];
  /** Of data; programs have their own. */
  readonly hashes: readonly PlannedHash[];
  /** Rights of every program on its streams: seed 004 writes them in a table. */
  readonly streams: Readonly<Record<StreamName, number>> | undefined;
  readonly cipherSuite: string;
  readonly debug: boolean;
  readonly enableClock: boolean;
  readonly strategy: ExecutionStrategy;
  readonly maxMemoryMib: number | undefined;
  /** undefined: nothing that version 2 alone could say. */
  readonly version2: Version2Plan | undefined;
}

/** Where a policy is enforced, and who attests it. */
export interface PolicyPlace {
  /** `host:port`. */
  readonly server: string;
  readonly proxy: { readonly address: string; readonly certificates: readonly Uint8Array[] } | undefined;
  /** Milliseconds since 1970; written to the minute. */
  readonly expiry: number;
  /** 32 bytes each. */
  readonly measurements: ReadonlyMap<MeasurementPlatform, Uint8Array>;
}
