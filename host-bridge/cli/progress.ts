/** What takes long, said while it does: one line on a terminal, nothing elsewhere. */
import { type CommandIo, printable } from './command-io.ts';

/** After so long a person wants to know that something still happens. */
const PATIENCE_MILLISECONDS = 1000;
const REFRESH_MILLISECONDS = 250;
const ERASE_LINE = '\r\x1b[2K';

export interface ProgressLine {
  /** Bytes moved, of how many. */
  update(transferred: number, total: number): void;
  /** Writes a line of its own, for people. */
  warn(text: string): void;
}

/** Does the work and shows, from the second second on, how far it is. */
export async function withProgress<T>(
  io: CommandIo,
  what: string,
  work: (line: ProgressLine) => Promise<T>,
): Promise<T> {
  const output = io.stderr;
  const warn = (text: string) => output.write(`truce: ${printable(text)}\n`);
  if (!('isTTY' in output) || output.isTTY !== true) return work({ update: () => undefined, warn });
  const started = performance.now();
  let moved: { readonly transferred: number; readonly total: number } | undefined;
  let shown = false;
  const show = () => {
    const elapsed = performance.now() - started;
    if (elapsed < PATIENCE_MILLISECONDS) return;
    shown = true;
    output.write(
      `${ERASE_LINE}${what} ... ${moved === undefined ? seconds(elapsed) : share(moved, elapsed)}`,
    );
  };
  const timer = setInterval(show, REFRESH_MILLISECONDS);
  try {
    return await work({
      update: (transferred, total) => {
        moved = { transferred, total };
      },
      warn: (text) => {
        if (shown) output.write(ERASE_LINE);
        warn(text);
      },
    });
  } finally {
    clearInterval(timer);
    if (shown) output.write(ERASE_LINE);
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}

function share({ transferred, total }: { transferred: number; total: number }, elapsed: number): string {
  const percent = total === 0 ? 100 : Math.floor((transferred / total) * 100);
  const rate = transferred / (1 << 20) / (elapsed / 1000);
  return `${percent} % of ${(total / (1 << 20)).toFixed(1)} MiB, ${rate.toFixed(1)} MiB/s`;
}
