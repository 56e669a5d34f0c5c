/** `wasi:filesystem`. Source: WebAssembly/wasi-filesystem, wit/types.wit and wit/preopens.wit. */
import { Rights } from '../../../proto/rights.ts';
import { FileType } from '../../vfs/inode.ts';
import { FdFlags, LookupFlags, TimeFlags } from '../abi.ts';
import {
  bool,
  bytes,
  enumeration,
  Failure,
  list,
  option,
  record,
  result,
  string,
  tuple,
  u64,
  variant,
} from './canonical-types.ts';
import { dateOf, datetime } from './clocks.ts';
import { Descriptor, DescriptorFlags, descriptor, descriptorFlags, pathFlags } from './descriptor.ts';
import { DirectoryEntryStream, descriptorType, directoryEntry, typeName } from './directory-entries.ts';
import { type ErrorCode, errorCode } from './error-codes.ts';
import { pathFunctions } from './filesystem-paths.ts';
import { borrow, own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import type { FileStatus, Preview1Calls } from './preview1-calls.ts';
import { SharedDescriptor } from './shared-descriptor.ts';
import { filesystemErrorCode, InputStream, OutputStream } from './streams.ts';

const R = Rights;
const NANOSECONDS = 1_000_000_000n;
/** The preopened directory, as preview 1 numbers it. */
const PREOPEN = 3;

const advice = enumeration(['normal', 'sequential', 'random', 'will-need', 'dont-need', 'no-reuse']);
const adviceNumbers = ['normal', 'sequential', 'random', 'will-need', 'dont-need', 'no-reuse'];
const newTimestamp = variant({ 'no-change': undefined, now: undefined, timestamp: datetime });
const descriptorStat = record({
  type: descriptorType,
  linkCount: u64,
  size: u64,
  accessed: option(datetime),
  modified: option(datetime),
  changed: option(datetime),
});
const metadataHash = record({ lower: u64, upper: u64 });

/** What changes what a directory holds. */
const MUTATIONS =
  R.PATH_CREATE_DIRECTORY |
  R.PATH_CREATE_FILE |
  R.PATH_UNLINK_FILE |
  R.PATH_REMOVE_DIRECTORY |
  R.PATH_RENAME_TARGET;

export function preopensInterface(calls: Preview1Calls): InterfaceFunctions {
  const directories = list(tuple(own(Descriptor), string));
  return {
    'get-directories': imported([], directories, () => {
      // Nobody closes it: each answer has a handle of its own on it.
      const root = new SharedDescriptor(calls, PREOPEN);
      return [[new Descriptor(root.hold()), '/'] as const];
    }),
  };
}

/** `times`: whether file times may be told, which where clocks are denied they may not. */
export function typesInterface(calls: Preview1Calls, times: boolean): InterfaceFunctions {
  return {
    ...streamFunctions(calls),
    ...statusFunctions(calls, times),
    ...pathFunctions(calls),
    'filesystem-error-code': filesystemErrorCode,
  };
}

function streamFunctions(calls: Preview1Calls): InterfaceFunctions {
  const streamOf = (self: Descriptor) => {
    if (calls.descriptor(self.fd)?.directory !== undefined) throw new Failure<ErrorCode>('is-directory');
    return self.shared;
  };
  return {
    '[method]descriptor.read-via-stream': imported(
      [descriptor, u64],
      result(own(InputStream), errorCode),
      (self, offset) => new InputStream(calls, streamOf(self), offset),
    ),
    '[method]descriptor.write-via-stream': imported(
      [descriptor, u64],
      result(own(OutputStream), errorCode),
      (self, offset) => new OutputStream(calls, streamOf(self), offset),
    ),
    '[method]descriptor.append-via-stream': imported(
      [descriptor],
      result(own(OutputStream), errorCode),
      (self) => new OutputStream(calls, streamOf(self), 'end'),
    ),
    '[method]descriptor.read': imported(
      [descriptor, u64, u64],
      result(tuple(bytes, bool), errorCode),
      (self, length, offset) => {
        const wanted = length > 0xffffffffn ? 0xffffffff : Number(length);
        const content = calls.read(self.fd, wanted, offset);
        return [content, content.length === 0 && wanted > 0] as const;
      },
    ),
    '[method]descriptor.write': imported(
      [descriptor, bytes, u64],
      result(u64, errorCode),
      (self, content, offset) => BigInt(calls.write(self.fd, content, offset)),
    ),
    '[method]descriptor.advise': imported(
      [descriptor, u64, u64, advice],
      result(undefined, errorCode),
      (self, offset, length, kind) =>
        calls.onDescriptor('fd_advise', self.fd, offset, length, adviceNumbers.indexOf(kind)),
    ),
    '[method]descriptor.sync-data': imported([descriptor], result(undefined, errorCode), (self) =>
      calls.onDescriptor('fd_datasync', self.fd),
    ),
    '[method]descriptor.sync': imported([descriptor], result(undefined, errorCode), (self) =>
      calls.onDescriptor('fd_sync', self.fd),
    ),
    '[method]descriptor.set-size': imported([descriptor, u64], result(undefined, errorCode), (self, size) =>
      calls.onDescriptor('fd_filestat_set_size', self.fd, size),
    ),
    '[method]descriptor.read-directory': imported(
      [descriptor],
      result(own(DirectoryEntryStream), errorCode),
      (self) => new DirectoryEntryStream(calls, self.shared),
    ),
    '[method]directory-entry-stream.read-directory-entry': imported(
      [borrow(DirectoryEntryStream)],
      result(option(directoryEntry), errorCode),
      (stream) => stream.next(),
    ),
  };
}

function statusFunctions(calls: Preview1Calls, times: boolean): InterfaceFunctions {
  const describe = (status: FileStatus) => ({
    type: typeName(status.fileType),
    linkCount: status.links,
    size: status.size,
    accessed: times ? dateOf(status.accessed) : undefined,
    modified: times ? dateOf(status.modified) : undefined,
    changed: times ? dateOf(status.changed) : undefined,
  });
  // Tells files apart, which is what it is for; what is in them needs a right that it must not get round.
  const hash = (status: FileStatus) => ({ lower: status.inode, upper: 0n });
  const at = (follow: number, path: string) => ({
    path,
    follow: (follow & LookupFlags.SYMLINK_FOLLOW) !== 0,
  });
  return {
    '[method]descriptor.stat': imported([descriptor], result(descriptorStat, errorCode), (self) =>
      describe(calls.status(self.fd)),
    ),
    '[method]descriptor.stat-at': imported(
      [descriptor, pathFlags, string],
      result(descriptorStat, errorCode),
      (self, follow, path) => describe(calls.status(self.fd, at(follow, path))),
    ),
    '[method]descriptor.metadata-hash': imported([descriptor], result(metadataHash, errorCode), (self) =>
      hash(calls.status(self.fd)),
    ),
    '[method]descriptor.metadata-hash-at': imported(
      [descriptor, pathFlags, string],
      result(metadataHash, errorCode),
      (self, follow, path) => hash(calls.status(self.fd, at(follow, path))),
    ),
    '[method]descriptor.set-times': imported(
      [descriptor, newTimestamp, newTimestamp],
      result(undefined, errorCode),
      (self, accessed, modified) => calls.setTimes(self.fd, undefined, newTimes(accessed, modified)),
    ),
    '[method]descriptor.set-times-at': imported(
      [descriptor, pathFlags, string, newTimestamp, newTimestamp],
      result(undefined, errorCode),
      (self, follow, path, accessed, modified) =>
        calls.setTimes(self.fd, at(follow, path), newTimes(accessed, modified)),
    ),
    '[method]descriptor.get-type': imported([descriptor], result(descriptorType, errorCode), (self) =>
      typeName(calls.descriptor(self.fd)?.fileType ?? FileType.unknown),
    ),
    '[method]descriptor.get-flags': imported([descriptor], result(descriptorFlags, errorCode), (self) =>
      flagsOf(calls, self.fd),
    ),
    '[method]descriptor.is-same-object': imported([descriptor, descriptor], bool, (self, other) => {
      return calls.descriptor(self.fd)?.inode === calls.descriptor(other.fd)?.inode;
    }),
  };
}

function flagsOf(calls: Preview1Calls, fd: number): number {
  const open = calls.descriptor(fd);
  if (open === undefined) return 0;
  let found = 0;
  const { base, flags: modes, directory } = open;
  if ((base & R.FD_READ) !== 0 || (directory !== undefined && (base & R.FD_READDIR) !== 0))
    found |= DescriptorFlags.read;
  if ((base & R.FD_WRITE) !== 0) found |= DescriptorFlags.write;
  if (directory !== undefined && (base & MUTATIONS) !== 0) found |= DescriptorFlags.mutate;
  if ((modes & FdFlags.SYNC) !== 0) found |= DescriptorFlags.fileSync;
  if ((modes & FdFlags.DSYNC) !== 0) found |= DescriptorFlags.dataSync;
  if ((modes & FdFlags.RSYNC) !== 0) found |= DescriptorFlags.readSync;
  return found;
}

interface NewTime {
  readonly tag: string;
  readonly value?: unknown;
}

function newTimes(accessed: NewTime, modified: NewTime) {
  let fstflags = 0;
  if (accessed.tag === 'now') fstflags |= TimeFlags.ATIM_NOW;
  if (accessed.tag === 'timestamp') fstflags |= TimeFlags.ATIM;
  if (modified.tag === 'now') fstflags |= TimeFlags.MTIM_NOW;
  if (modified.tag === 'timestamp') fstflags |= TimeFlags.MTIM;
  return { accessed: nanosecondsOf(accessed), modified: nanosecondsOf(modified), flags: fstflags };
}

function nanosecondsOf({ value }: NewTime): bigint {
  if (value === undefined) return 0n;
  const { seconds, nanoseconds } = value as { seconds: bigint; nanoseconds: number };
  const total = seconds * NANOSECONDS + BigInt(nanoseconds);
  if (total > 0xffffffffffffffffn || nanoseconds >= Number(NANOSECONDS))
    throw new Failure<ErrorCode>('invalid');
  return total;
}
