/** What the supervisor and the relay process tell each other: a JSON argument one way, one line of JSON the other. */
import { TruceError } from '../../proto/errors.ts';
import type { DialTarget } from './dial-target.ts';
import type { HttpPlaneCounts, HttpPlaneOptions } from './http-plane.ts';
import type { RelayCounts, RelayOptions } from './relay.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RelayConfiguration extends RelayOptions {
  /** The HTTP plane, where there is to be one; it leads where the relay leads. */
  readonly http?: Omit<HttpPlaneOptions, 'target'>;
}

export type RelayReport =
  | { readonly ready: true; readonly host: string; readonly port: number; readonly http?: Address }
  | { readonly ready: false; readonly code: string; readonly message: string };

/** What the relay has done since it was started: a line of JSON now and then, where anything has changed. */
export interface RelayProcessCounts {
  readonly tcp: RelayCounts;
  readonly http?: HttpPlaneCounts;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** TruceError RELAY_CONFIGURATION {reason} for anything but a whole configuration. */
export function parseRelayConfiguration(text: string): RelayConfiguration {
  const names = ['listen', 'target', 'connections', 'connectMilliseconds', 'idleMilliseconds'] as const;
  const value = json(text);
  const lingers = has(value, 'lingerMilliseconds');
  const speaksHttp = has(value, 'http');
  const root = record(value, 'the configuration', names, ['lingerMilliseconds', 'http']);
  return {
    listen: readAddress(root.listen, 'listen', 0),
    target: readTarget(root.target),
    connections: whole(root.connections, 'connections', 1, 1_000_000),
    connectMilliseconds: whole(root.connectMilliseconds, 'connectMilliseconds', 1, LONGEST_TIMER),
    idleMilliseconds: whole(root.idleMilliseconds, 'idleMilliseconds', 1, LONGEST_TIMER),
    ...(lingers
      ? { lingerMilliseconds: whole(value.lingerMilliseconds, 'lingerMilliseconds', 1, LONGEST_TIMER) }
      : {}),
    ...(speaksHttp ? { http: readHttp(value.http) } : {}),
  };
}

/** The most that each number of the HTTP plane may be. */
const HTTP_NUMBERS = {
  connections: 1_000_000,
  sessions: 1_000_000,
  sessionsPerAddress: 1_000_000,
  bodyBytes: 1 << 30,
  heldBytes: 2 ** 40,
  heldBytesPerAddress: 2 ** 40,
  connectMilliseconds: LONGEST_TIMER,
  idleMilliseconds: LONGEST_TIMER,
  answerMilliseconds: LONGEST_TIMER,
  stallMilliseconds: LONGEST_TIMER,
  continuationMilliseconds: LONGEST_TIMER,
  fragmentMilliseconds: LONGEST_TIMER,
  headMilliseconds: LONGEST_TIMER,
  requestMilliseconds: LONGEST_TIMER,
  clientStallMilliseconds: LONGEST_TIMER,
} as const;
type HttpNumber = keyof typeof HTTP_NUMBERS;

function readHttp(value: unknown): Omit<HttpPlaneOptions, 'target'> {
  const names = Object.keys(HTTP_NUMBERS) as HttpNumber[];
  const root = record(value, 'http', ['listen', ...names]);
  const numbers = names.map((name) => [name, whole(root[name], `http.${name}`, 1, HTTP_NUMBERS[name])]);
  return {
    listen: readAddress(root.listen, 'http.listen', 0),
    ...(Object.fromEntries(numbers) as Record<HttpNumber, number>),
  };
}

function readAddress(value: unknown, what: string, leastPort: 0 | 1): Address {
  const { host, port } = record(value, what, ['host', 'port']);
  return { host: nonEmpty(host, `${what}.host`), port: whole(port, `${what}.port`, leastPort, 65_535) };
}

function readTarget(value: unknown): DialTarget {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  switch (kind) {
    case 'unix': {
      const { path } = record(value, 'target', ['kind', 'path']);
      return { kind, path: nonEmpty(path, 'target.path') };
    }
    case 'vhost-user': {
      const { path, port } = record(value, 'target', ['kind', 'path', 'port']);
      return { kind, path: nonEmpty(path, 'target.path'), port: vsockNumber(port, 'target.port') };
    }
    case 'vsock': {
      const { cid, port } = record(value, 'target', ['kind', 'cid', 'port']);
      return { kind, cid: vsockNumber(cid, 'target.cid'), port: vsockNumber(port, 'target.port') };
    }
    default:
      throw invalid('target.kind is neither unix, vhost-user nor vsock');
  }
}

/** The report that a line of the relay's output is, or undefined where it is something else. */
export function parseRelayReport(line: string): RelayReport | undefined {
  try {
    const value = json(line);
    if (typeof value !== 'object' || value === null || !('ready' in value)) return undefined;
    if (value.ready === true) {
      const speaksHttp = has(value, 'http');
      const { host, port } = record(value, 'the report', ['ready', 'host', 'port'], ['http']);
      return {
        ready: true,
        ...readAddress({ host, port }, 'the report', 1),
        ...(speaksHttp ? { http: readAddress(value.http, 'http', 1) } : {}),
      };
    }
    const { code, message } = record(value, 'the report', ['ready', 'code', 'message']);
    return { ready: false, code: nonEmpty(code, 'code'), message: nonEmpty(message, 'message') };
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

/** The counts that a line of the relay's output is, or undefined where it is something else. */
export function parseRelayCounts(line: string): RelayProcessCounts | undefined {
  try {
    const value = json(line);
    if (!has(value, 'tcp')) return undefined;
    const speaksHttp = has(value, 'http');
    const { tcp } = record(value, 'the counts', ['tcp'], ['http']);
    return {
      tcp: counts(tcp, 'tcp', ['open', 'accepted', 'refused', 'failed', 'toEnclave', 'fromEnclave']),
      ...(speaksHttp ? { http: readHttpCounts(value.http) } : {}),
    };
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

function readHttpCounts(value: unknown): HttpPlaneCounts {
  const names = ['open', 'opened', 'expired', 'toEnclave', 'fromEnclave'] as const;
  const { replies, ...rest } = record(value, 'http', [...names, 'replies']);
  const statuses = Object.keys(typeof replies === 'object' ? (replies ?? {}) : {});
  if (!statuses.every((status) => /^[1-5][0-9]{2}$/.test(status))) throw invalid('an HTTP status');
  return { ...counts(rest, 'http', names), replies: counts(replies, 'replies', statuses) };
}

function counts<Name extends string>(
  value: unknown,
  what: string,
  names: readonly Name[],
): Record<Name, number> {
  const root = record(value, what, names);
  const most = Number.MAX_SAFE_INTEGER;
  return Object.fromEntries(
    names.map((name) => [name, whole(root[name], `${what}.${name}`, 0, most)]),
  ) as Record<Name, number>;
}

function has<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TruceError('RELAY_CONFIGURATION', { reason: 'not JSON' }, { cause });
  }
}

function record<Name extends string>(
  value: unknown,
  what: string,
  names: readonly Name[],
  optional: readonly string[] = [],
): Record<Name, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid(`${what} is not an object`);
  const known: readonly string[] = [...names, ...optional];
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw invalid(`${what} has an unknown field`);
  }
  for (const name of names) if (!Object.hasOwn(value, name)) throw invalid(`${what} has no ${name}`);
  return value as Record<Name, unknown>;
}

function nonEmpty(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${what} is not text`);
  return value;
}

function whole(value: unknown, what: string, minimum: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
    throw invalid(`${what} is not a whole number from ${minimum} to ${maximum}`);
  }
  return value;
}

/** The largest one is the kernel's wildcard (vsock(7)). */
function vsockNumber(value: unknown, what: string): number {
  return whole(value, what, 0, 2 ** 32 - 2);
}

function invalid(reason: string): TruceError {
  return new TruceError('RELAY_CONFIGURATION', { reason });
}
