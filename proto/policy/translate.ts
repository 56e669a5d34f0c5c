/** What one dialect implies, written out for another that does not. */
import { TruceError } from '../errors.ts';
import { Rights } from '../rights.ts';
import type { PolicyDialect } from './model.ts';
import { parsePath, streamNames } from './paths.ts';
import type { PlannedIdentity, PlannedProgram, PlannedRights, PolicyPlan } from './plan.ts';

const { FD_READ, FD_WRITE, FD_EXECUTE, FD_FILESTAT_GET, PATH_OPEN } = Rights;

/**
 * The plan so that it means in `to` what it means in `from`: streams among each program's rights, FD_EXECUTE for those
 * who may run, the right to metadata that reading and writing imply, and everybody's right to shut down. Only upwards.
 * Error: POLICY_DIALECT_LACKS.
 */
export function translatePlan(
  plan: PolicyPlan,
  from: 'seed-004' | 'veracruz',
  to: PolicyDialect,
): PolicyPlan {
  if (from === to) return plan;
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
  return {
    ...plan,
    streams: undefined,
    programs: programs.map((program) => ({ ...program, fileRights: implied(program.fileRights) })),
    identities: identities.map((identity) => ({
      ...identity,
      fileRights: implied(identity.fileRights),
      mayShutDown: true,
    })),
  };
}

/** In seed 004 they run a program who may open it, or read what it may write. */
function withRunning(identity: PlannedIdentity, programs: readonly PlannedProgram[]): PlannedIdentity {
  const rights = new Map(identity.fileRights.map((entry) => [parsePath(entry.name).path, entry]));
  for (const { name, fileRights } of programs) {
    const path = parsePath(name).path;
    const own = rights.get(path);
    const reads = fileRights.some(
      (entry) =>
        (entry.rights & FD_WRITE) !== 0 &&
        ((rights.get(parsePath(entry.name).path)?.rights ?? 0) & FD_READ) !== 0,
    );
    if (reads || ((own?.rights ?? 0) & PATH_OPEN) !== 0)
      rights.set(path, { name: own?.name ?? name, rights: (own?.rights ?? 0) | PATH_OPEN | FD_EXECUTE });
  }
  return { ...identity, fileRights: [...rights.values()] };
}

function withMetadata(rights: readonly PlannedRights[]): PlannedRights[] {
  return rights.map((entry) =>
    (entry.rights & (FD_READ | FD_WRITE)) === 0
      ? entry
      : { ...entry, rights: entry.rights | FD_FILESTAT_GET },
  );
}
