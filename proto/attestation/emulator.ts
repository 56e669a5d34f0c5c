/**
 * Documents of QEMU's virtio-nsm, which carry no signature. They prove nothing about a machine; they let the rest of a
 * real image and client be exercised. Accepted only where the caller says so by name.
 *
 * Source: QEMU 10.0, hw/virtio/virtio-nsm.c: protected header {1: -1}; certificate, the one member of cabundle and the
 * signature are 64 zero bytes each; the payload is a definite map of nine; times are whole seconds.
 */
import { equalBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { type CoseSign1, protectedHeaderFor } from './cose-sign1.ts';
import type { AttestationDocument } from './document.ts';

const EMULATOR_ALGORITHM = -1;
const PLACEHOLDER = new Uint8Array(64);
const MAP_OF_NINE = 0xa9;

/** Whether the envelope is the emulator's. */
export function isEmulatorMessage(message: CoseSign1): boolean {
  return (
    !message.tagged &&
    equalBytes(message.protectedHeader, protectedHeaderFor(EMULATOR_ALGORITHM)) &&
    equalBytes(message.signature, PLACEHOLDER)
  );
}

/** Refuses whatever the emulator does not make. Error: ATTESTATION_NOT_EMULATOR. */
export function requireEmulatorShape(message: CoseSign1, document: AttestationDocument): void {
  if (!isEmulatorMessage(message)) throw shapeError('its envelope is another');
  const [authority] = document.cabundle;
  if (document.cabundle.length !== 1 || authority === undefined || !equalBytes(authority, PLACEHOLDER))
    throw shapeError('it has a chain');
  if (!equalBytes(document.certificate, PLACEHOLDER)) throw shapeError('it has a certificate');
  if (message.payload[0] !== MAP_OF_NINE) throw shapeError('its payload is another kind of map');
  if (document.timestamp % 1000 !== 0) throw shapeError('its time is finer than a second');
}

function shapeError(reason: string): TruceError {
  return new TruceError('ATTESTATION_NOT_EMULATOR', { reason });
}
