/** Who may do what with which file: a row for each file that a policy names, a column for each principal. */
import type { AccessTable } from '../../proto/policy/access.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { permitsOperation } from '../../proto/policy/operations.ts';
import { isStreamName, streamNames } from '../../proto/policy/paths.ts';
import { hasRights, Rights } from '../../proto/rights.ts';
import { printable } from './command-io.ts';
import { COLUMNS } from './fold-text.ts';

/** Longer names of files have a line of their own. */
const LONGEST_NAME_IN_ROW = 34;
const GAP = '  ';
/** More is nothing that people read; a policy of 1 MiB could otherwise take gigabytes. */
const MOST_CELLS = 100_000;

export interface MatrixColumn {
  readonly principal: string;
  readonly access: AccessTable;
  /** What `rwx` stand for at a path. */
  letters(path: string, rights: number): string;
}

export interface MatrixRow {
  /** Canonical; a directory's with a slash at its end. */
  readonly file: string;
  /** What the policy says of the file for everybody; at most one of them. */
  readonly mark: '' | 'hash' | 'live' | 'module';
  /** By column. */
  readonly cells: readonly { readonly letters: string; readonly rights: number }[];
}

export interface Matrix {
  readonly principals: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** All of it, whatever entry the rights at a path come from; undefined where it is too large for anybody. */
export function policyMatrix(policy: Policy): Matrix | undefined {
  const columns = matrixColumns(policy);
  const modules = new Set(policy.nativeModules.map(({ specialFile }) => specialFile));
  const mark = (path: string): MatrixRow['mark'] =>
    policy.fileHashes.has(path)
      ? 'hash'
      : policy.liveFiles.has(path)
        ? 'live'
        : modules.has(path)
          ? 'module'
          : '';
  const entries = columns.flatMap(({ access }) => access.entries);
  const directories = new Set(entries.filter(({ scope }) => scope === 'subtree').map(({ path }) => path));
  const paths = new Set([
    ...entries.map(({ path }) => path),
    ...policy.fileHashes.keys(),
    ...policy.liveFiles,
    ...modules,
  ]);
  if (paths.size * columns.length > MOST_CELLS) return undefined;
  const files = [...paths].filter((path) => !isStreamName(path)).sort();
  const streams = streamNames.filter((name) => paths.has(name));
  return {
    principals: columns.map(({ principal }) => principal),
    rows: [...files, ...streams].map((path) => ({
      file: directories.has(path) && path !== '/' ? `${path}/` : path,
      mark: mark(path),
      cells: columns.map(({ access, letters }) => {
        const rights = access.rightsAt(path);
        return { rights, letters: letters(path, rights) };
      }),
    })),
  };
}

function matrixColumns(policy: Policy): MatrixColumn[] {
  const bits = (rights: number) =>
    `${hasRights(rights, Rights.FD_READ) ? 'r' : '-'}${hasRights(rights, Rights.FD_WRITE) ? 'w' : '-'}-`;
  return [
    ...policy.identities.map((identity) => ({
      principal: `identity ${identity.id}`,
      access: identity.access,
      letters: (path: string, rights: number) => {
        // At the program itself, and at the entry that decides there.
        const runs = policy.programs.some(
          (program) =>
            (program.path === path || identity.access.entryAt(program.path)?.path === path) &&
            mayRun(policy, identity, program),
        );
        return partyLetters(path, rights, runs);
      },
    })),
    ...policy.programs.map(({ id, access }) => ({
      principal: `program ${id}`,
      access,
      letters: (_: string, rights: number) => bits(rights),
    })),
    ...policy.pipelines.map(({ id, access }) => ({
      principal: `pipeline ${id}`,
      access,
      letters: (_: string, rights: number) => bits(rights),
    })),
  ];
}

/** What clients can do there, not what single bits say. */
function partyLetters(path: string, rights: number, runs: boolean): string {
  const stream = isStreamName(path);
  const reads = permitsOperation(rights, 'read', stream ? 'stream' : 'existing');
  const writes = stream
    ? permitsOperation(rights, 'write', 'stream')
    : permitsOperation(rights, 'write', 'missing') || permitsOperation(rights, 'append', 'existing');
  return `${reads ? 'r' : '-'}${writes ? 'w' : '-'}${runs ? 'x' : '-'}`;
}

/** The matrix at 100 columns: principals that do not fit beside one another follow in further tables. */
export function matrixText({ principals, rows }: Matrix): string {
  const names = rows.map(({ file }) => printable(file));
  const fitting = names.map(({ length }) => length).filter((length) => length <= LONGEST_NAME_IN_ROW);
  const nameWidth = Math.max('FILE'.length, ...fitting);
  const markWidth = Math.max(0, ...rows.map(({ mark }) => mark.length));
  const cells = rows.map((row) =>
    row.cells.map(({ letters, rights }) =>
      rights === 0 && letters === '---' ? '-' : `${letters} ${rights}`,
    ),
  );
  const widths = principals.map((principal, column) =>
    Math.max(principal.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const head = nameWidth + (markWidth === 0 ? 0 : GAP.length + markWidth);
  const rowText = (name: string, mark: string, values: readonly string[], block: readonly number[]) => {
    const long = name.length > nameWidth;
    const first = [
      (long ? '' : name).padEnd(nameWidth),
      ...(markWidth === 0 ? [] : [mark.padEnd(markWidth)]),
    ];
    const line = [...first, ...block.map((column) => (values[column] ?? '').padEnd(widths[column] ?? 0))];
    return `${long ? `${name}\n` : ''}${line.join(GAP).trimEnd()}\n`;
  };
  return blocksOf(widths, COLUMNS - head)
    .map((block) =>
      [
        rowText('FILE', '', principals, block),
        ...rows.map(({ mark }, index) => rowText(names[index] ?? '', mark, cells[index] ?? [], block)),
      ].join(''),
    )
    .join('\n');
}

/** Columns that stand beside one another in `room`; one at least. */
function blocksOf(widths: readonly number[], room: number): number[][] {
  const blocks: number[][] = [[]];
  let left = room;
  for (const [column, width] of widths.entries()) {
    const block = blocks.at(-1)!;
    if (block.length > 0 && width + GAP.length > left) {
      blocks.push([column]);
      left = room - width - GAP.length;
    } else {
      block.push(column);
      left -= width + GAP.length;
    }
  }
  return blocks;
}
