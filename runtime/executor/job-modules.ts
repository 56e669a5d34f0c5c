/** The native modules of a job, over its replica. */
import type { AccessTable } from '../../proto/policy/access.ts';
import { ProgramModules } from '../native-modules/program-modules.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { FileType } from '../vfs/inode.ts';
import type { SpecialFiles } from '../wasi/special-file.ts';
import type { Job } from './run-protocol.ts';

export function jobModules(
  { modules = [] }: Pick<Job, 'modules'>,
  fileSystem: FileSystem,
  access: AccessTable,
): { readonly special?: SpecialFiles } {
  if (modules.length === 0) return {};
  const byFile = new Map(
    modules.map(({ path, module }) => {
      const { inode } = fileSystem.resolve(fileSystem.root, path.slice(1), { followLast: false });
      if (inode?.type !== FileType.regularFile)
        throw new RangeError('a special file of the job is not there');
      return [inode, module] as const;
    }),
  );
  return { special: new ProgramModules({ fileSystem, access, modules: byFile }) };
}
