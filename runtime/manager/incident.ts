/** Turns whatever was thrown into a row of the error table; what is a fault of ours is told on the console alone. */
import { randomBytes } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';

export function asTruceError(error: unknown): TruceError {
  if (error instanceof TruceError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return new TruceError('RUN_CANCELLED');
  const incident = randomBytes(4).toString('hex');
  // A stack names our own code, never a party's data.
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`incident ${incident}: ${stack ?? 'not an error'}\n`);
  return new TruceError('INTERNAL', { incident }, { cause: error });
}
