/** Asks a runtime to end, over the control plane. */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { ControlClient } from './control-client.ts';

/** Whether the runtime took the request; one that does not, or cannot be reached, is ended by other means. */
export async function shutDown(connect: () => Promise<Socket>, milliseconds: number): Promise<boolean> {
  let control: ControlClient | undefined;
  try {
    control = new ControlClient(await connect(), milliseconds);
    await control.shutdown();
    return true;
  } catch (error) {
    if (error instanceof TruceError || isExpected(error)) return false;
    throw error;
  } finally {
    control?.close();
  }
}

/** The system's errors of a connection, and the time limit's. */
function isExpected(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException;
  return name === 'TimeoutError' || /^E[A-Z]+$/.test(String(code));
}
