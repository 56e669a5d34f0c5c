/**
 * The tests that need a machine of their own: run as the application of an image, in place of the runtime, on the same
 * kernel and with the same /init. It sets the machine up as the runtime does, tells its parent, runs its checks, prints
 * their results and `guest tests: N passed, M failed` on the console, and restarts the machine. The parent has a server
 * for the heartbeat that takes two: one at the start, one among the checks.
 *
 * To build it, bundle this file as scripts/build.js bundles runtime/main.ts (same plugin, format and banner), name the
 * result runtime.js, and put koffi.node, executor-spawner.cjs and executor-child.cjs of dist/runtime beside it. `readReport`
 * of report.ts reads the console.
 */
import { readFileSync } from 'node:fs';
import { disableSessionTickets } from '../../../native/openssl.ts';
import { disarmInspectorSignal } from '../../../native/process-control.ts';
import { becomeFirstProcess } from '../../../runtime/boot/first-process.ts';
import { sendHeartbeat } from '../../../runtime/boot/heartbeat.ts';
import { parentCidOf } from '../../../runtime/boot/kernel-command-line.ts';
import { vsockTransport } from '../../../runtime/boot/vsock-transport.ts';
import { childChecks } from './children.ts';
import { engineChecks } from './engine.ts';
import { machineChecks } from './machine.ts';
import { nsmChecks } from './nsm.ts';
import { Report } from './report.ts';
import { vsockChecks } from './vsock.ts';

async function main(): Promise<void> {
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  disarmInspectorSignal();
  becomeFirstProcess();
  disableSessionTickets();
  const parent = parentCidOf(readFileSync('/proc/cmdline', 'latin1'));
  await sendHeartbeat(vsockTransport(parent));
  const report = new Report();
  await report.run('machine', machineChecks());
  await report.run('children', childChecks());
  await report.run('engine', engineChecks());
  await report.run(
    'nsm',
    nsmChecks((name, value) => report.fact(name, value)),
  );
  await report.run('vsock', vsockChecks(parent));
  report.end();
  process.exit(0);
}

function die(error: unknown): never {
  console.error(`guest tests: fatal: ${error instanceof Error ? error.stack : error}`);
  process.exit(1);
}

main().catch(die);
