/** The log of attempts: what was asked, how it ended, and every certificate that was issued. It holds no secret. */
import type { ProxyLimits } from '../../proto/limits.ts';
import type { ProxyDatabase, SqlRow, Statement } from './database.ts';

export interface AttemptRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The challenge's. */
  readonly id: string;
  readonly protocol: 'nitro' | 'psa';
  /** The peer's, without its port. */
  readonly address: string;
  /** 'ISSUED', or the code of the error. */
  readonly outcome: string;
  /** Hexadecimal: PCR0, or the runtime's SHA-256 of a PSA token; known once the evidence has been believed. */
  readonly measurement: string | undefined;
  readonly policyHash: string | undefined;
  readonly instanceId: string | undefined;
  /** Hexadecimal; undefined where none was issued. */
  readonly serial: string | undefined;
  readonly notAfter: number | undefined;
}

export const ISSUED = 'ISSUED';

const COLUMNS =
  'time, id, protocol, address, outcome, measurement, policy_hash, instance_id, serial, not_after';
/** The disk is waited for once for all certificates of so long: that costs more than the rest of the record. */
const GATHERING_MILLISECONDS = 3;
/** How many refusals may come before the oldest are looked for. */
const PRUNING_INTERVAL = 256;

interface PendingIssue {
  readonly record: AttemptRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class AttemptLog {
  readonly #database: ProxyDatabase;
  readonly #limits: Pick<ProxyLimits, 'loggedRefusals' | 'loggedIssues'>;
  readonly #fault: (error: unknown) => void;
  readonly #insert: Statement;
  readonly #pruneRefusals: Statement;
  readonly #pruneIssues: Statement;
  #pending: PendingIssue[] = [];
  #sincePruned = PRUNING_INTERVAL;

  /** @param fault is told of what fails where nobody waits for it */
  constructor(
    database: ProxyDatabase,
    limits: Pick<ProxyLimits, 'loggedRefusals' | 'loggedIssues'>,
    fault: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#limits = limits;
    this.#fault = fault;
    this.#insert = database.statement(
      `INSERT INTO attempts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const prune = (kind: string): Statement =>
      database.statement(`DELETE FROM attempts WHERE serial IS ${kind} AND number <=
        (SELECT number FROM attempts WHERE serial IS ${kind} ORDER BY number DESC LIMIT 1 OFFSET ?)`);
    this.#pruneRefusals = prune('NULL');
    this.#pruneIssues = prune('NOT NULL');
  }

  /** Settles when the record is on the disk: no certificate leaves before. Those of a few milliseconds go there together. */
  issued(record: AttemptRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#pending.push({ record, resolve, reject }) === 1)
        setTimeout(() => this.#writeIssues(), GATHERING_MILLISECONDS);
    });
  }

  refused(record: AttemptRecord): void {
    this.#insert.run(...valuesOf(record));
    this.#prune(1);
  }

  #writeIssues(): void {
    const pending = this.#pending;
    this.#pending = [];
    try {
      this.#database.durably(() => {
        for (const { record } of pending) this.#insert.run(...valuesOf(record));
      });
    } catch (error) {
      for (const { reject } of pending) reject(error);
      return;
    }
    for (const { resolve } of pending) resolve();
    this.#prune(pending.length);
  }

  #prune(added: number): void {
    this.#sincePruned += added;
    if (this.#sincePruned < PRUNING_INTERVAL) return;
    this.#sincePruned = 0;
    try {
      this.#pruneRefusals.run(this.#limits.loggedRefusals);
      this.#pruneIssues.run(this.#limits.loggedIssues);
    } catch (error) {
      // The records are there already: a log that stays too long until the next time harms nobody.
      this.#fault(error);
    }
  }
}

/** The newest attempts, oldest first. PROXY_DATABASE where the file is damaged. */
export function readAttempts(database: ProxyDatabase, limit: number): readonly AttemptRecord[] {
  const rows = database.statement(`SELECT ${COLUMNS} FROM attempts ORDER BY number DESC LIMIT ?`).all(limit);
  return rows.map(recordOf).reverse();
}

function valuesOf(record: AttemptRecord): (string | number | null)[] {
  const { time, id, protocol, address, outcome, measurement, policyHash, instanceId, serial, notAfter } =
    record;
  return [time, id, protocol, address, outcome, measurement, policyHash, instanceId, serial, notAfter].map(
    (value) => value ?? null,
  );
}

function recordOf(row: SqlRow): AttemptRecord {
  const text = (index: number): string | undefined => {
    const value = row[index];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    time: Number(row[0]),
    id: text(1) ?? '',
    protocol: text(2) === 'psa' ? 'psa' : 'nitro',
    address: text(3) ?? '',
    outcome: text(4) ?? '',
    measurement: text(5),
    policyHash: text(6),
    instanceId: text(7),
    serial: text(8),
    notAfter: typeof row[9] === 'number' ? row[9] : undefined,
  };
}
