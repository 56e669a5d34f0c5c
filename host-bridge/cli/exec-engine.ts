/** The engine as a process of its own, with this command's standard streams; it ends with us, however we end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import {
  EXEC_MESSAGE_BYTES,
  type ExecOutcome,
  type ExecSettings,
  encodeExecMessage,
} from '../../proto/exec.ts';

export class ExecEngine {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;

  /**
   * @param program the script that Node runs
   * @param input a descriptor for its standard input, which is ours unless told; closed here
   */
  constructor(program: string, input?: number) {
    // In our own session: a terminal lets only those in front of it read from it.
    this.#child = spawn(process.execPath, [program], {
      env: {},
      stdio: [input ?? 'inherit', 'inherit', 'inherit', 'pipe'],
    });
    if (input !== undefined) closeSync(input);
    this.#channel = this.#child.stdio[3] as Duplex;
    // It may be gone before it has read all; its end says so.
    this.#channel.on('error', () => undefined);
  }

  /**
   * Runs the program.
   * @throws TruceError EXEC_FAILED where the engine ends without a word; the signal's reason, when the engine is gone
   */
  async run(settings: ExecSettings, signal: AbortSignal): Promise<ExecOutcome> {
    const ended = new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, name) => resolve(name ?? `exit code ${code}`));
    });
    const stop = () => this.#channel.end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#channel.write(encodeExecMessage(settings));
      if (signal.aborted) stop();
      const [line, reason] = await Promise.all([firstLine(this.#channel), ended]);
      if (signal.aborted) throw signal.reason;
      if (line === undefined) throw new TruceError('EXEC_FAILED', { reason });
      return JSON.parse(line) as ExecOutcome;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** At once; what it has started ends with it. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * Opens what is to be the engine's standard input. Here, since `/dev/fd/63` of a shell means a descriptor of ours; and before
 * signals have another meaning than to end us, since a pipe without a writer is waited for.
 * @throws TruceError LOCAL_FILE_UNREADABLE
 */
export function openInput(path: string): number {
  try {
    const descriptor = openSync(path, 'r');
    if (!fstatSync(descriptor).isDirectory()) return descriptor;
    closeSync(descriptor);
  } catch (cause) {
    const { code: reason = String(cause) } = cause as NodeJS.ErrnoException;
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason }, { cause });
  }
  throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: 'it is a folder' });
}

/** Undefined where the channel ends before a whole line. */
function firstLine(channel: Duplex): Promise<string | undefined> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    channel.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= EXEC_MESSAGE_BYTES) pieces.push(piece);
      if (piece.includes(0x0a)) resolve(Buffer.concat(pieces).toString());
    });
    channel.once('close', () => resolve(undefined));
  });
}
