/** That no path leads out of the directory it starts from, by random links and paths. */
import fc from 'fast-check';
import t from 'tap';
import { VfsError } from '../../../runtime/vfs/errno.ts';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import type { Inode } from '../../../runtime/vfs/inode.ts';
import { makeFileSystem } from './trees.ts';

t.test('no path leaves the directory it starts from, whatever links there are', async (t) => {
  const part = fc.constantFrom('a', 'b', 'l', 'm', '..', '.', '', 'jail');
  const text = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));
  let resolved = 0;
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 4, maxLength: 4 }),
      text,
      fc.boolean(),
      (targets, path, followLast) => {
        const fileSystem = makeFileSystem();
        const outside = fileSystem.createDirectory(fileSystem.root, 'a');
        const jail = fileSystem.createDirectory(outside, 'jail');
        const inside = new Set<Inode>([jail]);
        const a = fileSystem.createDirectory(jail, 'a');
        const b = fileSystem.createDirectory(a, 'b');
        inside.add(a).add(b);
        fileSystem.createDirectory(fileSystem.createDirectory(fileSystem.root, 'b'), 'a');
        for (const [index, target] of targets.entries()) {
          if (target === '') continue;
          const [parent, name] = (
            [
              [jail, 'l'],
              [jail, 'm'],
              [a, 'l'],
              [b, 'm'],
            ] as const
          )[index]!;
          inside.add(fileSystem.createSymbolicLink(parent, name, target));
        }
        let found: ReturnType<FileSystem['resolve']>;
        try {
          found = fileSystem.resolve(jail, path, { followLast });
        } catch (failure) {
          if (failure instanceof VfsError) return true;
          throw failure;
        }
        resolved++;
        const canonical = found.path === '/a/jail' || found.path.startsWith('/a/jail/');
        return (
          canonical && inside.has(found.parent) && (found.inode === undefined || inside.has(found.inode))
        );
      },
    ),
    { numRuns: 3000 },
  );
  t.ok(resolved > 300, 'enough of them lead somewhere');
});
