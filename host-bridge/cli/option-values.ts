/** Values of command-line options, read where commander parses them: a wrong one is wrong usage. */
import { InvalidArgumentError } from 'commander';
import { PCR_COUNT, PCR_LENGTH } from '../../proto/attestation/document.ts';
import { fromHex } from '../../proto/bytes.ts';
import { type Destination, parseDestination } from '../kms-proxy/destination.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `NAME=FILE` of the command line. */
export interface Assignment {
  readonly name: string;
  readonly file: string;
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):([0-9]{1,5})$/;
const INSTANCE_ID_LENGTH = 16;

/** `host:port` or `[IPv6]:port`; port 0 is any free one, to listen on. */
export function parseAddress(text: string): HostPort {
  const match = ADDRESS.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new InvalidArgumentError('host:port is due, such as 127.0.0.1:3010 or [::1]:3010.');
  }
  return { host, port };
}

/** Collects `NAME=FILE`; the file's name may hold further equals signs. */
export function collectAssignment(text: string, previous: readonly Assignment[] = []): Assignment[] {
  const end = text.indexOf('=');
  const name = text.slice(0, end);
  const file = text.slice(end + 1);
  if (end < 1 || file === '') throw new InvalidArgumentError('NAME=FILE is due.');
  return [...previous, { name, file }];
}

export function collectText(text: string, previous: readonly string[] = []): string[] {
  if (text === '') throw new InvalidArgumentError('it is empty.');
  return [...previous, text];
}

/** Collects `N=HEX`: a register and the 48 bytes that it must hold. */
export function collectPcr(
  text: string,
  previous: ReadonlyMap<number, Uint8Array> = new Map(),
): ReadonlyMap<number, Uint8Array> {
  const [, index, hex] = /^([0-9]{1,2})=([0-9a-fA-F]+)$/.exec(text) ?? [];
  const value = fromHex(hex ?? '');
  if (index === undefined || Number(index) >= PCR_COUNT || value?.length !== PCR_LENGTH) {
    throw new InvalidArgumentError(
      `N=HEX is due: a register from 0 to ${PCR_COUNT - 1}, and ${PCR_LENGTH} bytes.`,
    );
  }
  const known = previous.get(Number(index));
  if (known !== undefined) throw new InvalidArgumentError(`PCR${index} is named twice.`);
  return new Map([...previous, [Number(index), value]]);
}

export function parseInstanceId(text: string): Uint8Array {
  const value = fromHex(text);
  if (value?.length !== INSTANCE_ID_LENGTH) {
    throw new InvalidArgumentError(`${INSTANCE_ID_LENGTH} bytes in hexadecimal are due.`);
  }
  return value;
}

/** Collects `[DOOR=]REGION` and `[DOOR=]HOST:PORT`. */
export function collectDestination(
  text: string,
  previous: readonly Destination[] = [],
): readonly Destination[] {
  const destination = parseDestination(text);
  if (destination === undefined)
    throw new InvalidArgumentError(
      'a region is due, such as eu-west-1, or host:port; DOOR= may stand before.',
    );
  if (previous.some(({ door }) => door === destination.door))
    throw new InvalidArgumentError(`port ${destination.door} has a destination: name another, DOOR=${text}.`);
  return [...previous, destination];
}

/** Reads decimal digits alone. */
export function whole(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]{1,10}$/.test(text) || value < minimum || value > maximum)
      throw new InvalidArgumentError(`a whole number from ${minimum} to ${maximum} is due.`);
    return value;
  };
}
