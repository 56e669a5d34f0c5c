/** Who may do what no single path decides: run a program, shut the enclave down, be an identity at all. */
import { equalBytes } from '../bytes.ts';
import { hasRights, Rights } from '../rights.ts';
import type { Policy, PolicyIdentity, PolicyPipeline, PolicyProgram } from './model.ts';
import { permitsOperation } from './operations.ts';

/** The identity whose certificate has exactly these bytes. */
export function findIdentity(policy: Policy, certificate: Uint8Array): PolicyIdentity | undefined {
  return policy.identities.find((identity) => equalBytes(identity.certificate, certificate));
}

/** The program at a canonical path. */
export function findProgram(policy: Policy, path: string): PolicyProgram | undefined {
  return policy.programs.find((program) => program.path === path);
}

/**
 * The pipeline of that name; where none has it, the one at that place in the list, from 0 on. Upstream knows places alone,
 * and names that are the same numbers.
 */
export function findPipeline(
  { pipelines }: Pick<Policy, 'pipelines'>,
  name: string,
): PolicyPipeline | undefined {
  const named = pipelines.find((pipeline) => pipeline.name === name);
  return named ?? (/^(0|[1-9]\d*)$/.test(name) ? pipelines[Number(name)] : undefined);
}

/**
 * Whether the identity may run the program: PATH_OPEN and FD_EXECUTE on it. In seed 004, which has no right for it:
 * PATH_OPEN on the program, or FD_READ on something the program may write.
 */
export function mayRun(
  policy: Pick<Policy, 'dialect'>,
  identity: PolicyIdentity,
  program: PolicyProgram,
): boolean {
  const rights = identity.access.rightsAt(program.path);
  if (policy.dialect !== 'seed-004') return permitsOperation(rights, 'execute', 'existing');
  if (hasRights(rights, Rights.PATH_OPEN)) return true;
  return program.access.entries.some(
    (entry) =>
      hasRights(entry.rights, Rights.FD_WRITE) &&
      hasRights(identity.access.rightsAt(entry.path), Rights.FD_READ),
  );
}
