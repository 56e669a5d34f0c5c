/** An enclave and its one party, for the tests of Veracruz's server. */
import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { Rights } from '../../proto/rights.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { example, programPath, R, type VeracruzPolicy, veracruzPolicy, W, WX } from './policies.ts';

export const client = await makeParty('client');

/** Stopped with the tests of the file. */
export async function startServer(parts: Pick<VeracruzPolicy, 'programs' | 'pipelines' | 'hashed'>) {
  const enclave = await startTestEnclave(
    (pcr0) =>
      veracruzPolicy({
        pcr0,
        parties: [
          [
            client,
            {
              '/input/': W,
              '/output/': R,
              '/numbers/': R,
              '/program/': WX,
              '/stream': Rights.PATH_OPEN | Rights.FD_WRITE | Rights.FD_SEEK,
            },
          ],
        ],
        ...parts,
      }),
    { executor: { warmChildren: 1, namespaces: 'if-possible' } },
  );
  t.teardown(() => enclave.stop());
  const session = await enclave.connect(client);
  const read = async (path: string): Promise<Buffer> => Buffer.from(await session.readFile(path));
  const readText = async (path: string): Promise<string> => (await read(path)).toString();

  /** What CheckHash asks upstream: is it that policy, and that runtime? */
  async function checkHashes(t: Test): Promise<void> {
    t.equal(await session.policyHash(), createHash('sha256').update(enclave.policy).digest('hex'));
    const pcr0 = session.facts.attestation.document.pcrs.get(0);
    t.equal(pcr0 && toHex(pcr0), toHex(enclave.pcr0));
  }

  /** Brings a program and data, and runs the program to a good end. */
  async function execute(t: Test, name: string, files: Readonly<Record<string, Uint8Array>> = {}) {
    await checkHashes(t);
    await session.writeFile(programPath(name), example(name));
    for (const [path, content] of Object.entries(files)) await session.writeFile(path, content);
    t.same(await session.run(programPath(name)), { exitCode: 0 }, name);
  }

  return { enclave, session, read, readText, checkHashes, execute };
}
