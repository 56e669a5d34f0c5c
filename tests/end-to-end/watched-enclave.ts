/** An enclave with programs that run until somebody ends them, for tests that end things. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { RemoteError } from '../../host-bridge/client/index.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { type PolicyParts, READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave, type TestEnclave } from '../support/test-enclave.ts';

export const [owner, reader] = await Promise.all([makeParty('owner'), makeParty('reader')]);
export const loop = await compileSample('endless-loop');
export const nothing = await compileText('(module (memory (export "memory") 1) (func (export "_start")))');
export const parts = {
  parties: [
    {
      certificate: owner.certificate,
      rights: {
        '/data': READ | WRITE,
        '/loop.wasm': RUN | WRITE,
        '/again.wasm': RUN | WRITE,
        '/x.wasm': RUN | WRITE,
      },
    },
    { certificate: reader.certificate, rights: { '/data': READ } },
  ],
  programs: [
    { path: '/loop.wasm', module: loop, rights: {} },
    { path: '/again.wasm', module: loop, rights: {} },
    { path: '/x.wasm', module: nothing, rights: {} },
  ],
} satisfies Omit<PolicyParts, 'pcr0'>;

/** The part of the status report that tests here wait for. */
export interface Status {
  readonly sessions: number;
  readonly runs: { readonly running: number };
  readonly executor: { readonly warm: number; readonly taken: number };
  readonly files: { readonly bytes: number };
}

export interface WatchedEnclave {
  readonly enclave: TestEnclave;
  status(): Promise<Status>;
  /** Waits for what the status comes to; a test that waits in vain is ended by its time limit. */
  until(condition: (status: Status) => boolean): Promise<void>;
}

/** Ended with the test, if not before. */
export async function startWatched(t: Test): Promise<WatchedEnclave> {
  const enclave = await startTestEnclave(parts);
  t.teardown(() => enclave.stop());
  const control = new ControlClient(await enclave.enclave.connectControl());
  t.teardown(() => control.close());
  const status = async () => (await control.status()) as Status;
  const until = async (condition: (status: Status) => boolean) => {
    while (!condition(await status())) await delay(10);
  };
  return { enclave, status, until };
}

/** What the enclave said, by its code; any other error as it is. */
export const codeFrom = (error: unknown) => (error instanceof RemoteError ? error.code : error);
