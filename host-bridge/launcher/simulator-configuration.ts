/** What the launcher and the simulator process tell each other: a JSON argument one way, one line of JSON the other. */
import { fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';

export interface SimulatorConfiguration {
  /** Where to listen. */
  readonly socket: string;
  /** Where the simulator's root is, or is to be made. */
  readonly rootDirectory: string;
  /** 48 bytes each by index. */
  readonly measurements: ReadonlyMap<number, Uint8Array>;
  /** The launcher's directory: removed when the launcher is gone. */
  readonly remove: string;
}

export type SimulatorReport =
  | { readonly ready: true; readonly moduleId: string; readonly trustRoot: string }
  | { readonly ready: false; readonly message: string };

export function encodeSimulatorConfiguration(configuration: SimulatorConfiguration): string {
  const measurements = [...configuration.measurements].map(([index, value]) => [String(index), toHex(value)]);
  return JSON.stringify({ ...configuration, measurements: Object.fromEntries(measurements) });
}

/** TruceError LAUNCH_FAILED {reason} for anything but a whole configuration. */
export function parseSimulatorConfiguration(text: string): SimulatorConfiguration {
  const value = parse(text);
  const measurements = new Map<number, Uint8Array>();
  for (const [index, hex] of Object.entries(object(value.measurements))) {
    const bytes = typeof hex === 'string' ? fromHex(hex) : undefined;
    if (!/^\d+$/.test(index) || bytes === undefined) throw invalid();
    measurements.set(Number(index), bytes);
  }
  const { socket, rootDirectory, remove } = value;
  if (typeof socket !== 'string' || typeof rootDirectory !== 'string' || typeof remove !== 'string')
    throw invalid();
  return { socket, rootDirectory, remove, measurements };
}

/** The report that a line of the simulator's output is, or undefined where it is something else. */
export function parseSimulatorReport(line: string): SimulatorReport | undefined {
  try {
    const value = parse(line);
    const { moduleId, trustRoot, message } = value;
    if (value.ready === false && typeof message === 'string') return { ready: false, message };
    if (value.ready !== true || typeof moduleId !== 'string' || typeof trustRoot !== 'string')
      return undefined;
    return { ready: true, moduleId, trustRoot };
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return object(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid();
    throw error;
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid();
  return value as Record<string, unknown>;
}

function invalid(): TruceError {
  return new TruceError('LAUNCH_FAILED', { reason: 'the NSM simulator was started wrongly' });
}
