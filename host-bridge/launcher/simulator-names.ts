/** Names in the simulator's certificates: the attributes and the order of AWS's, with values that say whose they are. */
import { randomBytes } from 'node:crypto';
import { DerTag } from '../../proto/x509/der.ts';
import { derElement, derObjectIdentifier, derSequence } from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';

export const ROOT_COMMON_NAME = 'truce simulator root (not AWS)';
const REGION = 'local';
const DOMAIN = `${REGION}.truce-simulator.nitro-enclaves`;
/** Upper bound of a common name (RFC 5280 appendix A, ub-common-name); AWS cuts its leaves' names there. */
const LONGEST_COMMON_NAME = 64;

/** Parts of names. Source: ITU-T X.520. */
const AttributeType = {
  COMMON_NAME: Oid.COMMON_NAME,
  COUNTRY: '2.5.4.6',
  LOCALITY: '2.5.4.7',
  STATE: '2.5.4.8',
  ORGANIZATION: '2.5.4.10',
  ORGANIZATIONAL_UNIT: '2.5.4.11',
} as const;

// XX is nobody's country (ISO 3166-1, user-assigned codes); X.520 wants it printable.
const country = attribute(AttributeType.COUNTRY, 'XX', DerTag.PRINTABLE_STRING);
const state = attribute(AttributeType.STATE, 'none');
const locality = attribute(AttributeType.LOCALITY, 'none');
const organization = attribute(AttributeType.ORGANIZATION, 'Truce');
const unit = attribute(AttributeType.ORGANIZATIONAL_UNIT, 'NSM simulator');

/** Who a simulated enclave is: `i-<17 hex>` and `i-<17 hex>-enc<17 hex>`, as on AWS. */
export interface SimulatedIdentity {
  readonly instanceId: string;
  readonly moduleId: string;
}

export function randomIdentity(): SimulatedIdentity {
  const instanceId = `i-${randomHex(17)}`;
  return { instanceId, moduleId: `${instanceId}-enc${randomHex(17)}` };
}

/** Names below are DER. */
export function rootName(): Uint8Array {
  return derSequence(country, organization, unit, commonName(ROOT_COMMON_NAME));
}

export function regionalName(): Uint8Array {
  return derSequence(country, organization, unit, commonName(`${randomHex(16)}.${DOMAIN}`));
}

/** The only one that AWS writes the other way around. */
export function zonalName(): Uint8Array {
  const name = commonName(`${randomHex(16)}.zonal.${DOMAIN}`);
  return derSequence(name, unit, organization, country, state, locality);
}

export function instanceName({ instanceId }: SimulatedIdentity): Uint8Array {
  return hostName(`${instanceId}.${DOMAIN}`);
}

export function leafName({ moduleId }: SimulatedIdentity): Uint8Array {
  return hostName(`${moduleId}.${DOMAIN}`);
}

function hostName(name: string): Uint8Array {
  return derSequence(country, state, locality, organization, unit, commonName(name));
}

function commonName(text: string): Uint8Array {
  return attribute(AttributeType.COMMON_NAME, text.slice(0, LONGEST_COMMON_NAME));
}

/** A relative name of one attribute. */
function attribute(type: string, text: string, tag: number = DerTag.UTF8_STRING): Uint8Array {
  const value = derElement(tag, new TextEncoder().encode(text));
  return derElement(DerTag.SET, derSequence(derObjectIdentifier(type), value));
}

function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}
