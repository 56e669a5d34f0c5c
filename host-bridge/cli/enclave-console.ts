/** `truce enclave console`: what a machine prints. It is the guest's word, shown so that it cannot steer a terminal. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { describeExit } from '../launcher/child-program.ts';
import { consoleParts } from '../launcher/console-file.ts';
import { CONSOLE_FILE, type EnclaveLife, EnclaveRegistry } from '../launcher/enclave-registry.ts';
import { NitroCli } from '../launcher/nitro-cli.ts';
import { nitroError } from '../launcher/nitro-errors.ts';
import { isRunning } from '../launcher/process-identity.ts';
import { type CommandIo, printable } from './command-io.ts';
import { interruptible } from './interruption.ts';
import { nitroEnclaves } from './nitro-enclaves.ts';

const READ_BYTES = 64 * 1024;
/** The file's growth is looked for so often: a person reads it. */
const POLL_MILLISECONDS = 200;
const COMPLAINT_LENGTH = 4096;

export interface ConsoleOptions {
  /** Whether to go on until the enclave ends. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export function registerEnclaveConsole(enclave: Command, io: CommandIo): void {
  enclave
    .command('console')
    .description('show what an enclave prints, or has printed before it ended')
    .argument('<name>', 'which one')
    .option('--follow', 'go on until it ends, or Ctrl-C')
    .action(async (name: string, { follow = false }: { readonly follow?: boolean }) => {
      await interruptible(async (signal) => {
        const cli = new NitroCli();
        const nitro = (await nitroEnclaves(cli)).find(({ EnclaveName }) => EnclaveName === name);
        if (nitro !== undefined) return attachConsole(cli, nitro.EnclaveID, io, signal);
        await showConsole(await new EnclaveRegistry().find(name), io, { follow, signal });
      });
    });
}

/** Shows the console's file, and what is added to it. Ends quietly at the signal. */
export async function showConsole(
  { directory, record }: EnclaveLife,
  io: CommandIo,
  { follow, signal }: ConsoleOptions,
): Promise<void> {
  const text = new ConsoleText(io);
  const parts = consoleParts(join(directory, CONSOLE_FILE));
  let file: FileHandle | undefined;
  try {
    for (let part = 0; !signal.aborted; ) {
      const alive = isRunning(record.owner);
      file ??= await openExisting(parts[part]!);
      if (file !== undefined) await copyRest(file, text);
      const next = await followingPart(parts, part, file);
      if (next !== undefined) {
        await file?.close();
        file = undefined;
        part = next;
      } else if (!follow || !alive) {
        break;
      } else {
        await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    await file?.close();
    text.end();
  }
}

/** Shows what nitro-cli shows: it holds nothing back of earlier output, and ends with the enclave. */
export async function attachConsole(
  cli: NitroCli,
  id: string,
  io: CommandIo,
  signal: AbortSignal,
): Promise<void> {
  const child = cli.console(id);
  const text = new ConsoleText(io);
  let complaint = '';
  child.stdout?.on('data', (chunk: Uint8Array) => text.write(chunk));
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-COMPLAINT_LENGTH);
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const failure = await new Promise<TruceError | undefined>((resolve) => {
      child.once('error', ({ message }) => resolve(new TruceError('NITRO_CLI_MISSING', { reason: message })));
      child.once('close', (code, exitSignal) =>
        resolve(
          code === 0 || signal.aborted
            ? undefined
            : nitroError('console', complaint, describeExit({ code, signal: exitSignal })),
        ),
      );
    });
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
    text.end();
  }
}

/** Lines of a console, its carriage returns dropped and all else that steers a terminal spelt out. */
class ConsoleText {
  readonly #io: CommandIo;
  readonly #decoder = new TextDecoder();

  constructor(io: CommandIo) {
    this.#io = io;
  }

  write(bytes: Uint8Array): void {
    this.#show(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#show(this.#decoder.decode());
  }

  #show(text: string): void {
    if (text === '') return;
    this.#io.stdout.write(text.replaceAll('\r', '').split('\n').map(shown).join('\n'));
  }
}

function shown(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

async function copyRest(file: FileHandle, text: ConsoleText): Promise<void> {
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
    if (bytesRead === 0) return;
    text.write(buffer.subarray(0, bytesRead));
  }
}

/** The part to go on with when this one is read, if any: the next one, or the last one where it is another file by now. */
async function followingPart(
  parts: readonly string[],
  part: number,
  file: FileHandle | undefined,
): Promise<number | undefined> {
  if (part + 1 < parts.length) return (await inodeOf(parts[part + 1]!)) === undefined ? undefined : part + 1;
  const now = await inodeOf(parts[part]!);
  return file !== undefined && now !== undefined && now !== (await file.stat()).ino ? part : undefined;
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
