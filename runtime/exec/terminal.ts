/** Standard output and error as the program writes them: every byte, at once, to the descriptor that it is for. */
import { TruceError } from '../../proto/errors.ts';
import type { OutputStream } from '../executor/run-protocol.ts';

/** Nobody reads what the program prints any more. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

const targets = { stdout: process.stdout, stderr: process.stderr } as const;
const names = { stdout: 'standard output', stderr: 'standard error' } as const;

const NEWLINE = 0x0a;
const TRACE_MARK = 'wasi: ';

/** Each failed write is told by its own callback; without a listener Node would take it for a fault. */
for (const target of Object.values(targets)) target.on('error', () => undefined);

/** Whether standard error stands at the beginning of a line. */
let lineBegins = true;

/**
 * Resolves when the bytes are with their reader, or are on the way there. Rejects with OutputClosed, LOCAL_FILE_UNWRITABLE.
 * @param bytes good until this returns
 */
export function print(stream: OutputStream, bytes: Uint8Array): Promise<void> {
  if (stream === 'stderr') lineBegins = bytes.at(-1) === NEWLINE;
  return write(stream, Buffer.from(bytes));
}

/** Lines of a trace, each marked, and never behind half a line of the program's. */
export function printTrace(lines: Uint8Array): Promise<void> {
  const text = Buffer.from(lines).toString();
  const marked = text.split('\n').map((line) => `${TRACE_MARK}${line}\n`);
  const start = lineBegins ? '' : '\n';
  lineBegins = true;
  return write('stderr', Buffer.from(`${start}${marked.join('')}`));
}

function write(stream: OutputStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    targets[stream].write(bytes, (error) => {
      if (error === null || error === undefined) {
        resolve();
        return;
      }
      const { code: reason = error.message } = error as NodeJS.ErrnoException;
      if (reason === 'EPIPE' || reason === 'ERR_STREAM_DESTROYED') reject(new OutputClosed());
      else reject(new TruceError('LOCAL_FILE_UNWRITABLE', { path: names[stream], reason }, { cause: error }));
    });
  });
}
