/**
 * An enclave that holds every hostile program, a party that runs them, and another whose ordinary program must run as if
 * there were none of them.
 */
import { Rights } from '../../proto/rights.ts';
import { HOSTILE_LIMITS, type HostileProgram, hostilePrograms } from '../programs/hostile-programs.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from './policy-text.ts';
import { makeParty, startTestEnclave, type TestEnclave } from './test-enclave.ts';
import { versionTwoPolicy } from './version-two-policy.ts';
import { compileScript } from './wasi-script.ts';

const MIB = 1 << 20;
const OWN = READ | WRITE | Rights.FD_READDIR | Rights.PATH_UNLINK_FILE | Rights.PATH_REMOVE_DIRECTORY;
const RESULT = 'what an ordinary program comes to';
const ORDINARY = '/bin/ordinary.wasm';
const EMPTY = '/bin/empty.wasm';

export interface Attack {
  /** The code of its error, or its exit code. */
  readonly end: string | number;
  readonly milliseconds: number;
}

export interface HostileEnclave {
  readonly enclave: TestEnclave;
  readonly programs: ReadonlyMap<string, HostileProgram>;
  /** Runs a hostile program. */
  attack(name: string): Promise<Attack>;
  /** Runs the other party's program; throws unless it does all that it always does. Milliseconds that it took. */
  ordinaryRun(): Promise<number>;
  /** Runs a program that does nothing. Milliseconds that it took. */
  emptyRun(): Promise<number>;
  /** Takes away what programs left in files that stand even when a run fails. */
  tidy(): Promise<void>;
  stop(): Promise<void>;
}

export interface HostileEnclaveOptions {
  /** Of the modules that are made. */
  readonly size: 'small' | 'full';
}

export async function startHostileEnclave(options: HostileEnclaveOptions): Promise<HostileEnclave> {
  const { size } = options;
  const programs = await hostilePrograms(size);
  const ordinary = await compileScript([
    { call: 'write', path: 'ordinary/result', text: RESULT, cut: true },
    { call: 'rename', from: 'ordinary/result', to: 'ordinary/kept' },
  ]);
  const empty = await compileSample('empty');
  const [attacker, party] = await Promise.all([makeParty('attacker'), makeParty('party')]);
  const path = (name: string) => `/bin/${name}.wasm`;
  const { wallMilliseconds, cpuMilliseconds, compileMilliseconds, ...others } = HOSTILE_LIMITS;
  // Time is short for those alone that it may end: the others need no more of it than a slow machine has.
  const timeOf = ({ ends }: HostileProgram) => ({
    ...(ends.includes('RUN_WALL_LIMIT') ? { wall_milliseconds: wallMilliseconds } : {}),
    ...(ends.includes('RUN_CPU_LIMIT') ? { cpu_milliseconds: cpuMilliseconds } : {}),
    ...(ends.includes('RUN_COMPILE_LIMIT') ? { compile_milliseconds: compileMilliseconds } : {}),
  });
  const enclave = await startTestEnclave(
    (pcr0) =>
      versionTwoPolicy(
        {
          pcr0,
          parties: [
            {
              certificate: attacker!.certificate,
              rights: { '/bin/': WRITE | RUN, '/input/': WRITE, '/output/': OWN, stdout: READ | WRITE },
            },
            { certificate: party!.certificate, rights: { '/bin/': WRITE | RUN, '/ordinary/': OWN } },
          ],
          programs: [
            ...[...programs].map(([name, { module, rights }]) => ({ path: path(name), module, rights })),
            {
              path: ORDINARY,
              module: ordinary,
              rights: { '/ordinary/': WRITE | Rights.PATH_RENAME_SOURCE | Rights.PATH_RENAME_TARGET },
            },
            { path: EMPTY, module: empty, rights: {} },
          ],
          clock: true,
        },
        {},
        Object.fromEntries([...programs].map(([name, program]) => [path(name), { limits: timeOf(program) }])),
      ),
    {
      limits: {
        vfsBytes: 256 * MIB,
        run: others,
      },
      executor: { warmChildren: 2, namespaces: 'if-possible' },
    },
  );
  const [attackers, parties] = await Promise.all([enclave.connect(attacker!), enclave.connect(party!)]);
  for (const [name, { module }] of programs) await attackers.writeFile(path(name), module);
  await attackers.writeFile('/input/a.csv', Buffer.from('key,x\n'));
  await parties.writeFile(ORDINARY, ordinary);
  await parties.writeFile(EMPTY, empty);

  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  return {
    enclave,
    programs,
    attack: async (name) => {
      let end: string | number = 0;
      const milliseconds = await timed(() =>
        attackers.run(path(name)).then(
          ({ exitCode }) => {
            end = exitCode;
          },
          (error: { code: string }) => {
            end = error.code;
          },
        ),
      );
      return { end, milliseconds };
    },
    ordinaryRun: async () => {
      const milliseconds = await timed(async () => {
        const { exitCode } = await parties.run(ORDINARY);
        if (exitCode !== 0) throw new Error(`the ordinary program ended with ${exitCode}`);
      });
      const kept = Buffer.from(await parties.readFile('/ordinary/kept')).toString();
      if (kept !== RESULT) throw new Error(`the ordinary program wrote ${JSON.stringify(kept)}`);
      await parties.remove('/ordinary/kept');
      return milliseconds;
    },
    emptyRun: () => timed(() => parties.run(EMPTY)),
    tidy: async () => {
      await attackers.writeFile('stdout', Buffer.alloc(0));
      for (const { name } of await attackers.list('/output')) await attackers.remove(`/output/${name}`);
    },
    stop: async () => {
      await Promise.all([attackers.close(), parties.close()]);
      await enclave.stop();
    },
  };
}
