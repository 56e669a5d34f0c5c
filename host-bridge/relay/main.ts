/**
 * The relay as a process of its own, so that a fault in it takes nothing else down. `truce serve` starts it with its
 * configuration as the one argument, reads one line of JSON when it listens or cannot, and holds its lifeline.
 */
import { TruceError } from '../../proto/errors.ts';
import { onLifelineEnd } from '../launcher/lifeline.ts';
import { parseRelayConfiguration, type RelayReport } from './configuration.ts';
import { Relay } from './relay.ts';

async function main(): Promise<void> {
  let relay: Relay;
  try {
    relay = await Relay.listen(parseRelayConfiguration(process.argv[2] ?? ''));
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    report({ ready: false, code: error.code, message: error.message });
    process.exitCode = 1;
    return;
  }
  const stop = () => void relay.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  onLifelineEnd(stop);
  report({ ready: true, ...relay.address });
}

function report(line: RelayReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// A supervisor that no longer reads is a supervisor that is gone: the lifeline says so.
process.stdout.on('error', () => {});
await main();
