/** Where the built programs of Truce lie, seen from wherever this code runs: the bundle in dist/, or build/ in tests. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TruceError } from '../../proto/errors.ts';

export interface Installation {
  /** Holds `runtime.js`, what it starts, and `manifest.json`. */
  readonly runtimeDirectory: string;
  readonly simulatorProgram: string;
  readonly relayProgram: string;
  /** What starts, watches and ends a machine. */
  readonly keeperProgram: string;
  /** The engine alone. */
  readonly execProgram: string;
}

const MANIFEST = join('runtime', 'manifest.json');

/** The installation that this code belongs to. TruceError BUNDLE_INVALID where nothing has been built. */
export function findInstallation(from: string = import.meta.url): Installation {
  const start = dirname(fileURLToPath(from));
  for (let directory = start; ; directory = dirname(directory)) {
    for (const candidate of [directory, join(directory, 'dist')]) {
      if (existsSync(join(candidate, MANIFEST))) return installationIn(candidate);
    }
    if (directory === dirname(directory)) break;
  }
  throw new TruceError('BUNDLE_INVALID', { file: MANIFEST, reason: 'it has not been built' });
}

function installationIn(directory: string): Installation {
  return {
    runtimeDirectory: join(directory, 'runtime'),
    simulatorProgram: join(directory, 'nsm-simulator.js'),
    relayProgram: join(directory, 'relay.js'),
    keeperProgram: join(directory, 'enclave-keeper.js'),
    execProgram: join(directory, 'runtime-exec.cjs'),
  };
}
