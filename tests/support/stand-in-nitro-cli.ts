/**
 * A stand-in for nitro-cli, for tests where there is no Nitro hardware. It takes nitro-cli's commands and prints what
 * aws-nitro-enclaves-cli 1.5.0 documents, JSON and error codes alike; it says on stderr that it is none. No enclave runs:
 * a process of its own holds the place of one, and serves two Unix sockets in the state directory.
 *
 * `mode` in the state directory tells it to misbehave.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { serveStandInGuest } from './stand-in-guest.ts';

/** An error code of nitro-cli that `run-enclave` fails with, or another way to fail. */
export type NitroCliMode =
  | `E${number}`
  | 'bad-json'
  | 'bad-id'
  | 'hanging'
  | 'dying'
  | 'flooding'
  | 'half-started';

const HELP = `stand-in nitro-cli: this is a test program, not nitro-cli. It runs no enclave.

  run-enclave --eif-path F --memory MIB --cpu-count N [--enclave-cid N] [--enclave-name S] [--debug-mode]
  describe-enclaves
  console --enclave-id ID
  terminate-enclave --enclave-id ID
`;
const OPTIONS = {
  'eif-path': { type: 'string' },
  memory: { type: 'string' },
  'cpu-count': { type: 'string' },
  'enclave-cid': { type: 'string' },
  'enclave-name': { type: 'string' },
  'enclave-id': { type: 'string' },
  'debug-mode': { type: 'boolean' },
} as const;
const FIRST_CID = 16;
const MIB = 1 << 20;

type Options = ReturnType<typeof read>;

export async function standInNitroCli(state: string, args: readonly string[]): Promise<void> {
  process.stderr.write('stand-in nitro-cli: no enclave runs\n');
  const [command = '', ...rest] = args;
  if (command === 'hold') return hold(state, rest[0] ?? '');
  const options = read(rest);
  mkdirSync(state, { recursive: true });
  const modeFile = join(state, 'mode');
  const mode = existsSync(modeFile) ? (readFileSync(modeFile, 'utf8') as NitroCliMode) : undefined;
  if (command === 'run-enclave') await run(state, options, mode);
  else if (command === 'describe-enclaves') print(enclaves(state).map(({ holder, ...shown }) => shown));
  else if (command === 'terminate-enclave') terminate(state, options);
  else if (command === 'console') showConsole(state, options);
  else process.stdout.write(HELP);
}

function read(args: string[]) {
  return parseArgs({ args, options: OPTIONS, strict: true }).values;
}

async function run(state: string, options: Options, mode: NitroCliMode | undefined): Promise<void> {
  const path = options['eif-path'] ?? '';
  const memory = Number(options.memory);
  process.stderr.write('Start allocating memory...\n');
  if (mode === 'hanging') return void setInterval(() => {}, 1000);
  if (mode === 'dying') return void process.kill(process.pid, 'SIGKILL');
  if (mode === 'flooding') for (;;) if (!process.stdout.write('{'.repeat(1 << 16))) await drained();
  if (mode === 'bad-json') return void process.stdout.write('{"EnclaveName": ');
  if (/^E[0-9]{2}$/.test(mode ?? '')) return refuse(mode!, 'so the test said');
  if (!existsSync(path)) return refuse('E19', `File operation failure. File: '${path}'`);
  const least = Math.ceil((statSync(path).size * 4) / MIB);
  if (memory < least)
    return refuse('E26', `Insufficient memory requested. the minimum memory should be ${least} MB`);
  const number = readdirSync(state).length;
  const bad = mode === 'bad-id';
  const id = bad ? '--all' : `i-0stand1n-enc${String(number).padStart(4, '0')}`;
  // Nobody could end what went by a bad name: nothing is started for it.
  const holder = bad ? process : startHolder(id);
  const enclave = {
    EnclaveName: options['enclave-name'] ?? basename(path, '.eif'),
    EnclaveID: id,
    ProcessID: holder.pid,
    EnclaveCID: Number(options['enclave-cid'] ?? FIRST_CID + number),
    NumberOfCPUs: Number(options['cpu-count']),
    CPUIDs: [1, 3],
    MemoryMiB: memory,
  };
  const more = { State: 'RUNNING', Flags: options['debug-mode'] ? 'DEBUG_MODE' : 'NONE', holder: holder.pid };
  if (!bad) writeWhole(join(state, `${number}.json`), JSON.stringify({ ...enclave, ...more }));
  if (mode === 'half-started') return void setInterval(() => {}, 1000);
  process.stderr.write(`Started enclave with enclave-cid: ${enclave.EnclaveCID}, memory: ${memory} MiB\n`);
  print(enclave);
}

/** Others may read it at any time. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}

function startHolder(id: string): ChildProcess {
  const holder = spawn(process.execPath, [process.argv[1]!, 'hold', id], { detached: true, stdio: 'ignore' });
  holder.unref();
  return holder;
}

/** In the place of an enclave, until it is shut down or terminated. */
async function hold(state: string, id: string): Promise<void> {
  const sockets = join(state, id);
  mkdirSync(sockets, { recursive: true });
  // Where a test was killed, or forgot it, nobody ends it: it goes with the test's folder.
  setInterval(() => existsSync(state) || process.exit(0), 1000);
  await serveStandInGuest({
    controlPath: join(sockets, '5005'),
    dataPath: join(sockets, '5006'),
    shutDown: () => {
      rmSync(fileOf(state, id), { force: true });
      process.exit(0);
    },
  });
}

function terminate(state: string, options: Options): void {
  const found = enclaves(state).find(({ EnclaveID }) => EnclaveID === options['enclave-id']);
  if (found === undefined) {
    refuse('E40', 'Socket path not found.');
    return;
  }
  endHolder(found.holder);
  rmSync(fileOf(state, found.EnclaveID), { force: true });
  process.stderr.write(`Successfully terminated enclave ${found.EnclaveID}.\n`);
  print({ EnclaveName: found.EnclaveName, EnclaveID: found.EnclaveID, Terminated: true });
}

/** It may have been shut down a moment before. */
function endHolder(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function showConsole(state: string, options: Options): void {
  const found = enclaves(state).find(({ EnclaveID }) => EnclaveID === options['enclave-id']);
  if (found?.Flags !== 'DEBUG_MODE') refuse('E44', 'Enclave console connection failure.');
  else process.stdout.write('stand-in: a \x1b[31mconsole\x1b[0m\r\n');
}

interface HeldEnclave {
  readonly EnclaveName: string;
  readonly EnclaveID: string;
  readonly Flags: string;
  readonly holder: number;
}

function enclaves(state: string): HeldEnclave[] {
  return described(state).map(({ text }) => JSON.parse(text) as HeldEnclave);
}

function fileOf(state: string, id: string): string {
  const name = described(state).find(({ text }) => text.includes(`"${id}"`))?.name;
  return join(state, name ?? 'none');
}

/** The files of the enclaves; each goes with its holder, at any time. */
function described(state: string): { readonly name: string; readonly text: string }[] {
  return readdirSync(state)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      try {
        return [{ name, text: readFileSync(join(state, name), 'utf8') }];
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** As nitro-cli tells of an error, its advice and its log file included. */
function refuse(code: string, text: string): void {
  process.stderr.write(
    `[ ${code} ] ${text}\n\nFor more details, please visit https://docs.aws.amazon.com/enclaves/latest/user/cli-errors.html#${code}\n\n` +
      'If you open a support ticket, please provide the error log found at "/var/log/nitro_enclaves/err.log"\n' +
      'Failed connections: 1\n[ E39 ] Enclave process connection failure.\n',
  );
  process.exitCode = 1;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
