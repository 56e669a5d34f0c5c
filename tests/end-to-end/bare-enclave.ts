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
import { ControlFrameDecoder } from '../../proto/wire/control-frame.ts';
import { type ControlResponse, decodeControlResponse } from '../../proto/wire/control-messages.ts';
import { repositoryRoot } from '../support/repository.ts';
import { closeOf } from './raw-party.ts';

const LONGEST_ANSWER = 1 << 20;
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

/** Sends bytes, ends, and gives the answers up to the close. */
export async function converse(
  enclave: ProcessEnclave,
  ...bytes: readonly Uint8Array[]
): Promise<ControlResponse[]> {
  const socket = (await enclave.connectControl()).on('error', () => undefined);
  const decoder = new ControlFrameDecoder(LONGEST_ANSWER);
  const answers: ControlResponse[] = [];
  socket.on('data', (chunk) => answers.push(...decoder.push(chunk).map(decodeControlResponse)));
  const closed = closeOf(socket);
  socket.end(Buffer.concat(bytes));
  await closed;
  if (!decoder.idle) throw new Error('half an answer');
  return answers;
}
