/** Who takes part, what each can do, run and end. */
import { toHex } from '../../bytes.ts';
import { AccessTable } from '../access.ts';
import { findProgram, mayRun } from '../authority.ts';
import type { Policy, PolicyIdentity } from '../model.ts';
import { isoTime } from '../values.ts';
import { listOf } from './abilities.ts';
import { compareAccess } from './access.ts';
import { type ChangeList, pairs } from './changes.ts';

/** What people call the holder of a certificate (DER): its subject and enough of its fingerprint. */
export type NameOfCertificate = (certificate: Uint8Array) => string;

export interface PolicyPair {
  readonly before: Policy;
  readonly after: Policy;
  readonly nameOf: NameOfCertificate;
  /** Paths that have a hash in both, and so are files. */
  readonly files: ReadonlySet<string>;
}

const NO_ACCESS = new AccessTable([]);

/** A party is who holds a certificate; ids are a policy's own affair. */
export function compareParties(pair: PolicyPair, list: ChangeList): void {
  const { before, after, nameOf, files } = pair;
  const byCertificate = ({ identities }: Policy) =>
    new Map(identities.map((identity) => [toHex(identity.certificate), identity]));
  for (const [, had, has] of pairs(byCertificate(before), byCertificate(after))) {
    const name = nameOf((has ?? had)!.certificate);
    if (has === undefined) {
      list.note('party', name, `${name} is a party no more, and loses all rights`);
      for (const { path } of had!.access.entries) list.touch(path);
      continue;
    }
    if (had === undefined) list.warn('party', name, `${name} is a new party, until ${isoTime(has.notAfter)}`);
    compareAccess(
      { holder: 'party', name, before: had?.access ?? NO_ACCESS, after: has.access, files },
      list,
    );
    compareRunning(pair, name, had, has, list);
    if (has.mayShutDown && had?.mayShutDown !== true)
      list.warn('shutdown', name, `${name} may now shut the enclave down`);
    if (!has.mayShutDown && had?.mayShutDown === true)
      list.note('shutdown', name, `${name} may no longer shut the enclave down`);
  }
}

function compareRunning(
  { before, after }: PolicyPair,
  name: string,
  had: PolicyIdentity | undefined,
  has: PolicyIdentity,
  list: ChangeList,
): void {
  const runs = (policy: Policy, identity: PolicyIdentity | undefined) =>
    identity === undefined
      ? []
      : policy.programs.filter((program) => mayRun(policy, identity, program)).map(({ path }) => path);
  const [ran, run] = [runs(before, had), runs(after, has)];
  const more = run.filter((path) => !ran.includes(path));
  // That nobody runs a program that is gone goes without saying.
  const less = ran.filter((path) => !run.includes(path) && findProgram(after, path) !== undefined);
  if (more.length > 0) list.warn('run', name, `${name} may now run ${listOf(more)}`);
  if (less.length > 0) list.note('run', name, `${name} may no longer run ${listOf(less)}`);
}
