/** Enclaves with live files and a program that uses them, for a party that runs it, one that adds, and one that follows. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

export const MIB = 1 << 20;
const module = readFileSync(new URL('tests/programs/c/live.wasm', repositoryRoot));
const WAIT = Rights.POLL_FD_READWRITE | Rights.FD_FDSTAT_SET_FLAGS | Rights.FD_FILESTAT_GET;
export const IN = { '/in/': READ | WAIT };
export const OUT = { '/out/': WRITE, stdout: WRITE };

interface LiveProgram {
  readonly arguments: readonly string[];
  readonly rights: Readonly<Record<string, number>>;
  readonly limits?: Readonly<Record<string, number>>;
}

export interface LiveParts {
  readonly programs: Readonly<Record<string, LiveProgram>>;
  readonly liveFiles: readonly string[];
  readonly pipelines?: readonly string[];
}

export const path = (name: string) => `/bin/${name}.wasm`;
export const [owner, writer, reader] = await Promise.all([makeParty('o'), makeParty('w'), makeParty('r')]);
export const text = (value: string): Uint8Array => Buffer.from(value);

/** For all tests of a file: brings their programs, and stops with the last of them. */
export async function startLive({ programs, liveFiles, ...rest }: LiveParts) {
  const enclave = await startTestEnclave(
    (pcr0) =>
      versionTwoPolicy(
        {
          pcr0,
          clock: true,
          parties: [
            { certificate: owner.certificate, rights: { '/bin/': WRITE | RUN } },
            {
              certificate: writer.certificate,
              rights: { '/in/': WRITE, '/plain': READ | WRITE, '/out/ended': WRITE, stdin: WRITE },
            },
            {
              certificate: reader.certificate,
              rights: { '/out/': READ | Rights.PATH_FILESTAT_GET, '/tree/': READ, stdout: READ },
            },
          ],
          ...rest,
          programs: Object.entries(programs).map(([name, { rights }]) => ({
            path: path(name),
            module,
            rights,
          })),
        },
        { live_files: liveFiles },
        Object.fromEntries(
          Object.entries(programs).map(([name, { arguments: list, limits }]) => [
            path(name),
            { arguments: list, ...(limits === undefined ? {} : { limits }) },
          ]),
        ),
      ),
    {
      limits: { runs: 4, vfsBytes: 24 * MIB, fileBytes: 24 * MIB },
      executor: { warmChildren: 2, namespaces: 'if-possible' },
    },
  );
  t.teardown(() => enclave.stop());

  const [runs, writes, reads] = await Promise.all([
    enclave.connect(owner),
    enclave.connect(writer),
    enclave.connect(reader),
  ]);
  for (const name of Object.keys(programs)) await runs.writeFile(path(name), module);

  /** A run in a session of its own; its promise never rejects. */
  async function start(name: string, signal?: AbortSignal) {
    const session = await enclave.connect(owner);
    const ended = session
      .run(path(name), signal === undefined ? {} : { signal })
      .then(
        ({ exitCode }) => `exit ${exitCode}`,
        (error: Error & { code?: string }) => error.code ?? error.message,
      )
      .finally(() => session.close());
    return { ended };
  }

  /** What a program printed since `from`. */
  async function printed(from: number): Promise<string> {
    return Buffer.from(await reads.readFile('stdout'))
      .toString()
      .slice(from);
  }

  async function printedBytes(): Promise<number> {
    return (await reads.readFile('stdout')).length;
  }

  return { enclave, writes, reads, start, printed, printedBytes };
}
