/** What Veracruz adds to preview 1, in the module `veracruz_si`. */
import { Errno } from '../vfs/errno.ts';
import { FileType } from '../vfs/inode.ts';
import { Descriptor } from './descriptors.ts';
import type { Program } from './program.ts';
import { FILE_RIGHTS } from './rights-table.ts';
import type { veracruzSignatures } from './signatures.ts';

export function veracruzCalls(program: Program) {
  const { memory, descriptors, fileSystem } = program;

  return {
    /** A new file without a name, open with every right that a file can have; gone when it is closed. */
    fd_create(result: number): Errno {
      const out = memory.check(result, 4);
      descriptors.requireRoom();
      const inode = fileSystem.createAnonymousFile();
      const fileType = FileType.regularFile;
      memory.setU32(
        out,
        descriptors.add(new Descriptor({ fileType, inode, base: FILE_RIGHTS, inheriting: 0 })),
      );
      fileSystem.release(inode);
      return Errno.SUCCESS;
    },
  } satisfies Record<keyof typeof veracruzSignatures, unknown>;
}
