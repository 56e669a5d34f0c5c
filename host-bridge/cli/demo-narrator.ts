/** Tells the demo's story on a terminal: short aligned lines, coloured where someone looks. */

/** What of a stream the demo uses. */
export interface DemoOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

type Mark = 'done' | 'refused' | 'wrong';

const marks: Record<Mark, { readonly sign: string; readonly colour: string }> = {
  done: { sign: '✓', colour: '32' },
  refused: { sign: '✗', colour: '33' },
  wrong: { sign: '!', colour: '1;31' },
};
/** After so long a person wants to know that something still happens. */
const PATIENCE_MS = 1000;

export interface Narrator {
  title(text: string): void;
  section(name: string, text?: string): void;
  /** A step: who, did what, to what, with what outcome. */
  step(mark: Mark, ...cells: readonly string[]): void;
  note(text: string): void;
  /** Waits; on a terminal, says what for once it takes more than a second. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
}

const WIDTHS = [10, 11, 31];

export function createNarrator(output: DemoOutput, progress: DemoOutput, colour: boolean): Narrator {
  const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const line = (text: string): void => void output.write(`${text.trimEnd()}\n`);
  return {
    title: (text) => line(paint('1', text)),
    section: (name, text = '') => line(`\n${paint('1', name.padEnd(WIDTHS[0]! + 4))}${text}`),
    step: (mark, ...cells) => {
      const { sign, colour: code } = marks[mark];
      const text = cells.map((cell, index) =>
        index < cells.length - 1 ? cell.padEnd(WIDTHS[index] ?? 0) : cell,
      );
      line(`  ${paint(code, sign)} ${text.join(' ')}`);
    },
    note: (text) => line(`    ${text}`),
    during: (what, work) => showProgress(progress, what, work),
  };
}

/** For `--json`: says nothing but what takes long. */
export function createSilentNarrator(progress: DemoOutput): Narrator {
  const nothing = (): void => {};
  return {
    title: nothing,
    section: nothing,
    step: nothing,
    note: nothing,
    during: (what, work) => showProgress(progress, what, work),
  };
}

async function showProgress<T>(output: DemoOutput, what: string, work: Promise<T>): Promise<T> {
  if (output.isTTY !== true) return work;
  const started = Date.now();
  let shown = false;
  const timer = setInterval(() => {
    shown = true;
    output.write(`\r${what} ... ${Math.round((Date.now() - started) / 1000)} s`);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown) output.write('\r\x1b[K'); // back to the start, and erase the line
  }
}
