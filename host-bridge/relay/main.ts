/**
 * The relay as a process of its own, so that a fault in it takes nothing else down. `truce serve` starts it with its
 * configuration as the one argument, reads one line of JSON when it listens or cannot, and holds its lifeline.
 */
import { TruceError } from '../../proto/errors.ts';
import { onLifelineEnd } from '../launcher/lifeline.ts';
import {
  parseRelayConfiguration,
  type RelayConfiguration,
  type RelayProcessCounts,
  type RelayReport,
} from './configuration.ts';
import type { HttpPlane } from './http-plane.ts';
import { Relay } from './relay.ts';

/** How old the counts that a supervisor has may be. */
const COUNTS_MILLISECONDS = 1000;

async function main(): Promise<void> {
  let relay: Relay;
  let http: HttpPlane | undefined;
  try {
    const configuration = parseRelayConfiguration(process.argv[2] ?? '');
    relay = await Relay.listen(configuration);
    http = await listenHttp(configuration);
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    report({ ready: false, code: error.code, message: error.message });
    process.exit(1);
  }
  const stop = () => void Promise.all([relay.stop(), http?.stop()]).then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  onLifelineEnd(stop);
  report({ ready: true, ...relay.address, ...(http === undefined ? {} : { http: http.address }) });
  reportCounts(() => ({ tcp: relay.counts, ...(http === undefined ? {} : { http: http.counts }) }));
}

/** Loaded where it is asked for alone: a relay of TCP has no part of HTTP. */
async function listenHttp({ http, target }: RelayConfiguration): Promise<HttpPlane | undefined> {
  if (http === undefined) return undefined;
  const { HttpPlane } = await import('./http-plane.ts');
  return HttpPlane.listen({ ...http, target });
}

function reportCounts(counts: () => RelayProcessCounts): void {
  let last = '';
  setInterval(() => {
    const line = `${JSON.stringify(counts())}\n`;
    if (line === last) return;
    last = line;
    process.stdout.write(line);
  }, COUNTS_MILLISECONDS).unref();
}

/** In one go, so that it is out before the process ends. */
function report(line: RelayReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// A supervisor that no longer reads is a supervisor that is gone: the lifeline says so.
process.stdout.on('error', () => {});
await main();
