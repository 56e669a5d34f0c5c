/** The parts of seed 004, and parts in the form of November 2022, with real certificates. */
import { readFileSync } from 'node:fs';
import type { FileRights, UserPolicy, VeracruzFunctionPolicy } from '../../proto/policy/service/shapes.ts';
import { repositoryRoot } from '../support/repository.ts';
import { HASH, MEASUREMENT, type SampleCertificate } from './policy-samples.ts';

export type SeedExample = 'user' | 'program' | 'vaas' | 'full';

/** An example of seed 004, as it stands there. */
export function seedExample(name: SeedExample): string {
  return readFileSync(new URL(`tests/fixtures/policies/seed-004-${name}.json`, repositoryRoot), 'utf8');
}

/** The same, each of its placeholders a certificate. */
export function seedExampleWith(name: SeedExample, certificates: readonly SampleCertificate[]): string {
  const left = [...certificates];
  const filled = JSON.parse(seedExample(name), (_, value: unknown) =>
    typeof value === 'string' && value.includes('XXXXXXXXX') ? left.shift()!.pem : value,
  );
  return JSON.stringify(filled, undefined, 2);
}

const grant = (file_name: string, rights: number): FileRights => ({ file_name, rights });

/** A detector's function, with directories, data and the loader's rights. */
export const detectorFunction: VeracruzFunctionPolicy = {
  function: 'detector',
  debug: false,
  enable_clock: true,
  execution_strategy: 'JIT',
  max_memory_mib: 2000,
  data_files: [{ data_file: '/program_data/weights', pi_hash: MEASUREMENT, priority: 1 }],
  programs: [
    {
      id: 0,
      program_file_name: '/program/detector.wasm',
      pi_hash: HASH,
      file_rights: [
        grant('/program_data/', 24582),
        grant('/video/', 24582),
        grant('/output/', 550470),
        grant('stdout', 534084),
      ],
    },
  ],
  file_rights: [grant('/program/', 534084), grant('/program_data/', 534084)],
};

export function detectorUsers(camera: SampleCertificate, viewer: SampleCertificate): UserPolicy {
  return {
    function: 'detector',
    instanceid: 'one',
    identities: [
      { certificate: camera.pem, file_rights: [grant('/video/', 534084)] },
      {
        certificate: viewer.pem,
        file_rights: [grant('/output/', 24582), grant('stdout', 24582), grant('/program/', 536879104)],
      },
    ],
  };
}
