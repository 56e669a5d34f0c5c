/**
 * What `truce exec` and the process that runs the engine for it tell each other: one line of JSON each way over the
 * engine's descriptor 3. The settings may hold secrets of the environment, which a command line would show to everyone.
 * The channel's end is the order to stop.
 */
import { type ErrorCode, type ErrorDetails, errorTable, TruceError } from './errors.ts';
import type { LimitSettings } from './limits.ts';
import type { ExecutionStrategy } from './policy/model.ts';

/** Where the engine finds its end of the channel. */
export const EXEC_CHANNEL = 3;

/** A host's file or folder, and where the program finds a copy of it. */
export interface ExecDirectory {
  readonly host: string;
  /** Canonical and absolute. */
  readonly guest: string;
  readonly rights: number;
}

/** A file or folder of the program's that is copied out when it has ended. */
export interface ExecOutput {
  readonly guest: string;
  /** Made before the run, for a program that expects it. */
  readonly directory: boolean;
  readonly host: string;
  /** Whether `host` was written with `/` or `/.` at its end: then nothing but a folder may come out there. */
  readonly hostIsFolder?: boolean;
}

export interface ExecSettings {
  readonly program: string;
  /** Paths of the executor children's JavaScript. */
  readonly childProgram: string;
  /** The program's name first. */
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly directories: readonly ExecDirectory[];
  readonly outputs: readonly ExecOutput[];
  /** A file that is written when all else is done, and that no output may be in the way of. */
  readonly report?: string;
  /** What the process's standard input was opened by, where it was named. */
  readonly stdin?: string;
  readonly clock: boolean;
  /** 32 bytes in hexadecimal, and nanoseconds since 1970: what takes the place of chance and of time. */
  readonly determinism?: { readonly seed: string; readonly realtime: string };
  /** Instructions that it may execute; they are counted where this is given. */
  readonly fuel?: number;
  readonly strategy: ExecutionStrategy;
  readonly limits: LimitSettings;
  readonly trace: boolean;
}

export interface ExecFailure {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** How it ended: by itself (`exitCode`), by someone else (`error`), or because nobody reads its output any more. */
export interface ExecOutcome {
  /** All 32 bits. */
  readonly exitCode?: number;
  readonly error?: ExecFailure;
  /** What of `outputs` could not be copied, though the program ended by itself. */
  readonly outputError?: ExecFailure;
  readonly outputClosed?: boolean;
  /** Where the report is to be written, its links followed before the run; missing where any place was refused. */
  readonly reportPlace?: string;
  readonly milliseconds: number;
  /** What the run used, by name: milliseconds, microseconds, bytes. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Whether the program's process has namespaces of its own; if not, why. */
  readonly namespaces?: { readonly active: boolean; readonly reason: string };
}

/** A line that is longer is nobody's. */
export const EXEC_MESSAGE_BYTES = 64 << 20;

/** One line, with its newline. */
export function encodeExecMessage(message: ExecSettings | ExecOutcome): string {
  return `${JSON.stringify(message)}\n`;
}

export function describeExecFailure(error: unknown): ExecFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof TruceError)) return { code: 'INTERNAL', message, details: {} };
  const details = Object.entries(error.details).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : String(value),
  ]);
  return { code: error.code, message, details: Object.fromEntries(details) };
}

/** The error that was described, or an Error where it was none of the table's. */
export function execError({ code, message, details }: ExecFailure): Error {
  if (!Object.hasOwn(errorTable, code) || code === 'INTERNAL') return new Error(message);
  return new TruceError(code as ErrorCode, details as ErrorDetails);
}
