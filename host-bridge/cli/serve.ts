/** `truce serve`: one enclave and one relay for one policy, until a signal or until the enclave has ended. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { describeExit } from '../launcher/child-program.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { launcherOption } from './enclave.ts';
import { interruptible } from './interruption.ts';
import { type HostPort, parseAddress } from './option-values.ts';
import { type LoadedPolicy, loadPolicyFile, printWarnings } from './policy-file.ts';
import { withProgress } from './progress.ts';
import { ServedEnclave, type ServeFacts } from './served-enclave.ts';

interface ServeOptions {
  readonly policy: string;
  readonly listen?: HostPort;
  readonly readyFile?: string;
  readonly json?: boolean;
}

export function registerServeCommand(program: Command, io: CommandIo): void {
  program
    .command('serve')
    .description('run an enclave for one policy, with a relay that clients connect to')
    .requiredOption('--policy <file>', 'the policy that the parties have agreed on')
    .addOption(launcherOption())
    .option(
      '--listen <host:port>',
      "where clients connect; the policy's veracruz_server_url unless told",
      parseAddress,
    )
    .option(
      '--ready-file <file>',
      'written with the facts as JSON once clients can connect, removed at the end',
    )
    .option('--json', 'print the facts as JSON once clients can connect')
    .action(async (options: ServeOptions) => {
      const loaded = await loadPolicyFile(options.policy);
      printWarnings(io, loaded.policy.warnings);
      await serve(loaded, options, io);
    });
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
        signal,
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
  const { host, port } = facts.address;
  const lines: [string, string][] = [
    ['clients connect to', host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`],
    ['policy', facts.policyHash],
    ...Object.entries(facts.pcrs),
    ['instance', facts.instanceId],
    ['trust root', facts.trustRoot],
  ];
  for (const [name, value] of lines) io.stdout.write(`${name.padEnd(20)}${value}\n`);
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
