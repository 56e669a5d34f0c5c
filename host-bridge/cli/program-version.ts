/** The version of the package that this program is part of. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** 'unknown' where no package.json lies above, as in a bundle that was copied elsewhere. */
export function programVersion(from: string = import.meta.url): string {
  for (let directory = dirname(fileURLToPath(from)); ; directory = dirname(directory)) {
    const path = join(directory, 'package.json');
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as {
        name?: unknown;
        version?: unknown;
      };
      if (name === 'truce' && typeof version === 'string') return version;
    }
    if (directory === dirname(directory)) return 'unknown';
  }
}
