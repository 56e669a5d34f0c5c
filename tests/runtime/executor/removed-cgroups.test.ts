import fs, { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { removeMemoryCgroups } from '../../../runtime/executor/memory-cgroup.ts';

t.test('groups that another life removes at the same moment are no fault', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'truce-groups-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const parent = join(folder, 'truce-0123');
  // Folders can be made and removed as groups can.
  mkdirSync(parent);
  const { readdirSync } = fs;
  t.teardown(() => {
    fs.readdirSync = readdirSync;
    syncBuiltinESMExports();
  });
  fs.readdirSync = ((path: string, options: object) => {
    rmdirSync(path);
    return readdirSync(path, options);
  }) as typeof readdirSync;
  syncBuiltinESMExports();
  t.doesNotThrow(() => removeMemoryCgroups(parent));
  t.notOk(existsSync(parent));
  t.end();
});
