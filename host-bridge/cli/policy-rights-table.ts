/** Every entry of a policy with its single rights: `truce policy show --rights`. */
import type { AccessEntry, AccessTable } from '../../proto/policy/access.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import { clientOperations, permitsOperation } from '../../proto/policy/operations.ts';
import { isStreamName } from '../../proto/policy/paths.ts';
import { type RightName, Rights } from '../../proto/rights.ts';
import { printable } from './command-io.ts';
import { foldText } from './fold-text.ts';
import { textTable } from './text-table.ts';

/** The letters of the RIGHTS column, in its order; '+' stands for any right that has none. */
const letters: readonly (readonly [letter: string, name: RightName])[] = [
  ['o', 'PATH_OPEN'],
  ['r', 'FD_READ'],
  ['w', 'FD_WRITE'],
  ['x', 'FD_EXECUTE'],
  ['s', 'FD_SEEK'],
  ['c', 'PATH_CREATE_FILE'],
  ['t', 'PATH_FILESTAT_SET_SIZE'],
  ['l', 'FD_READDIR'],
  ['d', 'PATH_CREATE_DIRECTORY'],
  ['u', 'PATH_UNLINK_FILE'],
  ['m', 'FD_FILESTAT_GET'],
];
const lettered = letters.reduce((rights, [, name]) => rights | Rights[name], 0);

export function rightsTable(policy: Policy): string {
  const rows = [
    ...policy.identities.flatMap((identity) =>
      accessRows(`identity ${identity.id}`, identity.access, (entry) =>
        operationsOf(policy, identity, entry),
      ),
    ),
    // A program's calls are judged bit by bit: there is no word for what it may do.
    ...policy.programs.flatMap(({ id, access }) => accessRows(`program ${id}`, access)),
    ...policy.pipelines.flatMap(({ id, access }) => accessRows(`pipeline ${id}`, access)),
  ];
  const legend = letters.map(([letter, name]) => `${letter} ${name}`).join(', ');
  return `${textTable(['PRINCIPAL', 'FILE', 'RIGHTS', 'BITS', 'MAY'], rows)}\n${foldText('', `${legend}, + others`)}`;
}

function accessRows(
  principal: string,
  access: AccessTable,
  operations: (entry: AccessEntry) => readonly string[] = () => [],
): string[][] {
  return access.entries.map((entry) => [
    principal,
    printable(entry.path) + (entry.scope === 'subtree' && entry.path !== '/' ? '/' : ''),
    lettersOf(entry.rights),
    String(entry.rights),
    operations(entry).join(' '),
  ]);
}

function lettersOf(rights: number): string {
  const known = letters.map(([letter, name]) => ((rights & Rights[name]) === 0 ? '-' : letter)).join('');
  return known + ((rights & ~lettered) === 0 ? '-' : '+');
}

/** What an entry lets an identity do, in words: the operations that it permits whatever is there. */
function operationsOf(policy: Policy, identity: PolicyIdentity, entry: AccessEntry): string[] {
  const targets = isStreamName(entry.path) ? (['stream'] as const) : (['missing', 'existing'] as const);
  // Who may execute is the dialect's to say, program by program.
  const operations: string[] = clientOperations.filter(
    (operation) =>
      operation !== 'execute' && targets.every((target) => permitsOperation(entry.rights, operation, target)),
  );
  const runs = policy.programs.some(
    (program) => identity.access.entryAt(program.path) === entry && mayRun(policy, identity, program),
  );
  return runs ? [...operations, 'run'] : operations;
}
