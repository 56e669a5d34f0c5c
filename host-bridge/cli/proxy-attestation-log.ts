/** `truce proxy-attestation log`: what a server was asked, and what it issued. */
import { type Command, InvalidArgumentError } from 'commander';
import { isoTime } from '../../proto/policy/values.ts';
import type { AttemptRecord } from '../proxy-attestation/attempt-log.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { defaultDatabase, readConfiguration } from './proxy-attestation-options.ts';
import { textTable } from './text-table.ts';

interface LogOptions {
  readonly config?: string;
  readonly database?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const MOST = 1_000_000;
/** Digits of a hash that people compare by. */
const SHOWN = 16;

export function registerProxyLog(proxy: Command, io: CommandIo): void {
  proxy
    .command('log')
    .description('list attempts, and the certificates that were issued, oldest first')
    .option('--config <file>', "the server's configuration file, for its database")
    .option('--database <file>', "the server's SQLite file")
    .option('--limit <n>', 'the newest so many', parseCount, 100)
    .option('--json', 'print them as JSON, whole')
    .action(async (options: LogOptions) => {
      const database = options.database ?? (await readConfiguration(options.config)).database;
      const attempts = await readLog(database ?? defaultDatabase(), options.limit);
      if (options.json) printJson(io, { attempts: attempts.map(factsOf) });
      else io.stdout.write(tableOf(attempts));
    });
}

async function readLog(path: string, limit: number): Promise<readonly AttemptRecord[]> {
  const { ProxyDatabase } = await import('../proxy-attestation/database.ts');
  const { readAttempts } = await import('../proxy-attestation/attempt-log.ts');
  const database = await ProxyDatabase.openToRead(path);
  try {
    return readAttempts(database, limit);
  } finally {
    database.close();
  }
}

function factsOf({ time, notAfter, ...attempt }: AttemptRecord): Record<string, unknown> {
  const ends = notAfter === undefined ? null : isoTime(notAfter);
  const { measurement = null, policyHash = null, instanceId = null, serial = null } = attempt;
  return { ...attempt, time: isoTime(time), measurement, policyHash, instanceId, serial, notAfter: ends };
}

function tableOf(attempts: readonly AttemptRecord[]): string {
  const short = (hash: string | undefined): string => hash?.slice(0, SHOWN) ?? '-';
  return textTable(
    ['time', 'protocol', 'from', 'outcome', 'measurement', 'policy', 'serial', 'ends'],
    attempts.map(({ time, protocol, address, outcome, measurement, policyHash, serial, notAfter }) => [
      isoTime(time),
      protocol,
      printable(address),
      printable(outcome),
      short(measurement),
      short(policyHash),
      serial ?? '-',
      notAfter === undefined ? '-' : isoTime(notAfter),
    ]),
  );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^[1-9][0-9]{0,6}$/.test(text) || count > MOST)
    throw new InvalidArgumentError(`a number from 1 to ${MOST} is due.`);
  return count;
}
