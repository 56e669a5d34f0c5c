/** Turns whatever was thrown into a row of the error table; what is a fault of ours is told on the console alone. */
import { randomBytes } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';

export function asTruceError(error: unknown): TruceError {
  if (error instanceof TruceError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return new TruceError('RUN_CANCELLED');
  const incident = randomBytes(4).toString('hex');
  process.stderr.write(`incident ${incident}: ${describeFault(error)}\n`);
  return new TruceError('INTERNAL', { incident }, { cause: error });
}

/** Which error and where: names and places of our own code. Its message stays out, which may quote a party's data. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { code } = error as NodeJS.ErrnoException;
  const places = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? [];
  return [code === undefined ? error.name : `${error.name} ${code}`, ...places].join('\n');
}
