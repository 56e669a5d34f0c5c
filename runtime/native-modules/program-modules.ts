/**
 * Native modules beside a program, in its child and over its replica: they do what the program could have done itself,
 * by its rights, and the journal notes what they change. A request that fails changes nothing.
 */
import { MAXIMUM_NATIVE_REQUEST, type NativeModuleName } from '../../proto/native-modules/names.ts';
import {
  type CipherRequest,
  type NativeTask,
  readNativeRequest,
} from '../../proto/native-modules/requests.ts';
import type { AccessTable } from '../../proto/policy/access.ts';
import { PostcardError } from '../../proto/postcard/reader.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { FileSystem, Resolution } from '../vfs/file-system.ts';
import { type FileInode, FileType } from '../vfs/inode.ts';
import { notCapable, type PathWalks, pathWalks } from '../wasi/program.ts';
import type { SpecialFile, SpecialFiles } from '../wasi/special-file.ts';
import { FileCipher, NotAuthentic, tagLength } from './file-cipher.ts';
import { PendingRequest } from './pending-request.ts';

/** Bytes of a file that pass at once. */
const PIECE_BYTES = 256 * 1024;

const { PATH_OPEN, FD_READ, FD_WRITE, PATH_CREATE_FILE, PATH_FILESTAT_SET_SIZE } = Rights;

export interface ProgramModulesOptions {
  readonly fileSystem: FileSystem;
  /** The program's rights. */
  readonly access: AccessTable;
  /** By special file. */
  readonly modules: ReadonlyMap<FileInode, NativeModuleName>;
}

export class ProgramModules implements SpecialFiles {
  readonly #options: ProgramModulesOptions;
  readonly #tasks: ProgramTasks;

  constructor(options: ProgramModulesOptions) {
    this.#options = options;
    this.#tasks = new ProgramTasks(options.fileSystem, options.access);
  }

  open(file: FileInode): SpecialFile | undefined {
    const module = this.#options.modules.get(file);
    return module === undefined ? undefined : new ModuleFile(module, this.#tasks);
  }
}

/** A special file as one descriptor has it: requests of different descriptors do not mix. */
class ModuleFile implements SpecialFile {
  readonly #module: NativeModuleName;
  readonly #tasks: ProgramTasks;
  readonly #request = new PendingRequest();

  constructor(module: NativeModuleName, tasks: ProgramTasks) {
    this.#module = module;
    this.#tasks = tasks;
  }

  get pending(): number {
    return this.#request.length;
  }

  /** Throws VfsError: MSGSIZE for too long a request, INVAL for one that can never be, or as the task. */
  write(parts: readonly Uint8Array[]): void {
    let done = true;
    try {
      if (!this.#request.add(parts))
        throw new VfsError(Errno.MSGSIZE, `a request of more than ${MAXIMUM_NATIVE_REQUEST} bytes`);
      const task = readTask(this.#module, this.#request.bytes);
      if (task === undefined) done = false;
      else this.#tasks.perform(task);
    } finally {
      if (done) this.reset();
    }
  }

  reset(): void {
    this.#request.clear();
  }
}

function readTask(module: NativeModuleName, bytes: Uint8Array): NativeTask | undefined {
  try {
    return readNativeRequest(module, bytes);
  } catch (error) {
    if (error instanceof PostcardError) throw new VfsError(Errno.INVAL, error.message);
    throw error;
  }
}

/** What modules do with a program's files. */
class ProgramTasks {
  readonly #fileSystem: FileSystem;
  readonly #access: AccessTable;
  readonly #walks: PathWalks;

  constructor(fileSystem: FileSystem, access: AccessTable) {
    this.#fileSystem = fileSystem;
    this.#access = access;
    this.#walks = pathWalks(access);
  }

  /** All of it or nothing. Throws VfsError. */
  perform(task: NativeTask): void {
    if (task.kind === 'cipher') {
      const input = this.#input(task.inputPath);
      const output = this.#output(task.outputPath, 'append');
      this.#fileSystem.transaction(() => this.#encipher(task, input, this.#opened(output)));
      return;
    }
    const output = this.#output(task.outputPath, 'replace');
    this.#fileSystem.transaction(() => {
      const file = this.#opened(output);
      this.#fileSystem.setSize(file, 0);
      this.#fileSystem.write(file, new TextEncoder().encode(task.text), 0);
    });
  }

  /** What is added to the output moves no byte of the input, which may be the same file. */
  #encipher(request: CipherRequest, input: FileInode, output: FileInode): void {
    const fileSystem = this.#fileSystem;
    const textLength = input.content.size - tagLength(request);
    if (textLength < 0) throw notAuthentic();
    const tag = new Uint8Array(input.content.size - textLength);
    fileSystem.read(input, tag, textLength);
    const cipher = new FileCipher(request, tag);
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(textLength, 1)));
    let end = output.content.size;
    for (let position = 0; position < textLength; ) {
      const piece = buffer.subarray(0, Math.min(buffer.length, textLength - position));
      fileSystem.read(input, piece, position);
      fileSystem.write(output, cipher.update(piece), end);
      position += piece.length;
      end += piece.length;
    }
    try {
      fileSystem.write(output, cipher.finish(), end);
    } catch (error) {
      throw error instanceof NotAuthentic ? notAuthentic() : error;
    }
  }

  #input(path: string): FileInode {
    const found = this.#locate(path);
    this.#require(found, PATH_OPEN | FD_READ);
    if (found.inode === undefined) throw new VfsError(Errno.NOENT, 'no such file');
    return requireFile(found);
  }

  /** Where a result may go: as the program would have to open it. */
  #output(path: string, how: 'append' | 'replace'): Resolution {
    const found = this.#locate(path);
    const change = how === 'append' ? 0 : PATH_FILESTAT_SET_SIZE;
    this.#require(found, PATH_OPEN | FD_WRITE | (found.inode === undefined ? PATH_CREATE_FILE : change));
    if (found.inode !== undefined) requireFile(found);
    return found;
  }

  #opened({ inode, parent, name }: Resolution): FileInode {
    return (inode as FileInode | undefined) ?? this.#fileSystem.createFile(parent, name);
  }

  /** Paths are absolute, whatever descriptors the program has, and links count where they lead. */
  #locate(path: string): Resolution {
    return this.#fileSystem.resolve(this.#fileSystem.root, path.slice(1), this.#walks.followed);
  }

  #require({ path }: Resolution, needed: number): void {
    if ((this.#access.rightsAt(path) & needed) !== needed) throw notCapable();
  }
}

/** A live file's bytes are not here, and a special file has none. */
function requireFile({ inode }: Resolution): FileInode {
  if (inode?.type === FileType.directory) throw new VfsError(Errno.ISDIR, 'a directory');
  if (inode?.type !== FileType.regularFile) throw new VfsError(Errno.LOOP, 'a link that leads nowhere');
  if (inode.pinned === true) throw new VfsError(Errno.NOTSUP, 'a live or a special file');
  return inode;
}

/** As the kernel's own ciphers answer. Source: Linux, Documentation/crypto/userspace-if.rst. */
function notAuthentic(): VfsError {
  return new VfsError(Errno.BADMSG, 'not what was enciphered');
}
