/** A program in an enclave whose children are ready, as those of a service are between two requests. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PREVIEW1_RIGHTS } from '../proto/rights.ts';
import { READ, RUN, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { versionTwoPolicy } from '../tests/support/version-two-policy.ts';
import type { RunningHost } from './hosts.ts';
import type { BuiltProgram } from './programs.ts';

/** A child is started in the place of one that was taken, and has exercised. */
const READY_MILLISECONDS = 2500;

export interface ReadyChild extends RunningHost {
  stop(): Promise<void>;
}

/** `parts`: what the program may be given as its one argument: policies say arguments, clients do not. */
export async function startReadyChild(program: BuiltProgram, parts: readonly string[]): Promise<ReadyChild> {
  const module = readFileSync(program.wasm);
  const party = await makeParty('bench');
  const path = (part: string) => `/bin/${part}.wasm`;
  const enclave = await startTestEnclave(
    (pcr0) =>
      versionTwoPolicy(
        {
          pcr0,
          clock: true,
          parties: [
            { certificate: party.certificate, rights: { '/bin/': WRITE | RUN, stdout: READ | WRITE } },
          ],
          programs: parts.map((part) => ({
            path: path(part),
            module,
            rights: { '/': PREVIEW1_RIGHTS, stdout: WRITE, stderr: WRITE },
          })),
        },
        {},
        Object.fromEntries(parts.map((part) => [path(part), { arguments: [part] }])),
      ),
    { executor: { warmChildren: 2, namespaces: 'if-possible', exercise: true } },
  );
  const session = await enclave.connect(party);
  for (const part of parts) await session.writeFile(path(part), module);
  return {
    name: 'truce',
    run: async ([part = '']) => {
      await delay(READY_MILLISECONDS);
      await session.writeFile('stdout', new Uint8Array(0));
      const { exitCode } = await session.run(path(part));
      const printed = new TextDecoder().decode(await session.readFile('stdout'));
      if (exitCode !== 0) throw new Error(`${part} ended with ${exitCode}: ${printed}`);
      return printed;
    },
    stop: async () => {
      await session.close();
      await enclave.stop();
    },
  };
}
