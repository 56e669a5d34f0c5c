/** Runs WebAssembly programs in this process, over the runtime's own file system and WASI, without an enclave or a jail. */
import { randomFillSync } from 'node:crypto';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory } from '../../runtime/vfs/content.ts';
import { FileSystem } from '../../runtime/vfs/file-system.ts';
import { type DirectoryInode, FileType } from '../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../runtime/vfs/memfd-content.ts';
import { Preview1, ProcessExit, type ProgramClock } from '../../runtime/wasi/preview1.ts';

/** What Veracruz's generator makes of `r`, `w` and `rw`, and what its policies imply. Source: generate-policy main.rs. */
export const READ = 24_582 | Rights.FD_FILESTAT_GET;
export const WRITE = 534_084 | Rights.FD_FILESTAT_GET;
export const READ_WRITE = 550_470 | Rights.FD_FILESTAT_GET;

export interface ProgramRun {
  /** By path; a name that ends with a slash is a subtree. */
  readonly rights: Readonly<Record<string, number>>;
  readonly args?: readonly string[];
  /** `KEY=value`. */
  readonly env?: readonly string[];
  readonly stdin?: string;
  /** On all three streams, besides reading and writing them: none when absent. */
  readonly streamRights?: number;
  readonly clock?: ProgramClock;
  /** Bytes after which stdout refuses to take more. */
  readonly outputBytes?: number;
  readonly openFiles?: number;
  readonly random?: (target: Uint8Array) => void;
}

export interface ProgramOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HostOptions {
  readonly bytes?: number;
  readonly inodes?: number;
  readonly contents?: ContentFactory;
  readonly now?: () => bigint;
}

export class ProgramHost {
  readonly fileSystem: FileSystem;

  constructor(options: HostOptions = {}) {
    const { bytes = 1 << 26, inodes = 10_000, contents = new MemfdContents(), now = () => 0n } = options;
    this.fileSystem = new FileSystem({
      contents,
      limits: { bytes, inodes, nameBytes: 255, pathBytes: 4096, fileBytes: bytes },
      now,
    });
  }

  /** Appends to the file at an absolute path, made with the directories above it where it is missing. */
  append(path: string, content: string | Uint8Array): void {
    const names = path.slice(1).split('/');
    const name = names.pop()!;
    const directory = this.makeDirectory(names);
    const file = directory.entries.get(name) ?? this.fileSystem.createFile(directory, name);
    if (file.type !== FileType.regularFile) throw new Error(`${path} is no file`);
    this.fileSystem.write(
      file,
      typeof content === 'string' ? Buffer.from(content) : content,
      file.content.size,
    );
  }

  makeDirectory(names: readonly string[]): DirectoryInode {
    let directory = this.fileSystem.root;
    for (const name of names) {
      const entry = directory.entries.get(name) ?? this.fileSystem.createDirectory(directory, name);
      if (entry.type !== FileType.directory) throw new Error(`${name} is no directory`);
      directory = entry;
    }
    return directory;
  }

  /** A file's bytes, undefined where there is none. */
  read(path: string): Buffer | undefined {
    const { root } = this.fileSystem;
    const { inode } = this.fileSystem.resolve(root, path.slice(1), { followLast: true });
    if (inode?.type !== FileType.regularFile) return undefined;
    const bytes = Buffer.alloc(inode.content.size);
    this.fileSystem.read(inode, bytes, 0);
    return bytes;
  }

  /** Runs a module to its end. Throws what the engine throws: traps, and stacks that are out. */
  run(wasm: Uint8Array, run: ProgramRun): ProgramOutcome {
    const entries = Object.entries(run.rights).map(([name, rights]): AccessEntry => {
      const path = name.length > 1 ? name.replace(/\/$/, '') : name;
      return { path, rights, scope: name.endsWith('/') ? 'subtree' : 'file-or-subtree' };
    });
    const { stdin, streamRights = 0 } = run;
    const stdout = new Collector(streamRights, run.outputBytes);
    const stderr = new Collector(streamRights, 1 << 20);
    const preview1 = new Preview1({
      fileSystem: this.fileSystem,
      access: new AccessTable(entries),
      boundaries: new BoundaryTable(entries.map((entry) => entry.path)),
      args: ['program', ...(run.args ?? [])],
      env: run.env ?? [],
      streams: { stdin: stdin === undefined ? undefined : textSource(stdin, streamRights), stdout, stderr },
      clock: run.clock,
      random: run.random ?? ((target) => void randomFillSync(target)),
      openFiles: run.openFiles ?? 64,
    });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)), {
      wasi_snapshot_preview1: preview1.imports,
    });
    preview1.bind(instance.exports.memory as WebAssembly.Memory);
    const exitCode = exitCodeOf(instance.exports._start as () => void);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  }
}

function exitCodeOf(start: () => void): number {
  try {
    start();
    return 0;
  } catch (error) {
    if (error instanceof ProcessExit) return error.exitCode;
    throw error;
  }
}

class Collector {
  readonly rights: number;
  readonly #limit: number;
  readonly #pieces: Buffer[] = [];
  #length = 0;

  constructor(rights: number, limit = Number.POSITIVE_INFINITY) {
    this.rights = rights | Rights.FD_WRITE;
    this.#limit = limit;
  }

  write(source: Uint8Array): number {
    if (this.#length + source.length > this.#limit) throw new Error('the output is over its limit');
    this.#length += source.length;
    this.#pieces.push(Buffer.from(source));
    return source.length;
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}

function textSource(text: string, rights: number) {
  let rest = Buffer.from(text);
  return {
    rights: rights | Rights.FD_READ,
    read(target: Uint8Array): number {
      const length = rest.copy(target);
      rest = rest.subarray(length);
      return length;
    },
  };
}
