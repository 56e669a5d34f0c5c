/** A copy of the built runtime whose executor child is another program: for tests of what a child may do to its runtime. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from './repository.ts';

const CHILD = 'executor-child.cjs';
/** Where the real child is in a modified installation. */
export const REAL_CHILD = 'real-child.cjs';
/** What is there in its place is a module. */
const OTHER_CHILD = 'other-child.js';

export interface ModifiedInstallation {
  readonly runtimeDirectory: string;
  readonly simulatorProgram: string;
  remove(): void;
}

/** `child` is an ES module in the place of the executor child; the real one lies beside it under REAL_CHILD. */
export function modifyInstallation(
  child: string,
  besides: Readonly<Record<string, string>> = {},
): ModifiedInstallation {
  const dist = realpathSync(fileURLToPath(new URL('dist', repositoryRoot)));
  const directory = mkdtempSync(join(tmpdir(), 'truce-modified-'));
  const runtimeDirectory = join(directory, 'runtime');
  cpSync(join(dist, 'runtime'), runtimeDirectory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}\n');
  // The bundle finds its native library as from its own place.
  symlinkSync(fileURLToPath(new URL('node_modules', repositoryRoot)), join(directory, 'node_modules'));
  renameSync(join(runtimeDirectory, CHILD), join(runtimeDirectory, REAL_CHILD));
  const added = { ...besides, [OTHER_CHILD]: child };
  for (const [name, text] of Object.entries({ ...added, [CHILD]: `import('./${OTHER_CHILD}');\n` }))
    writeFileSync(join(runtimeDirectory, name), text);
  const manifest = join(runtimeDirectory, 'manifest.json');
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: { name: string }[] };
  const names = [...files.map(({ name }) => name), REAL_CHILD, ...Object.keys(added)];
  const measured = names.map((name) => ({
    name,
    sha256: createHash('sha256')
      .update(readFileSync(join(runtimeDirectory, name)))
      .digest('hex'),
  }));
  writeFileSync(manifest, JSON.stringify({ files: measured }));
  return {
    runtimeDirectory,
    simulatorProgram: join(dist, 'nsm-simulator.js'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
