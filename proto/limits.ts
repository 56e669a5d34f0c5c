/**
 * Every bound of the runtime, its default and the range a boot configuration or a policy may choose from, in one place.
 * LIMITS.md lists them. Sizes are bytes, times milliseconds; all bounds are inclusive.
 */
import { TruceError } from './errors.ts';

interface LimitRow {
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const HOUR = 3_600_000;
const COUNT = 1_000_000;

/** Bounds of one run of a program. */
const runRows = {
  /** Time from the job's hand-over to the end of the program. */
  wallMilliseconds: { value: 600_000, minimum: 1, maximum: 24 * HOUR },
  /** Processor time of all threads of the child. */
  cpuMilliseconds: { value: 600_000, minimum: 1, maximum: 24 * HOUR },
  /** From the job's hand-over to the program's first instruction: its files laid out, its module read and compiled. */
  compileMilliseconds: { value: 60_000, minimum: 1, maximum: HOUR },
  /** WebAssembly memory, all memories of the module together. */
  memoryBytes: { value: GIB, minimum: 64 * KIB, maximum: 4 * GIB },
  /** What the child may allocate in all (RLIMIT_DATA) over what it holds when it is loaded: memory, code, engine. */
  dataBytes: { value: GIB + GIB / 2, minimum: 64 * MIB, maximum: 16 * GIB },
  /** What its calls of functions may take at once, of the stack that the engine keeps them on. */
  stackBytes: { value: MIB, minimum: 64 * KIB, maximum: 64 * MIB },
  /** Elements of all WebAssembly tables of the module together. */
  tableElements: { value: 10_000_000, minimum: 1, maximum: 10_000_000 },
  /** Descriptors that the program holds open at once. */
  openFiles: { value: 256, minimum: 8, maximum: 65_536 },
  /** Standard output and standard error together. */
  outputBytes: { value: 64 * MIB, minimum: 0, maximum: 16 * GIB },
  /** What the program may add to files, and what it may write to those that are there. */
  writtenBytes: { value: 2 * GIB, minimum: 0, maximum: 1024 * GIB },
  /** Files, directories and links that the program may add. */
  newInodes: { value: 20_000, minimum: 0, maximum: COUNT },
  /** Changes of the tree: files made, removed, linked, renamed. */
  journalOperations: { value: 100_000, minimum: 0, maximum: COUNT },
  /** The journal that the child hands back, encoded. */
  journalBytes: { value: 64 * MIB, minimum: KIB, maximum: GIB },
  /** A program's module. */
  moduleBytes: { value: 64 * MIB, minimum: 8, maximum: GIB },
} as const satisfies Record<string, LimitRow>;

/** Bounds of one enclave's life. */
const enclaveRows = {
  /** One message of the data plane: its file data are taken in pieces, never held whole. */
  messageBytes: { value: 4 * GIB, minimum: KIB, maximum: 1024 * GIB },
  /** A message that carries no file data, or the part of one that does not. */
  smallMessageBytes: { value: MIB, minimum: KIB, maximum: 64 * MIB },
  /** TLS sessions at once, those still shaking hands included. */
  sessions: { value: 256, minimum: 1, maximum: 65_536 },
  /** TLS sessions of one party at once. */
  sessionsPerIdentity: { value: 64, minimum: 1, maximum: 65_536 },
  /** From the connection to the end of its TLS handshake. */
  handshakeMilliseconds: { value: 10_000, minimum: 100, maximum: HOUR },
  /** Requests that one session may have sent without having taken the answers. */
  requestsQueuedPerSession: { value: 64, minimum: 1, maximum: 65_536 },
  /** Sum of file sizes; must fit the enclave's memory, since there is no disk. */
  vfsBytes: { value: 8 * GIB, minimum: MIB, maximum: 1024 * GIB },
  /** One file. */
  fileBytes: { value: 8 * GIB, minimum: KIB, maximum: 1024 * GIB },
  /** Files, directories and links. */
  vfsInodes: { value: 100_000, minimum: 16, maximum: 100 * COUNT },
  /** Kernel descriptors (memfd chunks) that hold file contents. */
  vfsDescriptors: { value: 16_384, minimum: 64, maximum: COUNT },
  /** One name of a path. Source: NAME_MAX of Linux. */
  nameBytes: { value: 255, minimum: 16, maximum: 255 },
  /** Source: PATH_MAX of Linux. */
  pathBytes: { value: 4096, minimum: 64, maximum: 4096 },
  /** One receipt with the openings of all its files; a run of more files fails where the policy asks for receipts. */
  receiptBytes: { value: 4 * MIB, minimum: 64 * KIB, maximum: 8 * MIB },
  /** Receipts that are kept; the oldest goes first. */
  receipts: { value: 1000, minimum: 1, maximum: 100_000 },
  /** All receipts that are kept, openings included. */
  keptReceiptBytes: { value: 16 * MIB, minimum: MIB, maximum: GIB },
  /** What components were made into, kept for their next run; one that comes to more does not run. */
  componentBytes: { value: 64 * MIB, minimum: MIB, maximum: 16 * GIB },
  /** One message of the enclave services, request or answer, its payload in base64. */
  serviceMessageBytes: { value: MIB, minimum: 4 * KIB, maximum: 64 * MIB },
  /** Connections to the enclave services at once. */
  serviceConnections: { value: 64, minimum: 1, maximum: 65_536 },
  /** The same of one caller. */
  serviceConnectionsPerCaller: { value: 16, minimum: 1, maximum: 65_536 },
  /** Calls of enclave services that are worked on at once. */
  serviceCalls: { value: 32, minimum: 1, maximum: 65_536 },
  /** The same of one caller. */
  serviceCallsPerCaller: { value: 8, minimum: 1, maximum: 65_536 },
  /** Programs that run at once. */
  runs: { value: 2, minimum: 1, maximum: 1024 },
  /** Runs that wait for another. */
  queuedRuns: { value: 64, minimum: 0, maximum: 65_536 },
} as const satisfies Record<string, LimitRow>;

/** Bounds of a proxy attestation server. */
const proxyRows = {
  /** A request's body: a document of 16 KiB and a certification request of 16 KiB in base64 fit. */
  bodyBytes: { value: 64 * KIB, minimum: 16 * KIB, maximum: MIB },
  /** Connections at once. */
  connections: { value: 512, minimum: 1, maximum: 65_536 },
  /** Forms of one address that are arriving at once. */
  arrivingPerAddress: { value: 128, minimum: 1, maximum: 65_536 },
  /** Documents and tokens that are looked at at once. */
  attempts: { value: 64, minimum: 1, maximum: 4096 },
  /** Challenges that wait for their answers. */
  challenges: { value: 4096, minimum: 1, maximum: COUNT },
  /** The same of one address; IPv6 counts by networks of 64 bits. */
  challengesPerAddress: { value: 256, minimum: 1, maximum: COUNT },
  /** How long a challenge can be answered. */
  challengeMilliseconds: { value: 300_000, minimum: 1000, maximum: HOUR },
  /** Requests of one address a minute. */
  requestsPerMinute: { value: 1200, minimum: 1, maximum: COUNT },
  /** From a request's first byte to its last. */
  requestMilliseconds: { value: 10_000, minimum: 100, maximum: HOUR },
  /** The authority's signer, where it is not a key in a file. */
  signMilliseconds: { value: 10_000, minimum: 100, maximum: HOUR },
  /** Refused attempts that the log keeps; the oldest goes first. */
  loggedRefusals: { value: 100_000, minimum: 1, maximum: 100 * COUNT },
  /** Issued certificates that the log keeps; the oldest goes first. */
  loggedIssues: { value: COUNT, minimum: 1, maximum: 100 * COUNT },
  /** Attested devices whose tokens can be verified; the one whose certificate ends first goes first. */
  attestedDevices: { value: 10_000, minimum: 1, maximum: COUNT },
} as const satisfies Record<string, LimitRow>;

export type RunLimitName = keyof typeof runRows;
export type ProxyLimitName = keyof typeof proxyRows;
export type EnclaveLimitName = keyof typeof enclaveRows;

export type ProxyLimits = Readonly<Record<ProxyLimitName, number>>;
export type RunLimits = Readonly<Record<RunLimitName, number>>;
export type EnclaveLimits = Readonly<Record<EnclaveLimitName, number>>;
/** `run` holds for each run of a program, as far as the policy asks for no less. */
export type RuntimeLimits = EnclaveLimits & { readonly run: RunLimits };
/** What is left out keeps its default. */
export type LimitSettings = Partial<EnclaveLimits> & { readonly run?: Partial<RunLimits> };

export const runLimitTable: Readonly<Record<RunLimitName, LimitRow>> = runRows;
export const enclaveLimitTable: Readonly<Record<EnclaveLimitName, LimitRow>> = enclaveRows;

export const proxyLimitTable: Readonly<Record<ProxyLimitName, LimitRow>> = proxyRows;

export const defaultLimits: RuntimeLimits = Object.freeze({
  ...defaultsOf(enclaveLimitTable),
  run: Object.freeze(defaultsOf(runLimitTable)),
});

/**
 * The limits that `settings` make of the defaults.
 * @throws TruceError LIMIT_INVALID for a value that is not a whole number in its range
 */
export function resolveLimits(settings: LimitSettings): RuntimeLimits {
  const { run, ...enclave } = settings;
  return {
    ...merged(enclaveLimitTable, enclave),
    run: merged(runLimitTable, run ?? {}),
  };
}

/** The same for a proxy attestation server. */
export function resolveProxyLimits(settings: Partial<ProxyLimits>): ProxyLimits {
  return merged(proxyLimitTable, settings);
}

/** The smaller of both, limit by limit; what `lower` leaves out stays. */
export function lowerLimits(limits: RunLimits, lower: Partial<RunLimits>): RunLimits {
  const names = Object.keys(limits) as RunLimitName[];
  return Object.fromEntries(
    names.map((name) => [name, Math.min(limits[name], lower[name] ?? Number.POSITIVE_INFINITY)]),
  ) as Record<RunLimitName, number>;
}

export function isRunLimitName(name: string): name is RunLimitName {
  return Object.hasOwn(runRows, name);
}

export function isEnclaveLimitName(name: string): name is EnclaveLimitName {
  return Object.hasOwn(enclaveRows, name);
}

function defaultsOf<Name extends string>(table: Readonly<Record<Name, LimitRow>>): Record<Name, number> {
  const rows: [string, LimitRow][] = Object.entries(table);
  return Object.fromEntries(rows.map(([name, row]) => [name, row.value])) as Record<Name, number>;
}

function merged<Name extends string>(
  table: Readonly<Record<Name, LimitRow>>,
  settings: Partial<Record<Name, number>>,
): Record<Name, number> {
  const limits = defaultsOf(table);
  for (const name of Object.keys(settings) as Name[]) {
    const value: number | undefined = settings[name];
    const row: LimitRow | undefined = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined) throw new TruceError('LIMIT_UNKNOWN', { name });
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < row.minimum || value > row.maximum) {
      throw new TruceError('LIMIT_INVALID', { name, minimum: row.minimum, maximum: row.maximum });
    }
    limits[name] = value;
  }
  return limits;
}
