/** Writes the demo's lines: short, aligned, and coloured where someone looks. */
import type { CommandIo } from './command-io.ts';
import { withProgress } from './progress.ts';

export type Mark = 'done' | 'refused' | 'wrong';

export interface Narrator {
  title(text: string): void;
  section(name: string, text?: string): void;
  fact(name: string, text: string): void;
  /** A step and how it ended; all cells but the last are padded. */
  step(mark: Mark, ...cells: readonly string[]): void;
  /** Waits, and says what for where it takes long. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
}

export interface NarratorOptions {
  /** Nothing is told but what takes long: for `--json`. */
  readonly silent?: boolean;
  readonly colour?: boolean;
}

const marks: Record<Mark, { readonly sign: string; readonly colour: string }> = {
  done: { sign: '✓', colour: '32' },
  refused: { sign: '✗', colour: '33' },
  wrong: { sign: '!', colour: '1;31' },
};
const BOLD = '1';
const SECTION_WIDTH = 14;
const CELL_WIDTHS = [11, 41];

export function createNarrator(io: CommandIo, { silent = false, colour = false }: NarratorOptions): Narrator {
  const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const line = (text: string): void => {
    if (!silent) io.stdout.write(`${text}\n`);
  };
  const pad = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(CELL_WIDTHS[index] ?? 0)))
      .join(' ');
  return {
    title: (text) => line(paint(BOLD, text)),
    section: (name, text) =>
      line(
        `\n${text === undefined ? paint(BOLD, name) : `${paint(BOLD, name.padEnd(SECTION_WIDTH))} ${text}`}`,
      ),
    fact: (name, text) => line(`    ${pad([name, text])}`),
    step: (mark, ...cells) => line(`  ${paint(marks[mark].colour, marks[mark].sign)} ${pad(cells)}`),
    during: (what, work) => withProgress(io, what, () => work),
  };
}
