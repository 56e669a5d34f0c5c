/** Has the enclave of a session prove itself again from time to time, as long as the session lasts. */
import { TruceError } from '../../proto/errors.ts';

/** A proof an hour: certificates of documents live three. */
export const DEFAULT_PROOF_INTERVAL = 3_600_000;
/** The longest that a timer can be set for. */
const LONGEST_INTERVAL = 2 ** 31 - 1;
/** How soon an enclave is asked again that has refused to answer: it may have been asked too often just then. */
const REFUSED_AGAIN = 60_000;

/** RangeError where an interval is no whole number of milliseconds, or longer than timers last. */
export function requireProofInterval(milliseconds: number): void {
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > LONGEST_INTERVAL)
    throw new RangeError(`verifyAgainMilliseconds is a whole number up to ${LONGEST_INTERVAL}`);
}

/**
 * Starts with the first interval; 0 never does. What is not proven ends the session, and so does a second refusal in a row.
 * @param prove asks in its turn; ends the session itself where the proof fails
 * @param end ends the session
 * @param over aborts when the session has ended
 */
export function keepProven(
  milliseconds: number,
  prove: () => Promise<unknown>,
  end: (reason: Error) => void,
  over: AbortSignal,
): void {
  if (milliseconds === 0) return;
  let refused = false;
  let timer: NodeJS.Timeout;
  const wait = (time: number): void => {
    if (over.aborted) return;
    // A session that nobody uses keeps no process from ending.
    timer = setTimeout(again, time).unref();
  };
  const again = (): void => {
    prove().then(
      () => {
        refused = false;
        wait(milliseconds);
      },
      (error: Error) => {
        if (!(error instanceof TruceError) || error.code !== 'CLIENT_REFUSED' || refused) return end(error);
        refused = true;
        wait(Math.min(REFUSED_AGAIN, milliseconds));
      },
    );
  };
  over.addEventListener('abort', () => clearTimeout(timer), { once: true });
  wait(milliseconds);
}
