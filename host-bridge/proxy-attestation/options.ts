/** What a proxy attestation server is started with, in code; configuration.ts reads the same from a file. */
import type { ProxyLimits } from '../../proto/limits.ts';
import type { AuthoritySigner } from './authority.ts';
import type { AuthorityFiles } from './authority-files.ts';
import type { KnownDevice } from './devices.ts';
import type { PsaKeyOptions } from './psa-keys.ts';

export interface PsaOptions {
  readonly keys: readonly PsaKeyOptions[];
  /** SHA-256 of the runtimes that are accepted, 32 bytes each; or any at all. */
  readonly measurements: readonly Uint8Array[] | 'any';
}

/** An authority whose key is elsewhere. */
export interface RemoteAuthority extends AuthoritySigner {
  /** DER, or PEM of one certificate. */
  readonly certificate: Uint8Array | string;
}

export interface ProxyAttestationOptions {
  /** 127.0.0.1 and 3010 unless told; port 0 is any free one. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Path of the SQLite file; made where there is none. */
  readonly database: string;
  /** Two files, which are made where neither is there; or a signer. */
  readonly authority: AuthorityFiles | RemoteAuthority;
  /** The only roots of documents to trust, DER or PEM; AWS's Nitro root unless told. */
  readonly trustRoots?: readonly (Uint8Array | string)[];
  /** Sets of registers by number, 48 bytes each, of which a document must show one whole; or any enclave at all. */
  readonly measurements: readonly ReadonlyMap<number, Uint8Array>[] | 'any';
  /** Texts of policies, whose ends and measurements hold for enclaves that enforce them. */
  readonly policies?: readonly (string | Uint8Array)[];
  /** How long a certificate lasts where its policy does not end before; 24 h unless told, and at most. */
  readonly lifetimeMilliseconds?: number;
  /** Accept Veracruz's untagged documents, which prove no policy. False unless told. */
  readonly legacy?: boolean;
  /** Accept enclaves in debug mode, which hide nothing from their hosts. False unless told. */
  readonly allowDebug?: boolean;
  /** PSA tokens are refused unless told. */
  readonly psa?: PsaOptions;
  /** Devices that `/VerifyPAT` knows besides the enclaves that were attested here. */
  readonly devices?: readonly KnownDevice[];
  /** LIMITS.md lists them. */
  readonly limits?: Partial<ProxyLimits>;
  /** Told of what an operator should know; never of a secret. */
  readonly warn?: (line: string) => void;
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
}

export const DEFAULT_ADDRESS = { host: '127.0.0.1', port: 3010 } as const;
export const LONGEST_LIFETIME = 24 * 3_600_000;
