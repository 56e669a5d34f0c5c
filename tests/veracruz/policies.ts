/** Policies of the shapes of Veracruz's own tests, in its dialect, with the sums of rights that its generator writes. */
import { readFileSync } from 'node:fs';
import { type FileRights, policyText } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import type { Party } from '../support/test-enclave.ts';

/** What `path:r` and the like become. Source: Veracruz main, generate-policy's main.rs. */
export const R = 24_582;
export const W = 534_084;
export const RW = 550_470;
export const X = 536_879_108;
export const WX = 537_404_996;

export const example = (name: string): Buffer =>
  readFileSync(new URL(`examples/${name}/${name}.wasm`, repositoryRoot));
export const programPath = (name: string): string => `/program/${name}.wasm`;

/** What every program of these policies may do. */
const PROGRAM: FileRights = {
  '/input/': R,
  '/output/': RW,
  '/numbers/': RW,
  '/state/': RW,
  '/services/': RW,
};

/** The services as Veracruz's own policies list them. */
const NATIVE_MODULES = [
  ['AEAD Service', '/services/aead.dat'],
  ['Counter mode AES Service', '/services/aesctr.dat'],
  ['Postcard Service', '/services/postcard_string.dat'],
].map(([name, special_file]) => ({ name, type: { Static: { special_file } } }));

export interface VeracruzPolicy {
  readonly pcr0: Uint8Array;
  readonly parties: readonly (readonly [Party, FileRights])[];
  /** Names of examples. */
  readonly programs: readonly string[];
  readonly pipelines?: readonly string[];
  readonly hashed?: Readonly<Record<string, Uint8Array>>;
}

export function veracruzPolicy({ parties, programs, ...rest }: VeracruzPolicy): string {
  const text = policyText({
    ...rest,
    parties: parties.map(([{ certificate }, rights]) => ({ certificate, rights })),
    programs: programs.map((name) => ({ path: programPath(name), module: example(name), rights: PROGRAM })),
  });
  return JSON.stringify({ ...JSON.parse(text), native_modules: NATIVE_MODULES });
}
