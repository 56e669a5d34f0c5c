/**
 * `path_open`: where rights change hands. What a program asks for is cut to what the policy grants at the path, except
 * that a regular file without FD_READ or FD_WRITE cannot be opened with it; what the program itself gave up on the
 * directory's descriptor it does not get back, and asking for it is NOTCAPABLE.
 */
import { PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { Resolution } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType } from '../vfs/inode.ts';
import { ALL_FD_FLAGS, ALL_LOOKUP_FLAGS, ALL_OPEN_FLAGS, LookupFlags, OpenFlags } from './abi.ts';
import { Descriptor } from './descriptors.ts';
import { type DirectoryDescriptor, notCapable, type Program, requireDirectory, rightsOf } from './program.ts';
import {
  callRights,
  DIRECTORY_RIGHTS,
  FILE_RIGHTS,
  namedRights,
  openFlagRights,
  PATH_RIGHTS,
  synchronousRights,
} from './rights-table.ts';

const READ_OR_WRITE = Rights.FD_READ | Rights.FD_WRITE;

/** One call's arguments, checked. */
interface Request {
  readonly openFlags: number;
  readonly fdFlags: number;
  /** Rights asked for on the descriptor, and on what will be opened through it. */
  readonly base: number;
  readonly inheriting: number;
}

export function openCall(program: Program) {
  const { memory, descriptors, fileSystem, access } = program;

  return {
    path_open(
      fd: number,
      lookupFlags: number,
      path: number,
      pathLength: number,
      openFlags: number,
      rightsBase: bigint,
      rightsInheriting: bigint,
      fdFlags: number,
      result: number,
    ): Errno {
      const flagNeeds = callRights.path_open | openFlagRights(openFlags);
      const start = requireDirectory(program, fd, flagNeeds);
      checkFlags(lookupFlags, openFlags, fdFlags);
      const out = memory.check(result, 4);
      const text = memory.text(path, pathLength);
      const request: Request = {
        openFlags,
        fdFlags,
        base: namedRights(rightsBase),
        inheriting: namedRights(rightsInheriting),
      };
      checkGivenUp(start, request);
      descriptors.requireRoom();
      // What must not exist yet must not be looked for behind a link either.
      const creatingOnly = (openFlags & OpenFlags.CREAT) !== 0 && (openFlags & OpenFlags.EXCL) !== 0;
      const followLast = (lookupFlags & LookupFlags.SYMLINK_FOLLOW) !== 0 && !creatingOnly;
      const walk = followLast ? program.walks.followed : program.walks.kept;
      const found = fileSystem.resolve(start.directory, text, walk);
      const granted = rightsOf(program, found);
      const needed = flagNeeds | synchronousRights(fdFlags, granted);
      if ((granted & needed) !== needed) throw notCapable();
      // No exception: programs look for files that may not be there all the time.
      if (found.inode === undefined && (openFlags & OpenFlags.CREAT) === 0) return Errno.NOENT;
      memory.setU32(out, descriptors.add(open(start, found, granted, request)));
      return Errno.SUCCESS;
    },
  };

  /** The program had what the policy grants anywhere; what its descriptor lacks of that, it gave up. */
  function checkGivenUp(start: DirectoryDescriptor, request: Request): void {
    const asked = request.base | request.inheriting | synchronousRights(request.fdFlags, start.inheriting);
    if ((asked & access.union & PREVIEW1_RIGHTS & ~start.inheriting) !== 0) throw notCapable();
  }

  function open(
    start: DirectoryDescriptor,
    found: Resolution,
    granted: number,
    request: Request,
  ): Descriptor {
    const { inode } = found;
    const { openFlags, fdFlags } = request;
    const creates = (openFlags & OpenFlags.CREAT) !== 0;
    if (inode === undefined) {
      if (found.trailingSlash)
        throw new VfsError(Errno.ISDIR, 'a file is not made with a slash after its name');
    } else {
      if (creates && (openFlags & OpenFlags.EXCL) !== 0)
        throw new VfsError(Errno.EXIST, 'it is there already');
      if (inode.type === FileType.directory) return openDirectory(start, inode, granted, request);
      if ((openFlags & OpenFlags.DIRECTORY) !== 0) throw new VfsError(Errno.NOTDIR, 'not a directory');
      if (inode.type === FileType.symbolicLink)
        throw new VfsError(Errno.LOOP, 'a link that is not to be followed');
    }
    if ((request.base & READ_OR_WRITE & ~granted) !== 0) throw notCapable();
    const file: FileInode = inode ?? fileSystem.createFile(found.parent, found.name);
    const special = program.special?.open(file);
    if (inode !== undefined && special === undefined && (openFlags & OpenFlags.TRUNC) !== 0) truncate(file);
    const base = request.base & start.inheriting & granted & FILE_RIGHTS;
    return new Descriptor({
      fileType: FileType.regularFile,
      inode: file,
      base,
      inheriting: 0,
      flags: fdFlags,
      special,
    });
  }

  function truncate(file: FileInode): void {
    const live = file.content.openLive?.();
    if (live === undefined) fileSystem.setSize(file, 0);
    else live.restart();
  }

  /**
   * Rights about paths below a directory are not cut here: they are judged at each path, and an entry below may have
   * more than the directory has.
   */
  function openDirectory(
    start: DirectoryDescriptor,
    directory: DirectoryInode,
    granted: number,
    request: Request,
  ): Descriptor {
    const changes = (request.openFlags & (OpenFlags.CREAT | OpenFlags.TRUNC)) !== 0;
    if (changes || (request.base & Rights.FD_WRITE) !== 0)
      throw new VfsError(Errno.ISDIR, 'a directory is not written');
    const base = request.base & start.inheriting & DIRECTORY_RIGHTS & (granted | PATH_RIGHTS);
    const inheriting = request.inheriting & start.inheriting;
    return new Descriptor({
      fileType: FileType.directory,
      inode: directory,
      base,
      inheriting,
      flags: request.fdFlags,
    });
  }
}

function checkFlags(lookupFlags: number, openFlags: number, fdFlags: number): void {
  const unknown =
    (lookupFlags & ~ALL_LOOKUP_FLAGS) !== 0 ||
    (openFlags & ~ALL_OPEN_FLAGS) !== 0 ||
    (fdFlags & ~ALL_FD_FLAGS) !== 0;
  if (unknown) throw new VfsError(Errno.INVAL, 'unknown flags');
  const both = OpenFlags.CREAT | OpenFlags.DIRECTORY;
  // Linux and POSIX leave it open what this would make.
  if ((openFlags & both) === both) throw new VfsError(Errno.INVAL, 'directories are not made by opening');
}
