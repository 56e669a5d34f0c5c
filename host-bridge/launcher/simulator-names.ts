/** Names in the simulator's certificates: the attributes and the order of AWS's, with values that say whose they are. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type JsonAttributeAndObjectValue, Name } from '@peculiar/x509';

type Attribute = JsonAttributeAndObjectValue;

export const ROOT_COMMON_NAME = 'truce simulator root (not AWS)';
const REGION = 'local';
const DOMAIN = `${REGION}.truce-simulator.nitro-enclaves`;
/** Upper bound of a common name (RFC 5280 appendix A, ub-common-name); AWS cuts its leaves' names there. */
const LONGEST_COMMON_NAME = 64;

/** Who a simulated enclave is: `i-<17 hex>` and `i-<17 hex>-enc<17 hex>`, as on AWS. */
export interface SimulatedIdentity {
  readonly instanceId: string;
  readonly moduleId: string;
}

export function randomIdentity(): SimulatedIdentity {
  const instanceId = `i-${randomHex(17)}`;
  return { instanceId, moduleId: `${instanceId}-enc${randomHex(17)}` };
}

export function rootName(): Name {
  return new Name([...organization(), text('CN', ROOT_COMMON_NAME)]);
}

export function regionalName(): Name {
  return new Name([...organization(), text('CN', `${randomHex(16)}.${DOMAIN}`)]);
}

/** The only one that AWS writes the other way around. */
export function zonalName(): Name {
  const [country, ...rest] = organization();
  return new Name([
    text('CN', `${randomHex(16)}.zonal.${DOMAIN}`),
    ...rest.reverse(),
    country!,
    text('ST', 'none'),
    text('L', 'none'),
  ]);
}

export function instanceName({ instanceId }: SimulatedIdentity): Name {
  return hostName(`${instanceId}.${DOMAIN}`);
}

export function leafName({ moduleId }: SimulatedIdentity): Name {
  return hostName(`${moduleId}.${DOMAIN}`.slice(0, LONGEST_COMMON_NAME));
}

function hostName(commonName: string): Name {
  const [country, ...rest] = organization();
  return new Name([country!, text('ST', 'none'), text('L', 'none'), ...rest, text('CN', commonName)]);
}

function organization(): Attribute[] {
  // XX is nobody's country. Source: ISO 3166-1, user-assigned codes.
  return [{ C: [{ printableString: 'XX' }] }, text('O', 'Truce'), text('OU', 'NSM simulator')];
}

function text(type: string, value: string): Attribute {
  return { [type]: [{ utf8String: value }] };
}

function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}
