/**
 * The NSM simulator as a process: it alone holds the simulator's key, and the runtime reaches it by a Unix socket as it
 * would /dev/nsm. The process launcher starts it with its configuration as the one argument and holds its lifeline.
 */
import { rm } from 'node:fs/promises';
import { onLifelineEnd } from './lifeline.ts';
import { NsmSimulator } from './nsm-simulator.ts';
import { serveNsm } from './nsm-socket-server.ts';
import { SimulatorChain } from './simulator-chain.ts';
import { parseSimulatorConfiguration, type SimulatorReport } from './simulator-configuration.ts';
import { randomIdentity } from './simulator-names.ts';
import { openSimulatorRoot, readRootKey } from './simulator-root.ts';

async function main(): Promise<void> {
  const { socket, rootDirectory, measurements, remove } = parseSimulatorConfiguration(process.argv[2] ?? '');
  const root = await openSimulatorRoot(rootDirectory, Date.now());
  const identity = randomIdentity();
  const chain = new SimulatorChain(
    { certificateDer: root.certificateDer, key: await readRootKey(root) },
    identity,
  );
  const simulator = new NsmSimulator({ identity, measurements, chain, now: Date.now });
  await serveNsm(socket, (request) => simulator.answer(request));
  process.once('SIGTERM', () => process.exit(0));
  onLifelineEnd(() => {
    // The launcher is gone without a word: what it would have cleared away is ours to clear.
    void rm(remove, { recursive: true, force: true }).finally(() => process.exit(0));
  });
  report({ ready: true, moduleId: identity.moduleId, trustRoot: root.certificatePath });
}

function report(line: SimulatorReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

process.stdout.on('error', () => {});
main().catch((error: unknown) => {
  report({ ready: false, message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
