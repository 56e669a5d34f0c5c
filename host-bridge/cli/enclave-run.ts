/** `truce enclave run`: boots an image in the background, as nitro-cli does, whatever machine it boots in. */
import { openSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { ENCLAVE_NAME, type EnclaveRecord, type MachineRecord } from '../launcher/enclave-record.ts';
import { CONSOLE_FILE, type EnclaveLife, EnclaveRegistry } from '../launcher/enclave-registry.ts';
import { type Measurements, measurementsJson } from '../launcher/measurement.ts';
import { NitroCli } from '../launcher/nitro-cli.ts';
import { zeroMeasurements } from '../launcher/nitro-launcher.ts';
import { runEnclave } from '../launcher/nitro-machine.ts';
import { checkResources } from '../launcher/nitro-preflight.ts';
import { identityOf } from '../launcher/process-identity.ts';
import { type StartedQemu, startQemu } from '../launcher/qemu-launcher.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { attachConsole, showConsole } from './enclave-console.ts';
import { type EnclaveFacts, factsOfMachine, printEnclave } from './enclave-facts.ts';
import { interruptible } from './interruption.ts';
import {
  addMachineOptions,
  defaultMachineLauncher,
  type MachineLauncher,
  type MachineOptions,
  measureImageFile,
  parseEnclaveName,
} from './machine-options.ts';
import { withProgress } from './progress.ts';

interface RunOptions extends MachineOptions {
  readonly launcher?: MachineLauncher;
  readonly name?: string;
  readonly debugMode?: boolean;
  readonly attachConsole?: boolean;
  readonly json?: boolean;
}

const KEEPER_LOG = 'keeper.log';
const STOP_MILLISECONDS = 10_000;
const LONGEST_NAME = 64;
/** Numbers behind a name that is taken. */
const MOST_NAMESAKES = 100;

export function registerEnclaveRun(enclave: Command, io: CommandIo): void {
  const run = enclave
    .command('run')
    .description('boot an image in the background')
    .requiredOption('--eif <file>', 'the image')
    .addOption(
      new Option(
        '--launcher <launcher>',
        'nitro where there is the hardware, qemu elsewhere, unless told',
      ).choices(['qemu', 'nitro']),
    )
    .option('--name <name>', "what to call it; after the image's file unless told", parseEnclaveName);
  addMachineOptions(run)
    .option('--debug-mode', 'Nitro: with a console, and registers of zero that clients refuse')
    .option('--attach-console', 'stay and show what it prints; Ctrl-C leaves it running')
    .option('--json', 'print the facts as JSON')
    .action(async (options: RunOptions) => {
      const launcher = options.launcher ?? defaultMachineLauncher();
      const started = await interruptible((signal) =>
        withProgress(io, 'starting the enclave', () =>
          launcher === 'qemu' ? runInQemu(options, signal) : runOnNitro(options, signal),
        ),
      );
      if (options.json) printJson(io, started.facts);
      else printEnclave(started.facts, io);
      if (options.debugMode === true && launcher === 'nitro')
        io.stderr.write(
          'truce: debug mode: the host reads its console, its PCRs are zero, clients refuse it\n',
        );
      if (options.attachConsole === true) await interruptible((signal) => started.attach(io, signal));
    });
}

interface StartedEnclave {
  readonly facts: EnclaveFacts;
  attach(io: CommandIo, signal: AbortSignal): Promise<void>;
}

async function runInQemu(options: RunOptions, signal: AbortSignal): Promise<StartedEnclave> {
  const measurements = await measureImageFile(options.eif);
  const registry = new EnclaveRegistry();
  const life = await claimName(registry, options);
  let started: StartedQemu | undefined;
  try {
    started = await startQemu({
      eif: options.eif,
      measurements,
      consolePath: join(life.directory, CONSOLE_FILE),
      log: openSync(join(life.directory, KEEPER_LOG), 'ax', 0o600),
      signal,
      ...(options.memory === undefined ? {} : { memoryMiB: options.memory }),
      ...(options.cpus === undefined ? {} : { cpus: options.cpus }),
      ...(options.cid === undefined ? {} : { cid: options.cid }),
      ...(options.accelerator === undefined ? {} : { accelerator: options.accelerator }),
    });
    const record = recordOf(life.record.name, started, measurements);
    await registry.publish(life, record);
    await started.keeper.detach();
    const running = { ...life, record };
    return {
      facts: factsOfMachine(running),
      attach: (io, attached) => showConsole(running, io, { follow: true, signal: attached }),
    };
  } catch (error) {
    await started?.keeper.stop(STOP_MILLISECONDS);
    await registry.remove(life);
    throw error;
  }
}

/** The name that was asked for, or the image's with the first number that is free. */
async function claimName(registry: EnclaveRegistry, { name, eif }: RunOptions): Promise<EnclaveLife> {
  if (name !== undefined) return registry.claim(name);
  const base = nameAfter(eif);
  for (let number = 0; ; number++) {
    try {
      return await registry.claim(number === 0 ? base : `${base}_${number}`);
    } catch (error) {
      const taken = error instanceof TruceError && error.code === 'ENCLAVE_NAME_TAKEN';
      if (!taken || number === MOST_NAMESAKES) throw error;
    }
  }
}

/** The file's name without `.eif`, as nitro-cli has it; letters that a name cannot have become dashes. */
export function nameAfter(eif: string): string {
  const plain = basename(eif)
    .replace(/\.eif$/, '')
    .replace(/[^A-Za-z0-9_.-]/g, '-');
  const name = plain.replace(/^[^A-Za-z0-9]+/, '').slice(0, LONGEST_NAME - 4);
  return ENCLAVE_NAME.test(name) ? name : 'enclave';
}

function recordOf(
  name: string,
  { keeper, report, configuration }: StartedQemu,
  measurements: Measurements,
): EnclaveRecord {
  const owner = keeper.pid === undefined ? undefined : identityOf(keeper.pid);
  if (owner === undefined) throw new TruceError('LAUNCH_FAILED', { reason: 'its keeper has ended' });
  const { HashAlgorithm, ...pcrs } = measurementsJson(measurements).Measurements ?? {};
  const { id, eif, cid, cpus, memoryMiB, directory } = configuration;
  const machine: MachineRecord = { id, eif, cid, cpus, memoryMiB, pid: report.pid, directory, pcrs };
  return { name, owner, machine };
}

async function runOnNitro(options: RunOptions, signal: AbortSignal): Promise<StartedEnclave> {
  const measurements = await measureImageFile(options.eif);
  const eif = resolve(options.eif);
  const resources = await checkResources({
    eif,
    ...(options.memory === undefined ? {} : { memoryMiB: options.memory }),
    ...(options.cpus === undefined ? {} : { cpus: options.cpus }),
  });
  const debugMode = options.debugMode ?? false;
  const cli = new NitroCli();
  const enclave = await runEnclave(
    cli,
    {
      ...resources,
      eif,
      debugMode,
      name: options.name ?? nameAfter(eif),
      ...(options.cid === undefined ? {} : { cid: options.cid }),
    },
    signal,
  );
  return {
    facts: {
      ...enclave,
      State: 'RUNNING',
      Flags: debugMode ? 'DEBUG_MODE' : 'NONE',
      Launcher: 'nitro',
      // What its documents show.
      ...measurementsOf(debugMode ? zeroMeasurements() : measurements),
    },
    attach: (io, attached) => attachConsole(cli, enclave.EnclaveID, io, attached),
  };
}

function measurementsOf(measurements: Measurements): Pick<EnclaveFacts, 'Measurements'> {
  const { Measurements } = measurementsJson(measurements);
  return Measurements === undefined ? {} : { Measurements };
}
