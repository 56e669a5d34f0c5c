/** `truce serve`: one enclave and one relay for one policy, until a signal or until the enclave has ended. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { isLoopback } from '../admin/admin-listener.ts';
import { type Destination, describeDestination } from '../kms-proxy/destination.ts';
import { describeExit } from '../launcher/child-program.ts';
import { findInstallation } from '../launcher/installation.ts';
import { launchProcess } from '../launcher/process-launcher.ts';
import type { Launcher, RunningEnclave } from '../launcher/running-enclave.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { interruptible } from './interruption.ts';
import { addMachineOptions, launchMachine, type MachineOptions } from './machine-options.ts';
import { collectDestination, type HostPort, parseAddress } from './option-values.ts';
import { type LoadedPolicy, loadPolicyFile, printWarnings } from './policy-file.ts';
import { withProgress } from './progress.ts';
import { ServedEnclave, type ServeFacts } from './served-enclave.ts';
import {
  addServiceOptions,
  requireServicesAsked,
  type ServiceOptions,
  servicesOf,
} from './service-options.ts';

interface ServeOptions extends Partial<MachineOptions>, ServiceOptions {
  readonly launcher: Launcher;
  readonly policy: string;
  readonly listen?: HostPort;
  readonly http?: HostPort;
  readonly admin?: HostPort;
  readonly adminExposed?: boolean;
  readonly servicesListen?: HostPort;
  /** False where the policy's is to be left alone. */
  readonly proxy: boolean;
  readonly kmsProxy?: readonly Destination[];
  readonly readyFile?: string;
  readonly json?: boolean;
}

export function registerServeCommand(program: Command, io: CommandIo): void {
  const serving = program
    .command('serve')
    .description('run an enclave for one policy, with a relay that clients connect to')
    .requiredOption('--policy <file>', 'the policy that the parties have agreed on')
    .addOption(
      new Option('--launcher <launcher>', 'where the enclave runs')
        .choices(['process', 'qemu', 'nitro'])
        .default('process'),
    )
    .option('--eif <file>', 'the image that a machine boots: for --launcher qemu or nitro');
  addServiceOptions(addMachineOptions(serving))
    .option(
      '--listen <host:port>',
      "where clients connect; the policy's veracruz_server_url unless told",
      parseAddress,
    )
    .option(
      '--http <host:port>',
      'where older clients of Veracruz connect, which carry TLS in POSTs; nowhere unless told',
      parseAddress,
    )
    .option(
      '--admin <host:port>',
      'serve /health, /ready and /metrics there; nowhere unless told',
      parseAddress,
    )
    .option(
      '--services-listen <host:port>',
      'where callers of the enclave services connect; nowhere unless told',
      parseAddress,
    )
    .option('--admin-exposed', 'let --admin name an address that is not of this machine alone')
    .option(
      '--no-proxy',
      'let the endpoint certify itself, though the policy names a proxy attestation server',
    )
    .option(
      '--kms-proxy <[door=]destination>',
      'let the enclave connect to KMS of a region, or to host:port, by vsock port 8000 or another; can be repeated',
      collectDestination,
    )
    .option(
      '--ready-file <file>',
      'written with the facts as JSON once clients can connect, removed at the end',
    )
    .option('--json', 'print the facts as JSON once clients can connect')
    .action(async (options: ServeOptions, command: Command) => {
      requireImage(options, command);
      requireOwnAdmin(options, command);
      requireServices(options, command);
      const loaded = await loadPolicyFile(options.policy);
      printWarnings(io, loaded.policy.warnings);
      await serve(loaded, options, io);
    });
}

/** A machine boots an image; a process is measured where it lies, and has no machine. */
function requireImage(
  { launcher, eif, memory, cpus, cid, accelerator }: ServeOptions,
  command: Command,
): void {
  const fail = (message: string) =>
    command.error(`error: ${message}`, { exitCode: 2, code: 'truce.machine' });
  if (launcher !== 'process' && eif === undefined) fail(`--launcher ${launcher} needs --eif FILE`);
  if (launcher === 'process' && [eif, memory, cpus, cid, accelerator].some((option) => option !== undefined))
    fail('--eif and the options of a machine need --launcher qemu or nitro');
}

/** Its figures are for who runs this: others see them only where that was said. */
function requireOwnAdmin({ admin, adminExposed = false }: ServeOptions, command: Command): void {
  if (admin === undefined || adminExposed || isLoopback(admin.host)) return;
  command.error(`error: --admin ${admin.host} is not this machine alone: say --admin-exposed as well`, {
    exitCode: 2,
    code: 'truce.admin',
  });
}

/** An image has its services built in, where PCR2 measures them; in the clear they are for this machine alone. */
function requireServices(options: ServeOptions, command: Command): void {
  const fail = (message: string) =>
    command.error(`error: ${message}`, { exitCode: 2, code: 'truce.services' });
  const { launcher, servicesListen, enclaveServices, enclaveServicesPort, attestationPort, stateKey } =
    options;
  const built = [enclaveServices, enclaveServicesPort, attestationPort, stateKey];
  if (launcher !== 'process') {
    if (built.some((option) => option !== undefined))
      fail('an image has its services built in: give these options to truce enclave build');
    return;
  }
  requireServicesAsked(options, command);
  if (servicesListen === undefined) return;
  if (enclaveServices === undefined) fail('--services-listen needs --enclave-services');
  if (enclaveServices !== 'tls' && !isLoopback(servicesListen.host))
    fail(
      `--services-listen ${servicesListen.host} is not this machine alone, and the services are not inside TLS`,
    );
}

function launcherOf({
  launcher,
  eif,
  ...options
}: ServeOptions): (signal: AbortSignal) => Promise<RunningEnclave> {
  if (launcher === 'process' || eif === undefined) {
    const services = servicesOf(options);
    return (signal) =>
      launchProcess({ signal, output: 'inherit', ...(services === undefined ? {} : { services }) });
  }
  return (signal) => launchMachine(launcher, { eif, ...options }, signal);
}

async function serve(loaded: LoadedPolicy, options: ServeOptions, io: CommandIo): Promise<void> {
  let served: ServedEnclave | undefined;
  const { host, port } = options.listen ?? loaded.policy.serverAddress;
  const force = () => {
    served?.kill();
    // Lifelines end what is left.
    process.exit(1);
  };
  await interruptible(async (signal) => {
    const running = await withProgress(io, 'starting the enclave', () =>
      ServedEnclave.start({
        policy: loaded.policy.text,
        policyHash: loaded.hash,
        listen: { host, port },
        http: options.http,
        admin: options.admin,
        services: options.servicesListen,
        launch: launcherOf(options),
        relayProgram: findInstallation().relayProgram,
        signal,
        proxy: options.proxy ? loaded.policy.proxy?.server : undefined,
        kmsDestinations: options.kmsProxy ?? [],
        kmsFailed: (destination, reason) =>
          io.stderr.write(
            `truce: no connection for the enclave: ${describeDestination(destination)}: ${reason}\n`,
          ),
        notRenewed: (error, notAfter, next) =>
          io.stderr.write(
            `truce: the endpoint's certificate was not renewed: ${printable(error.message)}\n` +
              `truce: the one before is good until ${isoTime(notAfter)}; tried again at ${isoTime(next)}\n`,
          ),
        renewedAgain: (notAfter) =>
          io.stderr.write(`truce: the endpoint's certificate is renewed, until ${isoTime(notAfter)}\n`),
        restarting: (why) => io.stderr.write(`truce: the relay is started again: ${why}\n`),
      }),
    );
    served = running;
    try {
      if (options.readyFile !== undefined) await writeReadyFile(options.readyFile, running.facts);
      if (options.json) printJson(io, running.facts);
      else printFacts(running.facts, io);
      await ended(running, signal, io);
    } finally {
      await running.stop();
      if (options.readyFile !== undefined) await rm(options.readyFile, { force: true });
    }
  }, force);
}

/** Settles at a signal or when the enclave's parties have shut it down. TruceError ENCLAVE_ENDED where it failed. */
async function ended(served: ServedEnclave, signal: AbortSignal, io: CommandIo): Promise<void> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
  const status = await Promise.race([served.exited, interrupted]);
  if (status === 'interrupted') {
    io.stderr.write('truce: stopping; again to force\n');
  } else if (status.code === 0) {
    io.stderr.write('truce: the enclave has been shut down\n');
  } else {
    throw new TruceError('ENCLAVE_ENDED', { reason: describeExit(status) });
  }
}

function printFacts(facts: ServeFacts, io: CommandIo): void {
  const lines: [string, string][] = [
    ['launcher', facts.launcher],
    ['clients connect to', hostPort(facts.address)],
    ...(facts.http === undefined ? [] : ([['older clients to', hostPort(facts.http)]] as [string, string][])),
    ...(facts.admin === undefined ? [] : ([['admin', hostPort(facts.admin)]] as [string, string][])),
    ...(facts.services === undefined
      ? []
      : ([['enclave services', hostPort(facts.services)]] as [string, string][])),
    ...(facts.kmsProxy ?? []).map((way): [string, string] => ['enclave reaches', way]),
    ['policy', facts.policyHash],
    ...Object.entries(facts.pcrs),
    ['instance', facts.instanceId],
    ['certificate', describeCertificate(facts)],
    ['trust', describeTrust(facts)],
    ...(facts.console === undefined ? [] : ([['console', facts.console]] as [string, string][])),
  ];
  for (const [name, value] of lines) io.stdout.write(`${name.padEnd(20)}${value}\n`);
}

function hostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function describeCertificate({ certificate: { issuer, proxy, notAfter } }: ServeFacts): string {
  if (issuer === 'self') return "the endpoint's own, with its attestation document";
  return `issued by the proxy at ${proxy}, until ${notAfter}; renewed before`;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function describeTrust({ trust, trustRoot }: ServeFacts): string {
  if (trust === 'root') return `--trust-root ${trustRoot}`;
  return trust === 'aws'
    ? "AWS's root, as clients do unless told"
    : '--trust-emulator: its documents are unsigned and prove nothing';
}

/** Whole or not at all: who sees the file can read it. Nobody can have laid a link where it is made. */
async function writeReadyFile(path: string, facts: ServeFacts): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFile(fresh, `${JSON.stringify(facts, undefined, 2)}\n`, { flag: 'wx' });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason }, { cause });
  }
}
