/** Calls of `wasi:filesystem` on paths: what is opened, made, removed, linked and renamed. */
import { Rights } from '../../../proto/rights.ts';
import { FdFlags, LookupFlags } from '../abi.ts';
import { flags, result, string } from './canonical-types.ts';
import { Descriptor, DescriptorFlags, descriptor, descriptorFlags, pathFlags } from './descriptor.ts';
import { errorCode } from './error-codes.ts';
import { own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import type { Preview1Calls } from './preview1-calls.ts';
import { SharedDescriptor } from './shared-descriptor.ts';

const openFlags = flags(['create', 'directory', 'exclusive', 'truncate']);

/** What an opening without `write` does not ask for. */
const WRITES = BigInt(Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE);
const READS = BigInt(Rights.FD_READ);

export function pathFunctions(calls: Preview1Calls): InterfaceFunctions {
  const done = result(undefined, errorCode);
  const onePath = (call: Parameters<Preview1Calls['onPath']>[0]) =>
    imported([descriptor, string], done, (self, path) => calls.onPath(call, self.fd, path));
  return {
    '[method]descriptor.create-directory-at': onePath('path_create_directory'),
    '[method]descriptor.remove-directory-at': onePath('path_remove_directory'),
    '[method]descriptor.unlink-file-at': onePath('path_unlink_file'),
    '[method]descriptor.readlink-at': imported(
      [descriptor, string],
      result(string, errorCode),
      (self, path) => calls.readLink(self.fd, path),
    ),
    '[method]descriptor.symlink-at': imported([descriptor, string, string], done, (self, target, path) =>
      calls.symbolicLink(target, self.fd, path),
    ),
    '[method]descriptor.link-at': imported(
      [descriptor, pathFlags, string, descriptor, string],
      done,
      (self, follow, path, other, newPath) =>
        calls.link(self.fd, (follow & LookupFlags.SYMLINK_FOLLOW) !== 0, path, other.fd, newPath),
    ),
    '[method]descriptor.rename-at': imported(
      [descriptor, string, descriptor, string],
      done,
      (self, path, other, newPath) => calls.rename(self.fd, path, other.fd, newPath),
    ),
    '[method]descriptor.open-at': imported(
      [descriptor, pathFlags, string, openFlags, descriptorFlags],
      result(own(Descriptor), errorCode),
      (self, follow, path, how, wanted) => open(calls, self, { follow, path, how, wanted }),
    ),
  };
}

/** Asks for what the directory can hand on, less what the flags leave out: the policy cuts it to what it grants there. */
function open(
  calls: Preview1Calls,
  start: Descriptor,
  request: { follow: number; path: string; how: number; wanted: number },
): Descriptor {
  const { follow, path, how, wanted } = request;
  const inheriting = BigInt(calls.descriptor(start.fd)?.inheriting ?? 0);
  let base = inheriting & ~READS & ~WRITES;
  if ((wanted & DescriptorFlags.read) !== 0) base |= READS;
  if ((wanted & DescriptorFlags.write) !== 0) base |= BigInt(Rights.FD_WRITE) | (inheriting & WRITES);
  let fdFlags = 0;
  if ((wanted & DescriptorFlags.fileSync) !== 0) fdFlags |= FdFlags.SYNC;
  if ((wanted & DescriptorFlags.dataSync) !== 0) fdFlags |= FdFlags.DSYNC;
  if ((wanted & DescriptorFlags.readSync) !== 0) fdFlags |= FdFlags.RSYNC;
  const fd = calls.open(start.fd, path, {
    follow: (follow & LookupFlags.SYMLINK_FOLLOW) !== 0,
    // The bits of both are the same, in the same order.
    openFlags: how,
    base,
    inheriting,
    fdFlags,
  });
  return new Descriptor(new SharedDescriptor(calls, fd));
}
