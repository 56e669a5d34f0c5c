/** What one dialect implies, written out for another that does not. */
import { TruceError } from '../errors.ts';
import { Rights } from '../rights.ts';
import type { PolicyDialect } from './model.ts';
import { parsePath, streamNames } from './paths.ts';
import type { PlannedIdentity, PlannedProgram, PlannedRights, PolicyPlan } from './plan.ts';
import { type TranslatedPlan, translateScopes } from './translate-scopes.ts';

const { FD_READ, FD_WRITE, FD_EXECUTE, FD_FILESTAT_GET, PATH_OPEN } = Rights;

/**
 * The plan so that it means in `to` what it means in `from`: streams among each program's rights, FD_EXECUTE for those
 * who may run, the right to metadata that reading and writing imply, and everybody's right to shut down; directories with
 * their slash. Only upwards, and nobody gains a right on what is there. Warnings have the paths of the same entries in
 * the policy that it comes from. Error: POLICY_DIALECT_LACKS.
 */
export function translatePlan(
  plan: PolicyPlan,
  from: 'seed-004' | 'veracruz',
  to: PolicyDialect,
): TranslatedPlan {
  if (from === to) return { plan, warnings: [] };
  if (to === 'seed-004')
    throw new TruceError('POLICY_DIALECT_LACKS', { dialect: to, what: 'what a policy of Veracruz says' });
  const streams = streamNames.map((name) => ({ name, rights: plan.streams?.[name] ?? 0 }));
  const programs = plan.programs.map((program) => ({
    ...program,
    fileRights: [...program.fileRights, ...(plan.streams === undefined ? [] : streams)],
  }));
  const identities =
    from === 'seed-004'
      ? plan.identities.map((identity) => withRunning(identity, programs))
      : plan.identities;
  const implied = to === 'truce-2' ? withMetadata : (rights: readonly PlannedRights[]) => rights;
  const said = {
    ...plan,
    streams: undefined,
    programs: programs.map((program) => ({ ...program, fileRights: implied(program.fileRights) })),
    identities: identities.map((identity) => ({
      ...identity,
      fileRights: implied(identity.fileRights),
      mayShutDown: true,
    })),
  };
  return translateScopes(said, from, to);
}

/**
 * In seed 004 they run a program who may open it, or read what it may write. Who could not open it gets PATH_OPEN to run
 * it, and FD_READ and FD_WRITE, which were nothing without, go.
 */
function withRunning(identity: PlannedIdentity, programs: readonly PlannedProgram[]): PlannedIdentity {
  const before = new Map(identity.fileRights.map((entry) => [parsePath(entry.name).path, entry]));
  const after = new Map(before);
  for (const { name, fileRights } of programs) {
    const path = parsePath(name).path;
    const own = before.get(path) ?? { name, rights: 0 };
    const opens = (own.rights & PATH_OPEN) !== 0;
    const reads = fileRights.some(
      (entry) =>
        (entry.rights & FD_WRITE) !== 0 &&
        ((before.get(parsePath(entry.name).path)?.rights ?? 0) & FD_READ) !== 0,
    );
    const kept = opens ? own.rights : metadataImplied(own.rights) & ~(FD_READ | FD_WRITE);
    if (opens || reads) after.set(path, { name: own.name, rights: kept | PATH_OPEN | FD_EXECUTE });
  }
  return { ...identity, fileRights: [...after.values()] };
}

function withMetadata(rights: readonly PlannedRights[]): PlannedRights[] {
  return rights.map((entry) => ({ ...entry, rights: metadataImplied(entry.rights) }));
}

function metadataImplied(rights: number): number {
  return (rights & (FD_READ | FD_WRITE)) === 0 ? rights : rights | FD_FILESTAT_GET;
}
