/**
 * The runtime: started with `--boot FILE`, by the process launcher here and by /init in an image. It opens its doors,
 * tells the parent, and serves until it is told to end. A fault that nobody handled ends it with one line.
 */
import { readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disableSessionTickets } from '../native/openssl.ts';
import { disarmInspectorSignal } from '../native/process-control.ts';
import { type BootConfiguration, CONTROL_PORT, DATA_PORT, parseBootConfiguration } from '../proto/boot.ts';
import { TruceError } from '../proto/errors.ts';
import { resolveLimits } from '../proto/limits.ts';
import { withinDescriptorLimit } from './boot/descriptor-limit.ts';
import { sendHeartbeat } from './boot/heartbeat.ts';
import { connectNsm } from './boot/nsm-socket.ts';
import { type Transport, unixTransport } from './boot/transport.ts';
import { ChildPool } from './executor/child-pool.ts';
import { serveControlPlane } from './manager/control-plane.ts';
import { Enclave } from './manager/enclave.ts';
import { describeFault } from './manager/incident.ts';

/** What a child holds before its job, and what the kernel holds for it: the cgroup's limit is to strike last. */
const CHILD_BYTES = 256 << 20;
/** Sessions get this long to take their last answers. */
const CLOSE_MILLISECONDS = 3000;
/** The relay needs one; each may hold a policy. */
const CONTROL_CONNECTIONS = 16;

async function main(): Promise<void> {
  // Anyone of the same user could open a debugger with SIGUSR1.
  disarmInspectorSignal();
  disableSessionTickets();
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const configuration = readConfiguration(process.argv.slice(2));
  const limits = withinDescriptorLimit(resolveLimits(configuration.limits));
  const transport = openTransport(configuration);
  const nsm = await openNsm(configuration);
  const pool = await ChildPool.start({
    childProgram: join(dirname(fileURLToPath(import.meta.url)), 'executor-child.js'),
    warm: configuration.executor.warmChildren,
    namespaces: configuration.executor.namespaces,
    memoryBytes: limits.run.dataBytes + CHILD_BYTES,
    maximum: limits.runs + configuration.executor.warmChildren,
  });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const enclave = await Enclave.create({ nsm, pool, limits, shutDown: end });
  const control = (socket: Socket) => serveControlPlane(enclave, socket);
  const servers: Server[] = [
    await transport.listen(CONTROL_PORT, control, { halfOpen: true, connections: CONTROL_CONNECTIONS }),
    await transport.listen(DATA_PORT, (socket) => enclave.accept(socket)),
  ];
  process.on('SIGTERM', () => enclave.shutDown());
  process.on('SIGINT', () => enclave.shutDown());
  endWithLifeline(enclave);
  await sendHeartbeat(transport);
  await ended;
  for (const server of servers) server.close();
  await Promise.race([enclave.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MILLISECONDS))]);
  await pool.close();
  nsm.close();
  process.exit(0);
}

function readConfiguration(args: readonly string[]): BootConfiguration {
  const file = args[args.indexOf('--boot') + 1];
  if (!args.includes('--boot') || file === undefined)
    throw new Error('usage: runtime --boot FILE [--lifeline]');
  return parseBootConfiguration(readFileSync(file));
}

function openTransport({ transport }: BootConfiguration): Transport {
  if (transport.kind === 'unix') return unixTransport(transport.directory);
  throw new Error('this build of the runtime has no AF_VSOCK yet');
}

function openNsm({ nsm }: BootConfiguration) {
  if (nsm.kind === 'socket') return connectNsm(nsm.path);
  throw new Error('this build of the runtime has no /dev/nsm yet');
}

/** With `--lifeline`, standard input is held open by the one that started us: when it ends, so do we. */
function endWithLifeline(enclave: Enclave): void {
  if (!process.argv.includes('--lifeline')) return;
  process.stdin.on('end', () => enclave.shutDown());
  process.stdin.on('error', () => enclave.shutDown());
  process.stdin.resume();
}

function die(error: unknown): never {
  // A message of somebody else's error may quote a party's data: a fault is told by its place alone.
  const text = error instanceof TruceError ? `${error.code}: ${error.message}` : describeFault(error);
  process.stderr.write(`truce runtime: fatal: ${text}\n`);
  process.exit(1);
}

main().catch(die);
