/** `truce enclave stop`: ends enclaves that run in the background. */
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { type EnclaveLife, EnclaveRegistry } from '../launcher/enclave-registry.ts';
import { NitroCli } from '../launcher/nitro-cli.ts';
import { stopMachine } from '../launcher/stop-machine.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import type { EnclaveFacts } from './enclave-facts.ts';
import { nitroEnclaves } from './nitro-enclaves.ts';
import { withProgress } from './progress.ts';

interface StopOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

interface StoppedEnclave {
  readonly EnclaveName: string;
  readonly EnclaveID: string | null;
  /** False where it had ended before. */
  readonly Terminated: boolean;
  readonly Launcher: 'qemu' | 'nitro';
}

export function registerEnclaveStop(enclave: Command, io: CommandIo): void {
  const stop = enclave
    .command('stop')
    .description('end an enclave that runs in the background, and forget its console')
    .argument('[name]', 'which one')
    .option('--all', 'all of them')
    .option('--json', "print what was ended as JSON, in nitro-cli's form");
  stop.action(async (name: string | undefined, { all = false, json = false }: StopOptions) => {
    if ((name === undefined) !== all)
      stop.error('error: name one enclave, or say --all', { exitCode: 2, code: 'truce.usage' });
    const stopped = await withProgress(io, 'stopping', () =>
      name === undefined ? stopAll() : stopOne(name),
    );
    if (json) printJson(io, name === undefined ? stopped : stopped[0]);
    else for (const one of stopped) io.stdout.write(`${sentence(one)}\n`);
  });
}

async function stopOne(name: string): Promise<readonly StoppedEnclave[]> {
  const cli = new NitroCli();
  const nitro = (await nitroEnclaves(cli)).find(({ EnclaveName }) => EnclaveName === name);
  if (nitro !== undefined) return [await terminate(cli, nitro)];
  const registry = new EnclaveRegistry();
  return [await end(registry, await registry.find(name))];
}

/** Every one is tried; the first failure is told when all have been. */
async function stopAll(): Promise<readonly StoppedEnclave[]> {
  const cli = new NitroCli();
  const registry = new EnclaveRegistry();
  const running = (await registry.lives()).filter((life) => life.running);
  const outcomes = await Promise.allSettled([
    ...running.map((life) => end(registry, life)),
    ...(await nitroEnclaves(cli)).map((one) => terminate(cli, one)),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function end(registry: EnclaveRegistry, life: EnclaveLife): Promise<StoppedEnclave> {
  const { name, machine } = life.record;
  await stopMachine(life);
  await registry.remove(life);
  return { EnclaveName: name, EnclaveID: machine?.id ?? null, Terminated: life.running, Launcher: 'qemu' };
}

async function terminate(
  cli: NitroCli,
  { EnclaveName, EnclaveID, State }: EnclaveFacts,
): Promise<StoppedEnclave> {
  if (State === 'RUNNING') await cli.terminate(EnclaveID);
  else throw new TruceError('ENCLAVE_LINGERS', { name: EnclaveName, reason: `it is ${State}` });
  return { EnclaveName, EnclaveID, Terminated: true, Launcher: 'nitro' };
}

function sentence({ EnclaveName, Terminated }: StoppedEnclave): string {
  const name = printable(EnclaveName);
  return Terminated ? `${name} has ended` : `${name} had ended already; its console is forgotten now`;
}
