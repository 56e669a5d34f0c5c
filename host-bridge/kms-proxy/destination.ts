/** Where an enclave may connect to through its host: one destination for each port, and no way to name another. */
import { KMS_PROXY_PORT } from '../../proto/boot.ts';

export interface Destination {
  /** The parent's vsock port that the enclave dials. */
  readonly door: number;
  /** A DNS name or an address: the host alone resolves it. */
  readonly host: string;
  readonly port: number;
}

const REGION = /^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;
const DESTINATION = /^(?:([1-9]\d{0,9})=)?(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]{1,253})):([1-9]\d{0,4})$/;
const WITH_REGION = /^(?:([1-9]\d{0,9})=)?([a-z0-9-]+)$/;
/** The largest is the kernel's wildcard. */
const LARGEST_DOOR = 0xfffffffe;
const LARGEST_PORT = 65_535;
const HTTPS_PORT = 443;

/** `[DOOR=]HOST:PORT`, or `[DOOR=]REGION` for KMS there; door 8000 unless told. Undefined: none of these. */
export function parseDestination(text: string): Destination | undefined {
  const [, regionDoor, region] = WITH_REGION.exec(text) ?? [];
  if (region !== undefined && REGION.test(region)) {
    const host = `kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    return withDoor(regionDoor, host, HTTPS_PORT);
  }
  const [, door, address, name, port] = DESTINATION.exec(text) ?? [];
  const host = address ?? name;
  return host === undefined ? undefined : withDoor(door, host, Number(port));
}

export function describeDestination({ door, host, port }: Destination): string {
  return `${door}=${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function withDoor(door: string | undefined, host: string, port: number): Destination | undefined {
  const number = door === undefined ? KMS_PROXY_PORT : Number(door);
  return number > LARGEST_DOOR || port > LARGEST_PORT ? undefined : { door: number, host, port };
}
