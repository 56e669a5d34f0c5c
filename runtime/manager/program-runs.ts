/** Who may run which program, and what the executor has to know of it. */
import { TruceError } from '../../proto/errors.ts';
import type { RunLimits } from '../../proto/limits.ts';
import { type AccessEntry, AccessTable } from '../../proto/policy/access.ts';
import { findProgram, mayRun } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity, PolicyProgram } from '../../proto/policy/model.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { Executor, Program } from '../executor/executor.ts';
import type { RunWitness } from '../executor/run-report.ts';
import { CHANGING } from './changing-rights.ts';
import type { ClientFiles } from './client-files.ts';
import type { Receipts, RunOrigin } from './receipts.ts';
import { successOnly } from './told-outcome.ts';

export class ProgramRuns {
  readonly #policy: Policy;
  readonly #files: ClientFiles;
  readonly #executor: Executor;
  readonly #receipts: Receipts | undefined;
  readonly #programs: ReadonlyMap<PolicyProgram, Program>;

  /** `limits`: of each program. `receipts`: where the policy asks for them. */
  constructor(
    policy: Policy,
    files: ClientFiles,
    executor: Executor,
    limits: ReadonlyMap<PolicyProgram, RunLimits>,
    receipts: Receipts | undefined,
  ) {
    this.#policy = policy;
    this.#receipts = receipts;
    this.#files = files;
    this.#executor = executor;
    this.#programs = new Map(
      policy.programs.map((program) => [program, describe(program, policy, limits.get(program)!)]),
    );
  }

  /** Runs the program at a path for a party; its exit code. */
  async run(identity: PolicyIdentity, name: string, signal: AbortSignal, origin: RunOrigin): Promise<number> {
    const path = canonicalPath(name);
    const program = findProgram(this.#policy, path);
    // One answer for a program that is not there and for one that this party may not run.
    if (program === undefined || !mayRun(this.#policy, identity, program))
      throw new TruceError('PROGRAM_UNKNOWN', { path });
    const described = this.#programs.get(program)!;
    const execute = async (witness?: RunWitness): Promise<number> => {
      const report = await this.#executor.run(described, () => this.#files.program(path), signal, witness);
      return report.exitCode;
    };
    const receipts = this.#receipts;
    const run = (): Promise<number> =>
      receipts === undefined
        ? execute()
        : receipts.witness({ program, described, runner: identity, origin }, signal, execute);
    try {
      return await (program.outcome === 'full' ? run() : successOnly(run));
    } catch (error) {
      throw withoutHiddenPath(error, identity);
    }
  }
}

/** Who may run a program need not see its files: their names are its own to choose. */
function withoutHiddenPath(error: unknown, { access }: PolicyIdentity): unknown {
  if (!(error instanceof TruceError) || typeof error.details.path !== 'string') return error;
  if (access.sees(error.details.path)) return error;
  return new TruceError(error.code, { ...error.details, path: 'a file' }, { cause: error });
}

function describe(program: PolicyProgram, policy: Policy, limits: RunLimits): Program {
  const { access, determinism, fuel, interfaces } = program;
  return {
    path: program.path,
    sha256: program.sha256,
    access: withImmutableFiles(access, policy),
    streams: {
      stdin: access.rightsAt('stdin'),
      stdout: access.rightsAt('stdout'),
      stderr: access.rightsAt('stderr'),
    },
    writes: access.entries
      .filter((entry) => entry.path.startsWith('/') && (entry.rights & CHANGING) !== 0)
      // What is written there is a request, which changes nothing for others.
      .filter((entry) => policy.nativeModules.every(({ specialFile }) => specialFile !== entry.path))
      .map((entry) => entry.path),
    args: [program.path, ...program.arguments],
    env: program.environment,
    limits,
    determinism,
    fuel,
    interfaces,
  };
}

/** Files with a hash cannot be changed by anyone: inside what a program may change they are entries of their own. */
function withImmutableFiles(access: AccessTable, policy: Policy): AccessTable {
  const entries = new Map<string, AccessEntry>(access.entries.map((entry) => [entry.path, entry]));
  for (const path of policy.fileHashes.keys()) {
    const rights = access.rightsAt(path);
    if ((rights & CHANGING) !== 0) entries.set(path, { path, rights: rights & ~CHANGING, scope: 'file' });
  }
  return new AccessTable([...entries.values()]);
}
