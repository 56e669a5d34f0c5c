/** What the supervisor and the relay process tell each other: a JSON argument one way, one line of JSON the other. */
import { TruceError } from '../../proto/errors.ts';
import type { DialTarget } from './dial-target.ts';
import type { RelayOptions } from './relay.ts';

export type RelayReport =
  | { readonly ready: true; readonly host: string; readonly port: number }
  | { readonly ready: false; readonly code: string; readonly message: string };

const LONGEST_TIMER = 2 ** 31 - 1;

/** TruceError RELAY_CONFIGURATION {reason} for anything but a whole configuration. */
export function parseRelayConfiguration(text: string): RelayOptions {
  const names = ['listen', 'target', 'connections', 'connectMilliseconds', 'idleMilliseconds'] as const;
  const value = json(text);
  const lingers = typeof value === 'object' && value !== null && 'lingerMilliseconds' in value;
  const root = record(value, 'the configuration', lingers ? [...names, 'lingerMilliseconds'] : names);
  const listen = record(root.listen, 'listen', ['host', 'port']);
  return {
    listen: {
      host: nonEmpty(listen.host, 'listen.host'),
      port: whole(listen.port, 'listen.port', 0, 65_535),
    },
    target: readTarget(root.target),
    connections: whole(root.connections, 'connections', 1, 1_000_000),
    connectMilliseconds: whole(root.connectMilliseconds, 'connectMilliseconds', 1, LONGEST_TIMER),
    idleMilliseconds: whole(root.idleMilliseconds, 'idleMilliseconds', 1, LONGEST_TIMER),
    ...(lingers
      ? { lingerMilliseconds: whole(value.lingerMilliseconds, 'lingerMilliseconds', 1, LONGEST_TIMER) }
      : {}),
  };
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
      const { host, port } = record(value, 'the report', ['ready', 'host', 'port']);
      return { ready: true, host: nonEmpty(host, 'host'), port: whole(port, 'port', 1, 65_535) };
    }
    const { code, message } = record(value, 'the report', ['ready', 'code', 'message']);
    return { ready: false, code: nonEmpty(code, 'code'), message: nonEmpty(message, 'message') };
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
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
): Record<Name, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid(`${what} is not an object`);
  for (const name of Object.keys(value)) {
    if (!(names as readonly string[]).includes(name)) throw invalid(`${what} has an unknown field`);
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
