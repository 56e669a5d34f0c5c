/** Documents that AWS's hypervisor signed, and some that it did not; what is known of each stands in `index.json`. */
import { readFileSync } from 'node:fs';

export interface AttestationFixture {
  readonly file: string;
  readonly timestamp: number;
  readonly module_id: string;
  readonly debug: boolean;
  readonly pcrs: Readonly<Record<string, string>>;
}

export const attestationFolder = new URL('../fixtures/attestation/', import.meta.url);

export function readAttestation(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, attestationFolder)));
}

export const attestationFixtures = JSON.parse(
  readFileSync(new URL('index.json', attestationFolder), 'utf8'),
) as readonly AttestationFixture[];

export const genuineDocuments = attestationFixtures.filter(({ file }) => file.startsWith('genuine/'));
