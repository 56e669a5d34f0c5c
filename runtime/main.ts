/**
 * The runtime: started with `--boot FILE`, by the process launcher here and by /init in an image, where `--init` makes it
 * the machine's first process. It opens its doors, tells the parent, and serves until it is told to end. A fault that
 * nobody handled ends it with one line.
 */
import { readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { disableSessionTickets } from '../native/openssl.ts';
import { disarmInspectorSignal } from '../native/process-control.ts';
import { type BootConfiguration, CONTROL_PORT, DATA_PORT, parseBootConfiguration } from '../proto/boot.ts';
import { TruceError } from '../proto/errors.ts';
import { type RuntimeLimits, resolveLimits } from '../proto/limits.ts';
import type { NitroSecureModule } from '../proto/nsm.ts';
import { type ClockReport, checkClock, describeClock } from './boot/clock.ts';
import { withinDescriptorLimit } from './boot/descriptor-limit.ts';
import { becomeFirstProcess, say } from './boot/first-process.ts';
import { sendHeartbeat } from './boot/heartbeat.ts';
import { parentCidOf } from './boot/kernel-command-line.ts';
import { machineMemory, withinMemory } from './boot/memory-limit.ts';
import { openNsmDevice } from './boot/nsm-device.ts';
import { connectNsm } from './boot/nsm-socket.ts';
import { type Transport, unixTransport } from './boot/transport.ts';
import { vsockTransport } from './boot/vsock-transport.ts';
import { componentPrograms } from './executor/child-kinds.ts';
import { ChildPool } from './executor/child-pool.ts';
import { serveControlPlane } from './manager/control-plane.ts';
import { Enclave } from './manager/enclave.ts';
import { describeFault } from './manager/incident.ts';
import { type RunningServices, startServices } from './services/start-services.ts';

/** What a child holds before its job, and what the kernel holds for it: the cgroup's limit is to strike last. */
const CHILD_BYTES = 256 << 20;
/** Sessions get this long to take their last answers. */
const CLOSE_MILLISECONDS = 3000;
/** Whatever does not let go by then is ended with the process. */
const END_MILLISECONDS = 10_000;
/** The relay needs one; each may hold a policy. */
const CONTROL_CONNECTIONS = 16;

const args = process.argv.slice(2);
/** Whether this is the machine's first process, whose end is the machine's. */
const first = args.includes('--init');

async function main(): Promise<void> {
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  // Anyone of the same user could open a debugger with SIGUSR1.
  disarmInspectorSignal();
  if (first) becomeFirstProcess();
  disableSessionTickets();
  const configuration = readConfiguration();
  const limits = withinMachine(configuration);
  const transport = openTransport(configuration);
  const nsm = await openNsm(configuration);
  const [clock, pool] = await Promise.all([tellClock(nsm), startPool(configuration, limits)]);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const enclave = await Enclave.create({
    nsm,
    pool,
    limits,
    legacyAttestation: configuration.legacyAttestation ?? false,
    shutDown: end,
    machine: { clock },
  });
  const control = (socket: Socket) => serveControlPlane(enclave, socket);
  const servers: Server[] = [
    await transport.listen(CONTROL_PORT, control, { halfOpen: true, connections: CONTROL_CONNECTIONS }),
    await transport.listen(DATA_PORT, (socket) => enclave.accept(socket)),
  ];
  const services = await startServices({ configuration, transport, nsm, enclave, pool, limits });
  if (first) tell(`listening: ports ${[CONTROL_PORT, DATA_PORT, ...services.ports].join(', ')}`);
  process.on('SIGTERM', () => enclave.shutDown());
  process.on('SIGINT', () => enclave.shutDown());
  endWithLifeline(enclave);
  await sendHeartbeat(transport);
  if (first) tell('heartbeat: answered');
  await ended;
  for (const server of servers) server.close();
  await Promise.race([closeAll(services, enclave, pool, nsm), delay(END_MILLISECONDS)]);
  if (first) tell('shut down');
  process.exit(0);
}

async function closeAll(
  services: RunningServices,
  enclave: Enclave,
  pool: ChildPool,
  nsm: NitroSecureModule,
): Promise<void> {
  await Promise.race([Promise.all([services.close(), enclave.close()]), delay(CLOSE_MILLISECONDS)]);
  await pool.close();
  nsm.close();
}

function readConfiguration(): BootConfiguration {
  const file = args[args.indexOf('--boot') + 1];
  if (!args.includes('--boot') || file === undefined)
    throw new Error('usage: runtime --boot FILE [--init | --lifeline]');
  const configuration = parseBootConfiguration(readFileSync(file));
  const { transport, nsm } = configuration;
  // A simulator's documents, or a door that is not the machine's own, can have no place in an image.
  if (first && (transport.kind !== 'vsock' || nsm.kind !== 'device'))
    throw new TruceError('BOOT_INVALID', { path: '$', reason: 'an image has vsock and /dev/nsm alone' });
  return configuration;
}

/** What the machine can keep of what the configuration asks for. */
function withinMachine({ limits, executor }: BootConfiguration): RuntimeLimits {
  const possible = withinDescriptorLimit(resolveLimits(limits));
  // Elsewhere the machine has other things to do too, and may swap.
  return first
    ? withinMemory(possible, machineMemory(), executor.warmChildren, executor.components)
    : possible;
}

/** Each says at once what it has found: where the other one hangs, a console tells which. */
async function tellClock(nsm: NitroSecureModule): Promise<ClockReport> {
  const clock = await checkClock(nsm);
  if (first || !clock.agrees) tell(describeClock(clock));
  return clock;
}

async function startPool({ executor }: BootConfiguration, limits: RuntimeLimits): Promise<ChildPool> {
  const directory = dirname(fileURLToPath(import.meta.url));
  const pool = await ChildPool.start({
    childProgram: join(directory, 'executor-child.cjs'),
    componentPrograms: executor.components ? componentPrograms(directory) : undefined,
    warm: executor.warmChildren,
    exercise: executor.exercise ?? false,
    namespaces: executor.namespaces,
    memoryBytes: limits.run.dataBytes + CHILD_BYTES,
    maximum: limits.runs + executor.warmChildren,
  });
  if (first) tell('executor: a child is ready');
  return pool;
}

function openTransport({ transport }: BootConfiguration): Transport {
  if (transport.kind === 'unix') return unixTransport(transport.directory);
  return vsockTransport(parentCidOf(readFileSync('/proc/cmdline', 'latin1')));
}

async function openNsm({ nsm }: BootConfiguration): Promise<NitroSecureModule> {
  return nsm.kind === 'socket' ? connectNsm(nsm.path) : openNsmDevice();
}

/** With `--lifeline`, standard input is held open by the one that started us: when it ends, so do we. */
function endWithLifeline(enclave: Enclave): void {
  if (!args.includes('--lifeline')) return;
  process.stdin.on('end', () => enclave.shutDown());
  process.stdin.on('error', () => enclave.shutDown());
  process.stdin.resume();
}

function tell(what: string): void {
  if (first) say(what);
  else process.stderr.write(`truce runtime: ${what}\n`);
}

function die(error: unknown): never {
  // A message of somebody else's error may quote a party's data: a fault is told by its place alone.
  const text = error instanceof TruceError ? `${error.code}: ${error.message}` : describeFault(error);
  // In one line, though it be a stack or what a child has said: the last one of a console then tells why.
  const line = text
    .split(/[\r\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' | ');
  process.stderr.write(`truce${first ? '' : ' runtime'}: fatal: ${line}\n`);
  process.exit(1);
}

main().catch(die);
