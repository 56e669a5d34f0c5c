/** Standard output and error as the program writes them: every byte, at once, to the descriptor that it is for. */
import type { OutputStream } from '../executor/run-protocol.ts';

/** Nobody reads what the program prints any more. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

const targets = { stdout: process.stdout, stderr: process.stderr } as const;

/** Each failed write is told by its own callback; without a listener Node would take it for a fault. */
for (const target of Object.values(targets)) target.on('error', () => undefined);

/**
 * Resolves when the bytes are with their reader, or are on the way there. Rejects with OutputClosed.
 * @param bytes good until this returns
 */
export function print(stream: OutputStream, bytes: Uint8Array): Promise<void> {
  const copy = Buffer.from(bytes);
  return new Promise((resolve, reject) => {
    targets[stream].write(copy, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
      if (error === null || error === undefined) resolve();
      else if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') reject(new OutputClosed());
      else reject(error);
    });
  });
}
