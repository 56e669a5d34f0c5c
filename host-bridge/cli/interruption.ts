/** Ctrl-C and its kin: the first one asks a command to end in order, the second one insists. */
import { TruceError } from '../../proto/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` under a signal that aborts with TruceError INTERRUPTED {signal} at the first signal.
 * @param insist called at each further one
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  insist: () => void = () => process.exit(1),
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) insist();
    else controller.abort(new TruceError('INTERRUPTED', { signal }));
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
