/** An enclave of the process launcher that nobody has given a policy yet, and no relay before it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import {
  type LaunchOptions,
  launchProcess,
  type ProcessEnclave,
} from '../../host-bridge/launcher/process-launcher.ts';
import { repositoryRoot } from '../support/repository.ts';

const dist = (path: string) => fileURLToPath(new URL(join('dist', path), repositoryRoot));

/** The built programs, as the command line finds them beside itself. */
export const installation = {
  runtimeDirectory: dist('runtime'),
  simulatorProgram: dist('nsm-simulator.js'),
  relayProgram: dist('relay.js'),
};

/** Stopped at the end of the test, if not before. */
export async function launchBare(t: Test, options: LaunchOptions = {}): Promise<ProcessEnclave> {
  const enclave = await launchProcess({ installation, output: 'inherit', ...options });
  t.teardown(() => enclave.stop());
  return enclave;
}

/** A connection to the control plane, closed at the end of the test. */
export async function controlOf(t: Test, enclave: ProcessEnclave): Promise<ControlClient> {
  const control = new ControlClient(await enclave.connectControl());
  t.teardown(() => control.close());
  return control;
}
