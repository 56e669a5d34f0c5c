/** A launched enclave as all that use one see it, whichever launcher started it. */
import type { Socket } from 'node:net';
import type { DialTarget } from '../relay/dial-target.ts';
import type { ExitStatus } from './child-program.ts';
import type { Measurements } from './measurement.ts';

/** The root that signs in AWS's place. */
export interface RootTrust {
  readonly kind: 'root';
  readonly certificatePem: string;
  /** The PEM file to name with `--trust-root`. */
  readonly certificatePath: string;
}

/** Whose word a client has to take for this enclave's documents. */
export type EnclaveTrust =
  | RootTrust
  /** QEMU's, which signs nothing: `--trust-emulator`. */
  | { readonly kind: 'emulator' }
  /** AWS's root: the one that clients trust anyway. */
  | { readonly kind: 'aws' };

export type Launcher = 'process' | 'qemu' | 'nitro';

export interface RunningEnclave {
  readonly launcher: Launcher;
  /** Holds what belongs to this life, sockets above all; removed at the end. */
  readonly directory: string;
  /** The process that is the enclave, or stands for it on this machine. */
  readonly pid: number;
  readonly measurements: Measurements;
  readonly trust: EnclaveTrust;
  /** Where the relay sends clients. */
  readonly dataTarget: DialTarget;
  /** Where any port of the enclave is dialled; whether anything listens there is the boot configuration's to say. */
  target(port: number): DialTarget;
  /** Connected sockets, that of the data plane half-open; they reject as `dial` does. */
  connectControl(): Promise<Socket>;
  connectData(): Promise<Socket>;
  /** Settles when the enclave is gone and everything has been cleared away; never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** Shutdown over the control plane, then SIGTERM or its like, then force. Nothing is left behind. */
  stop(): Promise<void>;
  /** Ends it at once; `exited` then settles as ever. */
  kill(): void;
  /** What the machine prints, where it has a console. */
  readonly consolePath?: string;
}

/** How long a connection to an enclave that runs may take. */
export const DIAL_MILLISECONDS = 10_000;
