import t from 'tap';
import { Rights } from '../../../../proto/rights.ts';
import { ComponentGuest, type GuestOptions } from '../../../support/component-guest.ts';

const TYPES = 'wasi:filesystem/types#[method]descriptor.';
const STREAMS = 'wasi:io/streams#[method]';
const D = ['descriptor'];
const IN = ['input', 'descriptor'];
const OUT = ['output', 'descriptor'];
const READING = ['error', 'input'];
const WRITING = ['error', 'output'];
const [OK, ERROR] = [0, 1];
const FOLLOW = 1;
const CREATE = 1;
const DIRECTORY = 2;
const [READ, WRITE] = [1, 2];
/** Places in `error-code`. */
const NO_ENTRY = 20;
const IS_DIRECTORY = 14;
const NOT_PERMITTED = 31;
const INSUFFICIENT_MEMORY = 22;

class Files extends ComponentGuest {
  readonly root: number;

  constructor(options: GuestOptions = {}) {
    super(options);
    const list = this.call('wasi:filesystem/preopens#get-directories', D);
    this.root = this.u32(this.u32(list));
  }

  /** The handle, or minus the error's place. */
  open(path: string, how = 0, flags = READ): number {
    const at = this.call(`${TYPES}open-at`, D, this.root, FOLLOW, path, how, flags);
    return this.u8(at) === OK ? this.u32(at + 4) : -this.u8(at + 4);
  }

  /** Of calls whose result carries an error-code and nothing else: its place, or 'ok'. */
  outcome(name: string, ...values: (number | bigint | string)[]): number | 'ok' {
    const at = this.call(`${TYPES}${name}`, D, ...values);
    return this.u8(at) === OK ? 'ok' : this.u8(at + 1);
  }

  write(path: string, text: string): void {
    const file = this.open(path, CREATE, WRITE);
    const made = this.call(`${TYPES}write-via-stream`, OUT, file, 0n);
    const stream = this.u32(made + 4);
    this.call(`${STREAMS}output-stream.blocking-write-and-flush`, WRITING, stream, text);
    this.drop('output', stream);
    this.drop('descriptor', file);
  }

  stream(file: number, offset: bigint): number {
    return this.u32(this.call(`${TYPES}read-via-stream`, IN, file, offset) + 4);
  }

  /** What one read gives, `closed`, or the error's place. */
  read(stream: number, length: bigint): string | number {
    const at = this.call(`${STREAMS}input-stream.read`, READING, stream, length);
    if (this.u8(at) === OK) return this.text(at + 4);
    if (this.u8(at + 4) === 1) return 'closed';
    const code = this.call('wasi:filesystem/types#filesystem-error-code', ['error'], this.u32(at + 8));
    return this.u8(code + 1);
  }
}

t.test('a file is written and read through streams, each at its own place', async (t) => {
  const files = new Files();
  files.write('file', 'some content');
  const file = files.open('file');
  const [first, second] = [files.stream(file, 0n), files.stream(file, 5n)];
  t.equal(files.read(first, 4n), 'some');
  t.equal(files.read(second, 100n), 'content');
  t.equal(files.read(first, 100n), ' content');
  t.equal(files.read(first, 1n), 'closed');
  files.drop('descriptor', file);
  t.equal(files.read(files.stream(files.open('file'), 11n), 9n), 't');
});

t.test('a stream lives longer than the descriptor that it was made of', async (t) => {
  const files = new Files({ openFiles: 4 });
  files.write('file', 'content');
  const file = files.open('file');
  const stream = files.stream(file, 0n);
  files.drop('descriptor', file);
  t.equal(files.read(stream, 99n), 'content');
  t.equal(files.open('file'), -INSUFFICIENT_MEMORY, 'two standard streams, the root, and the file: no more');
  files.drop('input', stream);
  t.ok(files.open('file') > 0);
});

t.test('appending goes to the end whatever came there meanwhile', async (t) => {
  const files = new Files();
  files.write('log', 'one ');
  const file = files.open('log', 0, WRITE);
  const stream = files.u32(files.call(`${TYPES}append-via-stream`, OUT, file) + 4);
  files.call(`${STREAMS}output-stream.write`, WRITING, stream, 'two ');
  files.write('log', 'ONE TWO and ');
  files.call(`${STREAMS}output-stream.write`, WRITING, stream, 'three');
  t.equal(files.read(files.stream(files.open('log'), 0n), 99n), 'ONE TWO and three');
});

t.test('reading and writing at places, and how long a file is', async (t) => {
  const files = new Files();
  files.write('file', 'abcdef');
  const file = files.open('file', 0, READ | WRITE);
  const written = files.call(`${TYPES}write`, D, file, 'XY', 2n);
  t.same([files.u8(written), files.u64(written + 8)], [OK, 2n]);
  const read = files.call(`${TYPES}read`, D, file, 100n, 1n);
  t.same([files.u8(read), files.text(read + 4), files.u8(read + 12)], [OK, 'bXYef', 0]);
  t.equal(files.outcome('set-size', file, 3n), 'ok');
  const end = files.call(`${TYPES}read`, D, file, 100n, 3n);
  t.same([files.u8(end), files.text(end + 4), files.u8(end + 12)], [OK, '', 1]);
  const status = files.call(`${TYPES}stat`, D, file);
  t.same(
    [files.u8(status), files.u8(status + 8), files.u64(status + 16), files.u64(status + 24)],
    [OK, 6, 1n, 3n],
  );
  t.equal(files.u8(status + 32), 0, 'no times where clocks are denied');
});

t.test('directories: made, listed without themselves, renamed, removed', async (t) => {
  const files = new Files();
  t.equal(files.outcome('create-directory-at', files.root, 'folder'), 'ok');
  files.write('folder/b', '');
  files.write('folder/a', '');
  t.equal(files.outcome('symlink-at', files.root, 'a', 'folder/c'), 'ok');
  const folder = files.open('folder', DIRECTORY);
  const made = files.call(`${TYPES}read-directory`, ['descriptor', 'entries'], folder);
  const stream = files.u32(made + 4);
  const listed: string[] = [];
  for (;;) {
    const at = files.call(
      'wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry',
      ['entries'],
      stream,
    );
    if (files.u8(at + 4) === 0) break;
    listed.push(`${files.u8(at + 8)} ${files.text(at + 12)}`);
  }
  t.same(listed, ['6 a', '6 b', '5 c']);
  t.equal(files.outcome('rename-at', files.root, 'folder/b', files.root, 'moved'), 'ok');
  t.equal(files.outcome('link-at', files.root, 0, 'moved', files.root, 'folder/again'), 'ok');
  const [moved, again] = [files.open('moved'), files.open('folder/again')];
  t.equal(files.call(`${TYPES}is-same-object`, D, moved, again), 1);
  t.equal(files.call(`${TYPES}is-same-object`, D, moved, folder), 0);
  const link = files.call(`${TYPES}readlink-at`, D, files.root, 'folder/c');
  t.equal(files.text(link + 4), 'a');
  t.equal(files.outcome('unlink-file-at', files.root, 'moved'), 'ok');
  t.equal(files.outcome('unlink-file-at', files.root, 'moved'), NO_ENTRY);
  t.equal(files.outcome('unlink-file-at', files.root, 'folder'), IS_DIRECTORY);
});

t.test(
  'what a policy does not grant is not permitted, in the places where a module would hear so',
  async (t) => {
    const rights = Rights.PATH_OPEN | Rights.FD_READ | Rights.FD_FILESTAT_GET;
    const files = new Files({
      access: [
        { path: '/', rights, scope: 'subtree' },
        { path: '/closed', rights: 0, scope: 'subtree' },
      ],
    });
    const { fileSystem } = files;
    fileSystem.write(fileSystem.createFile(fileSystem.root, 'file'), Buffer.from('content'), 0);
    fileSystem.createFile(fileSystem.root, 'closed');
    t.equal(files.open('new', CREATE, WRITE), -NOT_PERMITTED);
    t.equal(files.open('file', 0, WRITE), -NOT_PERMITTED);
    t.equal(files.open('closed'), -NOT_PERMITTED);
    t.equal(files.open('../file'), -NOT_PERMITTED);
    t.equal(files.outcome('unlink-file-at', files.root, 'file'), NOT_PERMITTED);
    const file = files.open('file');
    t.equal(files.outcome('set-size', file, 0n), NOT_PERMITTED);
    const stream = files.stream(file, 0n);
    t.equal(files.read(stream, 3n), 'con', 'from front to back it needs no right to seek');
    t.equal(files.read(stream, 9n), 'tent');
    t.equal(files.read(files.stream(file, 2n), 3n), NOT_PERMITTED, 'elsewhere it does');
  },
);

t.test('times are set, and now is the clock alone', async (t) => {
  const files = new Files();
  files.write('file', '');
  const file = files.open('file', 0, WRITE);
  const [NO_CHANGE, NOW, TIMESTAMP] = [0, 1, 2];
  t.equal(files.outcome('set-times', file, TIMESTAMP, 12n, 34, NO_CHANGE, 0n, 0), 'ok');
  t.equal(files.outcome('set-times', file, NOW, 0n, 0, NO_CHANGE, 0n, 0), NOT_PERMITTED, 'clocks are denied');
  t.equal(files.outcome('set-times', file, TIMESTAMP, 1n, 1_000_000_000, NO_CHANGE, 0n, 0), 12, 'invalid');
  const { inode } = files.wasi.descriptor(4) ?? {};
  t.equal(inode?.accessed, 12_000_000_034n);
});

t.test('the rights of a descriptor show in its flags', async (t) => {
  const files = new Files();
  const flags = (handle: number) => files.u8(files.call(`${TYPES}get-flags`, D, handle) + 1);
  t.equal(flags(files.root), READ | 32, 'a directory that can be read and changed');
  files.write('file', '');
  t.equal(flags(files.open('file', 0, WRITE)), WRITE);
  t.equal(flags(files.open('file', 0, READ | 4)), READ | 4);
  const type = files.call(`${TYPES}get-type`, D, files.root);
  t.same([files.u8(type), files.u8(type + 1)], [OK, 3]);
});

t.test('hashes tell files apart, and need the right to look at them', async (t) => {
  const files = new Files();
  files.write('a', '');
  files.write('b', '');
  const hash = (path: string) => {
    const at = files.call(`${TYPES}metadata-hash-at`, D, files.root, 0, path);
    return files.u8(at) === ERROR ? 'error' : files.u64(at + 8);
  };
  t.not(hash('a'), hash('b'));
  t.equal(hash('a'), hash('./a'));
  t.equal(hash('nothing'), 'error');
});
