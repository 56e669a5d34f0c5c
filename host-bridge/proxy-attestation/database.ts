/**
 * The server's SQLite file: opened, brought to its schema, and asked through statements that take and give what SQL does.
 * Write-ahead logging, so that a process that is killed leaves it whole and others can read meanwhile. Whatever SQLite
 * throws (a full disk, another process's lock, a damaged file) comes out as PROXY_DATABASE.
 */
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import type { Database as Sqlite } from 'libsql';
import { TruceError } from '../../proto/errors.ts';

export type SqlValue = string | number | Uint8Array | null;
/** Columns in the order that the statement names them. */
export type SqlRow = readonly SqlValue[];

const VERSION = 1;
/** "TrPA": says what the file is (SQLite, application_id). */
const APPLICATION = 0x54_72_50_41;
/** How long a statement waits for another process's. */
const BUSY_MILLISECONDS = 5000;

// Times are milliseconds since 1970. `expires` of a device: null where it is the configuration's.
const SCHEMA = `
CREATE TABLE challenges (
  id TEXT PRIMARY KEY, nonce BLOB NOT NULL, protocol TEXT NOT NULL, address TEXT NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX challenges_by_expiry ON challenges (expires);
CREATE INDEX challenges_by_address ON challenges (address);
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, id TEXT NOT NULL, protocol TEXT NOT NULL,
  address TEXT NOT NULL, outcome TEXT NOT NULL, measurement TEXT, policy_hash TEXT, instance_id TEXT,
  serial TEXT UNIQUE, not_after INTEGER
) STRICT;
CREATE INDEX refusals ON attempts (number) WHERE serial IS NULL;
CREATE TABLE devices (
  device_id INTEGER PRIMARY KEY, public_key_hash TEXT NOT NULL, enclave_name TEXT NOT NULL, expires INTEGER
) STRICT;
CREATE INDEX devices_by_expiry ON devices (expires) WHERE expires IS NOT NULL;
`;

export class ProxyDatabase {
  readonly path: string;
  readonly #sqlite: Sqlite;
  #open = true;

  private constructor(path: string, sqlite: Sqlite) {
    this.path = path;
    this.#sqlite = sqlite;
  }

  /**
   * Opens the file, and makes it where there is none, for its owner alone.
   * @throws TruceError PROXY_DATABASE, PROXY_DATABASE_VERSION
   */
  static async open(path: string): Promise<ProxyDatabase> {
    try {
      // SQLite gives its other files the modes of this one.
      await (await open(path, constants.O_CREAT | constants.O_RDWR, 0o600)).close();
    } catch (cause) {
      throw databaseError(path, cause);
    }
    return ProxyDatabase.#opened(path, (database) => database.#prepareSchema());
  }

  /** Opens a file that is there, to read from it. PROXY_DATABASE, PROXY_DATABASE_VERSION. */
  static async openToRead(path: string): Promise<ProxyDatabase> {
    try {
      await access(path, constants.R_OK);
    } catch (cause) {
      throw databaseError(path, cause);
    }
    return ProxyDatabase.#opened(path, (database) => {
      // libsql 0.5.29 takes `readonly` and does not heed it.
      database.execute('PRAGMA query_only = 1');
      database.#requireKnown();
    });
  }

  static async #opened(path: string, prepare: (database: ProxyDatabase) => void): Promise<ProxyDatabase> {
    // Loaded where it is needed: other commands start without it.
    const { default: Database } = await import('libsql');
    let database: ProxyDatabase | undefined;
    try {
      database = new ProxyDatabase(path, new Database(path, { timeout: BUSY_MILLISECONDS }));
      prepare(database);
      return database;
    } catch (cause) {
      database?.close();
      throw cause instanceof TruceError ? cause : databaseError(path, cause);
    }
  }

  #prepareSchema(): void {
    this.execute('PRAGMA journal_mode = WAL');
    // What has been committed survives the process; `durably` makes it survive the machine.
    this.execute('PRAGMA synchronous = NORMAL');
    // Another process may make the schema at the same time: the second one finds it.
    this.transaction(() => {
      const empty = this.statement('SELECT count(*) FROM sqlite_master').one()?.[0] === 0;
      if (!empty || this.#pragma('user_version') !== 0) {
        this.#requireKnown();
        return;
      }
      this.execute(SCHEMA);
      this.execute(`PRAGMA application_id = ${APPLICATION}`);
      this.execute(`PRAGMA user_version = ${VERSION}`);
    });
  }

  #requireKnown(): void {
    const version = this.#pragma('user_version');
    if (this.#pragma('application_id') !== APPLICATION)
      throw new TruceError('PROXY_DATABASE', { path: this.path, reason: 'a database of another program' });
    if (version !== VERSION)
      throw new TruceError('PROXY_DATABASE_VERSION', { path: this.path, found: version, known: VERSION });
  }

  #pragma(name: string): number {
    return Number(this.statement(`PRAGMA ${name}`).one()?.[0]);
  }

  statement(sql: string): Statement {
    const prepared = typed(this.path, () => this.#sqlite.prepare(sql) as unknown as PreparedStatement);
    return new Statement(this.path, prepared);
  }

  execute(sql: string): void {
    typed(this.path, () => this.#sqlite.exec(sql));
  }

  /** All of `work` or none of it; it is synchronous, so nothing of this process comes between. */
  transaction<T>(work: () => T): T {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      try {
        this.execute('ROLLBACK');
      } catch {
        // SQLite has done so itself, as it does where the disk is full.
      }
      throw error;
    }
  }

  /** As `transaction`; when it returns, this and all that was committed before is on the disk. */
  durably<T>(work: () => T): T {
    this.execute('PRAGMA synchronous = FULL');
    try {
      return this.transaction(work);
    } finally {
      this.execute('PRAGMA synchronous = NORMAL');
    }
  }

  /** What lies in the write-ahead log goes into the file itself, where no other process reads just then. */
  checkpoint(): void {
    this.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sqlite.close();
  }
}

/** What libsql's statements take: all parameters as one array, since it takes a lone Buffer for named ones and aborts. */
interface PreparedStatement {
  run(parameters: readonly SqlValue[]): { readonly changes: number };
  raw(): {
    get(parameters: readonly SqlValue[]): SqlRow | undefined;
    all(parameters: readonly SqlValue[]): SqlRow[];
  };
}

/** Its calls throw TruceError PROXY_DATABASE. */
export class Statement {
  readonly #path: string;
  readonly #statement: PreparedStatement;

  constructor(path: string, statement: PreparedStatement) {
    this.#path = path;
    this.#statement = statement;
  }

  /** How many rows it changed. */
  run(...parameters: readonly SqlValue[]): number {
    return typed(this.#path, () => this.#statement.run(parameters).changes);
  }

  /** The first row. */
  one(...parameters: readonly SqlValue[]): SqlRow | undefined {
    return typed(this.#path, () => this.#statement.raw().get(parameters));
  }

  /** Every row. Blobs are ArrayBuffers there (libsql 0.5.29), so no column may be one. */
  all(...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return typed(this.#path, () => this.#statement.raw().all(parameters));
  }
}

function typed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw databaseError(path, cause);
  }
}

/** The reason is the operator's: peers are told the number of an incident. */
function databaseError(path: string, cause: unknown): TruceError {
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  // The system's words repeat their code and the path.
  const words = typeof code === 'string' && !code.startsWith('SQLITE') ? [code] : [code, message];
  const reason = words.filter((word) => typeof word === 'string').join(': ');
  return new TruceError('PROXY_DATABASE', { path, reason: reason || String(cause) }, { cause });
}
