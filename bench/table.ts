/** Tables of the report: printed to the terminal, and written to docs/performance.md. */
import type { Row } from './measure.ts';

export interface Table {
  readonly title: string;
  /** What is measured and how, in a sentence or two. */
  readonly note?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A comparison with one alternative. */
export function comparison(title: string, rows: readonly Row[]): Table {
  const header = ['what', 'truce', 'against', 'ratio', 'goal'];
  return {
    title,
    header,
    rows: rows.map(({ what, truce, other, ratio, goal }) => [what, truce, other, ratio, goal]),
  };
}

export function asText({ title, header, rows }: Table): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${title}\n${lines.join('\n')}\n`;
}

export function asMarkdown({ title, note, header, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|${header.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`;
  const table = [line(header), rule, ...rows.map(line)].join('\n');
  return [`## ${title}`, ...(note === undefined ? [] : [note]), table].join('\n\n');
}
