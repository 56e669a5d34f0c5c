import { createCipheriv, createDecipheriv } from 'node:crypto';
import t from 'tap';
import { type CipherRequest, encodeCipherRequest } from '../../../proto/native-modules/requests.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { PendingRequest } from '../../../runtime/native-modules/pending-request.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { OpenFlags } from '../../../runtime/wasi/abi.ts';
import { ALL, Guest, type GuestOptions } from '../wasi/guest.ts';

const AEAD = '/services/aead.dat';
const COUNTER = '/services/aesctr.dat';
const POSTCARD = '/services/postcard_string.dat';
const MODULES = {
  [AEAD]: 'AEAD Service',
  [COUNTER]: 'Counter mode AES Service',
  [POSTCARD]: 'Postcard Service',
} as const;
const { PATH_OPEN, FD_READ, FD_SEEK, FD_WRITE, PATH_CREATE_FILE, PATH_FILESTAT_SET_SIZE } = Rights;

const KEY = Buffer.from('aujourdhuimamane');
const IV = Buffer.from('stmorteoupeutetr');
const AAD = Buffer.from('header');

function guestWith(options: GuestOptions = {}): Guest {
  return new Guest({ modules: MODULES, ...options });
}

function request(change: Partial<CipherRequest> = {}): Buffer {
  const whole = { mode: 'ctr', key: KEY, iv: IV, aad: new Uint8Array(0), encrypt: true } as const;
  return Buffer.from(encodeCipherRequest({ ...whole, inputPath: '/in', outputPath: '/out', ...change }));
}

const seal = (change: Partial<CipherRequest> = {}) => request({ mode: 'gcm', aad: AAD, ...change });
const open = (change: Partial<CipherRequest> = {}) => seal({ encrypt: false, ...change });

/** Opens a special file as a program does that writes a whole file. */
function special(guest: Guest, path: string): number {
  return guest.open(path.slice(1), {
    base: BigInt(FD_WRITE | FD_SEEK),
    flags: OpenFlags.CREAT | OpenFlags.TRUNC,
  });
}

function write(guest: Guest, fd: number, ...pieces: Uint8Array[]): Errno {
  const out = guest.room(4);
  const errno = guest.call(
    'fd_write',
    fd,
    ...guest.vectors(...pieces.map((piece) => guest.text(piece))),
    out,
  );
  if (errno === 0 && guest.view.getUint32(out, true) !== Buffer.concat(pieces).length)
    throw new Error('a request was taken in part');
  return errno as Errno;
}

/** One request in one write, through a descriptor of its own. */
function ask(guest: Guest, path: string, bytes: Uint8Array): Errno {
  const fd = special(guest, path);
  const errno = write(guest, fd, bytes);
  guest.done('fd_close', fd);
  return errno;
}

function bytesOf(guest: Guest, path: string): Buffer | undefined {
  const { inode } = guest.fileSystem.resolve(guest.fileSystem.root, path.slice(1), { followLast: true });
  if (inode?.type !== FileType.regularFile) return undefined;
  const bytes = Buffer.alloc(inode.content.size);
  guest.fileSystem.read(inode, bytes, 0);
  return bytes;
}

const sealed = (text: Uint8Array): Buffer => {
  const cipher = createCipheriv('aes-128-gcm', KEY, IV).setAAD(AAD);
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
};

// Source: Veracruz, rust-examples/aesctr-native/src/main.rs, made there with openssl.
t.test(
  "the counter mode service gives the bytes of Veracruz's own example, behind what is there",
  async (t) => {
    const guest = guestWith({ files: { '/in': 'ehierje', '/out': 'before ' } });
    t.equal(ask(guest, COUNTER, request()), Errno.SUCCESS);
    t.equal(
      bytesOf(guest, '/out')!.toString('hex'),
      `${Buffer.from('before ').toString('hex')}a1205e157cf1b3`,
    );
    t.equal(ask(guest, COUNTER, request({ inputPath: '/new', outputPath: '/in' })), Errno.NOENT);
    const again = guestWith({ files: { '/in': 'nesaispas' } });
    t.equal(ask(again, COUNTER, request({ encrypt: false })), Errno.SUCCESS);
    t.equal(bytesOf(again, '/out')!.toString('hex'), 'aa2d441167e8a62c9c', 'deciphering is the same');
  },
);

t.test('the AEAD service seals with a tag behind the text, and opens what it sealed', async (t) => {
  const guest = guestWith({ files: { '/in': 'some text' } });
  t.equal(ask(guest, AEAD, seal()), Errno.SUCCESS);
  t.same(bytesOf(guest, '/out'), sealed(Buffer.from('some text')));
  const decipher = createDecipheriv('aes-128-gcm', KEY, IV).setAAD(AAD);
  decipher.setAuthTag(bytesOf(guest, '/out')!.subarray(-16));
  t.equal(
    decipher.update(bytesOf(guest, '/out')!.subarray(0, -16)).toString() + decipher.final(),
    'some text',
  );
  t.equal(ask(guest, AEAD, open({ inputPath: '/out', outputPath: '/back' })), Errno.SUCCESS);
  t.equal(guest.content('/back'), 'some text');
  const nothing = guestWith({ files: { '/in': '' } });
  t.equal(ask(nothing, AEAD, seal()), Errno.SUCCESS);
  t.same(bytesOf(nothing, '/out'), sealed(Buffer.alloc(0)), 'nothing has a tag as well');
});

t.test('what was changed, or sealed otherwise, is not opened, and changes nothing', async (t) => {
  const text = sealed(Buffer.from('text'));
  const guest = guestWith({ files: { '/kept': 'kept', '/short': 'x'.repeat(15) } });
  const { root } = guest.fileSystem;
  const input = guest.fileSystem.createFile(root, 'in');
  guest.fileSystem.write(input, text, 0);
  const changes: Partial<CipherRequest>[] = [
    { aad: Buffer.from('another') },
    { key: Buffer.alloc(16) },
    { iv: Buffer.alloc(16) },
    { inputPath: '/short' },
    { inputPath: '/kept' },
  ];
  for (const change of changes) {
    t.equal(ask(guest, AEAD, open({ outputPath: '/new', ...change })), Errno.BADMSG);
    t.equal(ask(guest, AEAD, open({ outputPath: '/kept', ...change })), Errno.BADMSG);
  }
  for (const position of [0, text.length - 1]) {
    const byte = Uint8Array.of(text[position]! ^ 1);
    guest.fileSystem.write(input, byte, position);
    t.equal(ask(guest, AEAD, open({ outputPath: '/kept' })), Errno.BADMSG, `byte ${position}`);
    guest.fileSystem.write(input, Uint8Array.of(text[position]!), position);
  }
  t.equal(guest.exists('/new'), false);
  t.equal(guest.content('/kept'), 'kept');
  t.equal(ask(guest, AEAD, open({ outputPath: '/kept' })), Errno.SUCCESS);
  t.equal(guest.content('/kept'), 'kepttext');
});

t.test('large files pass in pieces, also into themselves', async (t) => {
  const guest = guestWith({ files: { '/in': '' } });
  const text = Buffer.alloc(600_001, 'abc');
  guest.fileSystem.write(
    guest.fileSystem.resolve(guest.fileSystem.root, 'in', { followLast: true }).inode as never,
    text,
    0,
  );
  t.equal(ask(guest, AEAD, seal({ outputPath: '/in' })), Errno.SUCCESS);
  t.ok(bytesOf(guest, '/in')!.equals(Buffer.concat([text, sealed(text)])));
});

t.test('a request may come in any pieces, and is carried out with its last byte', async (t) => {
  const guest = guestWith({ files: { '/in': 'ehierje' } });
  const whole = request();
  const fd = special(guest, COUNTER);
  for (const byte of whole.subarray(0, -1)) t.equal(write(guest, fd, Uint8Array.of(byte)), Errno.SUCCESS);
  t.equal(guest.exists('/out'), false);
  t.equal(write(guest, fd, whole.subarray(-1)), Errno.SUCCESS);
  t.equal(bytesOf(guest, '/out')!.length, 7);
  t.equal(
    write(guest, fd, whole.subarray(0, 20), whole.subarray(20)),
    Errno.SUCCESS,
    'the next one begins anew',
  );
  t.equal(bytesOf(guest, '/out')!.length, 14);
  const out = guest.room(4);
  const first = guest.vectors(guest.text(whole.subarray(0, 5)));
  const rest = guest.vectors(guest.text(whole.subarray(5)));
  t.equal(guest.call('fd_pwrite', fd, ...first, 1n, out), Errno.INVAL, 'a request has no places');
  t.equal(guest.call('fd_pwrite', fd, ...first, 0n, out), Errno.SUCCESS);
  t.equal(guest.call('fd_pwrite', fd, ...rest, 5n, out), Errno.SUCCESS);
  t.equal(bytesOf(guest, '/out')!.length, 21);
});

t.test(
  'what is not whole is forgotten by closing, cutting and replacing, and mixes with no other',
  async (t) => {
    const guest = guestWith({ files: { '/in': 'ehierje' } });
    const whole = request();
    const [one, two] = [special(guest, COUNTER), special(guest, COUNTER)];
    write(guest, one, whole.subarray(0, 10));
    t.equal(write(guest, two, whole), Errno.SUCCESS);
    t.equal(bytesOf(guest, '/out')!.length, 7);
    guest.done('fd_close', one);
    const three = guest.open(COUNTER.slice(1), { base: ALL });
    t.equal(three, one, 'the same number');
    t.equal(write(guest, three, whole), Errno.SUCCESS);
    write(guest, three, whole.subarray(0, 10));
    t.equal(guest.call('fd_filestat_set_size', three, 1n), Errno.INVAL);
    t.equal(guest.call('fd_filestat_set_size', three, 0n), Errno.SUCCESS);
    t.equal(write(guest, three, whole), Errno.SUCCESS);
    write(guest, two, whole.subarray(0, 10));
    guest.done('fd_renumber', three, two);
    t.equal(write(guest, two, whole), Errno.SUCCESS);
    t.equal(bytesOf(guest, '/out')!.length, 28);
  },
);

t.test('what can never be a request is refused at once, and the next one begins anew', async (t) => {
  const guest = guestWith({ files: { '/in': 'ehierje' } });
  const fd = special(guest, COUNTER);
  const whole = request();
  t.equal(write(guest, fd, Buffer.concat([whole, Uint8Array.of(0)])), Errno.INVAL, 'bytes behind its end');
  t.equal(write(guest, fd, whole.subarray(0, -1), Uint8Array.of(2)), Errno.INVAL, 'neither true nor false');
  t.equal(write(guest, fd, Buffer.alloc((1 << 20) + 1)), Errno.MSGSIZE);
  for (const inputPath of ['/in/../in', '/in/', 'stdin', ''])
    t.equal(write(guest, fd, request({ inputPath })), Errno.INVAL, inputPath);
  t.equal(guest.exists('/out'), false);
  t.equal(write(guest, fd, whole), Errno.SUCCESS);
});

t.test('a special file reads as empty, and is neither cut, filled, moved nor removed', async (t) => {
  const guest = guestWith({ files: { '/file': 'x' } });
  const fd = guest.open(AEAD.slice(1), { base: ALL, flags: OpenFlags.TRUNC });
  write(guest, fd, Buffer.from('secret'));
  guest.seek(fd, 0n, 0);
  t.same(guest.read(fd, 10), { errno: 0, content: '' }, 'nor is what is pending');
  t.equal(guest.filestat(fd).size, 0n);
  t.equal(guest.call('fd_allocate', fd, 0n, 10n), Errno.SPIPE);
  t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, 5), Errno.NOTSUP);
  const path = guest.text(AEAD.slice(1));
  t.equal(guest.call('path_unlink_file', 3, ...path), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...path, 3, ...guest.text('b')), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...guest.text('file'), 3, ...path), Errno.BUSY);
  t.equal(guest.call('path_link', 3, 0, ...path, 3, ...guest.text('b')), Errno.BUSY);
  t.equal(guest.content(AEAD), '');
});

t.test('a module does what the program might have done itself, and no more', async (t) => {
  const input = PATH_OPEN | FD_READ;
  const output = PATH_OPEN | FD_WRITE | PATH_CREATE_FILE;
  const answer = (rights: Record<string, number>, bytes = request(), module = COUNTER): Errno => {
    const guest = guestWith({
      rights: { '/services/': PREVIEW1_RIGHTS, ...rights },
      files: { '/in': 'text', '/old': 'old', '/secret/file': 'secret' },
      links: { '/link': 'secret/file' },
    });
    const errno = ask(guest, module, bytes);
    if (errno !== 0)
      t.equal(bytesOf(guest, '/out') ?? bytesOf(guest, '/secret/new'), undefined, 'nothing is made');
    t.equal(guest.content('/secret/file'), 'secret');
    return errno;
  };
  t.equal(answer({ '/in': input, '/out': output }), Errno.SUCCESS);
  for (const lacking of [PATH_OPEN, FD_READ])
    t.equal(answer({ '/in': input & ~lacking, '/out': output }), Errno.NOTCAPABLE);
  for (const lacking of [PATH_OPEN, FD_WRITE, PATH_CREATE_FILE])
    t.equal(answer({ '/in': input, '/out': output & ~lacking }), Errno.NOTCAPABLE);
  const old = request({ outputPath: '/old' });
  t.equal(answer({ '/in': input, '/old': output & ~PATH_CREATE_FILE }, old), Errno.SUCCESS, 'it is there');
  t.equal(answer({ '/in': input, '/old': input }, old), Errno.NOTCAPABLE);
  t.equal(answer({ '/in': input }), Errno.NOTCAPABLE, 'no rights at all');
  t.equal(answer({ '/in': input, '/out': output }, request({ inputPath: '/secret/file' })), Errno.NOTCAPABLE);
  t.equal(
    answer({ '/link': input, '/out': output }, request({ inputPath: '/link' })),
    Errno.NOTCAPABLE,
    'rights count where a link leads',
  );
  t.equal(answer({ '/in': input }, request({ outputPath: '/secret/new' })), Errno.NOTCAPABLE);
  const json = Uint8Array.of(0);
  t.equal(answer({ '/services/': PREVIEW1_RIGHTS }, Buffer.from(json), POSTCARD), Errno.SUCCESS);
  const result = '/services/postcard_result.dat';
  t.equal(answer({ [result]: output }, Buffer.from(json), POSTCARD), Errno.SUCCESS, 'a new one');
  t.equal(answer({ [result]: 0 }, Buffer.from(json), POSTCARD), Errno.NOTCAPABLE);
  // Who may not write the special file asks nothing.
  const guest = guestWith({ rights: { '/services/': PREVIEW1_RIGHTS & ~FD_WRITE } });
  t.equal(guest.tryOpen(AEAD.slice(1), { base: BigInt(FD_WRITE) }).errno, Errno.NOTCAPABLE);
});

t.test('files that are no plain files, and storage that is full, fail the write', async (t) => {
  const guest = guestWith({
    files: { '/in': 'text', '/dir/': '' },
    limits: { bytes: 1000, fileBytes: 1000 },
  });
  t.equal(ask(guest, COUNTER, request({ inputPath: '/dir' })), Errno.ISDIR);
  t.equal(ask(guest, COUNTER, request({ outputPath: '/dir' })), Errno.ISDIR);
  t.equal(ask(guest, COUNTER, request({ outputPath: '/missing/out' })), Errno.NOENT);
  t.equal(ask(guest, COUNTER, request({ outputPath: '/in/out' })), Errno.NOTDIR);
  t.equal(ask(guest, COUNTER, request({ inputPath: AEAD })), Errno.NOTSUP);
  t.equal(ask(guest, COUNTER, request({ outputPath: AEAD })), Errno.NOTSUP, 'no module asks another');
  const full = guestWith({ files: { '/in': 'x'.repeat(600), '/old': 'old' }, limits: { bytes: 1000 } });
  t.equal(ask(full, AEAD, seal({ outputPath: '/old' })), Errno.NOSPC);
  t.equal(full.content('/old'), 'old');
  t.equal(ask(full, AEAD, seal()), Errno.NOSPC);
  t.equal(full.exists('/out'), false);
});

t.test('the Postcard service replaces what it wrote before', async (t) => {
  const guest = guestWith();
  const result = '/services/postcard_result.dat';
  t.equal(ask(guest, POSTCARD, Uint8Array.of(1, 2, 5, 2, 6, 2, 7)), Errno.SUCCESS);
  t.equal(guest.content(result), '[{"e1":{"ENUM2_3":5},"e2":{"ENUM2_3":6},"e3":{"ENUM2_3":7}}]');
  t.equal(ask(guest, POSTCARD, Uint8Array.of(1, 3)), Errno.INVAL);
  t.equal(ask(guest, POSTCARD, Uint8Array.of(0)), Errno.SUCCESS);
  t.equal(guest.content(result), '[]');
  const rights = { '/services/': PREVIEW1_RIGHTS & ~PATH_FILESTAT_SET_SIZE };
  const lesser = new Guest({ modules: MODULES, rights, files: { [result]: 'old' } });
  const fd = lesser.open(POSTCARD.slice(1), { base: BigInt(FD_WRITE) });
  t.equal(write(lesser, fd, Uint8Array.of(0)), Errno.NOTCAPABLE, 'to replace is to cut');
  t.equal(lesser.content(result), 'old');
});

t.test('where a policy lists no module the path is as any other', async (t) => {
  const guest = new Guest({ files: { '/services/': '', '/in': 'text' } });
  const fd = guest.open(COUNTER.slice(1), { base: ALL, flags: OpenFlags.CREAT });
  t.equal(write(guest, fd, request()), Errno.SUCCESS);
  t.same(bytesOf(guest, COUNTER), request());
  t.equal(guest.exists('/out'), false);
});

t.test('nothing is left of a request that has been dealt with', async (t) => {
  const pending = new PendingRequest();
  t.ok(pending.add([KEY]));
  const small = pending.bytes;
  t.ok(pending.add([Buffer.alloc(1000, 7), KEY]));
  const large = pending.bytes;
  t.same(Buffer.from(large), Buffer.concat([KEY, Buffer.alloc(1000, 7), KEY]));
  t.ok(
    small.every((byte) => byte === 0),
    'where it outgrew its buffer',
  );
  t.notOk(pending.add([Buffer.alloc(1 << 20)]));
  pending.clear();
  t.ok(large.every((byte) => byte === 0));
  t.equal(pending.length, 0);
});

t.test(
  "a file of Veracruz's fd_create has no name, every right, and is gone when it is closed",
  async (t) => {
    const guest = new Guest({ rights: {}, openFiles: 6, limits: { bytes: 100, inodes: 2 } });
    const out = guest.room(4);
    const create = () => {
      const errno = guest.call('fd_create', out);
      return { errno, fd: guest.view.getUint32(out, true) };
    };
    t.equal(guest.call('fd_create', guest.memory.buffer.byteLength - 3), Errno.FAULT);
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 0 }, 'nothing is made for a bad pointer');
    const { errno, fd } = create();
    t.same([errno, fd], [0, 4]);
    t.match(guest.fdstat(fd), { type: FileType.regularFile, flags: 0, inheriting: 0 });
    t.same(guest.write(fd, 'temporary'), { errno: 0, count: 9 });
    t.equal(guest.seek(fd, 4n, 0), 4);
    t.same(guest.read(fd, 100), { errno: 0, content: 'orary' });
    t.match(guest.filestat(fd), { errno: 0, type: FileType.regularFile, size: 9n, links: 0n });
    t.equal(guest.call('fd_filestat_set_size', fd, 4n), Errno.SUCCESS);
    t.equal(guest.call('fd_allocate', fd, 0n, 20n), Errno.SUCCESS);
    t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, 5), Errno.SUCCESS);
    t.equal(guest.call('fd_sync', fd), Errno.SUCCESS);
    t.same(guest.fileSystem.usage(), { bytes: 20, inodes: 1 });
    t.equal(guest.write(fd, 'x'.repeat(101)).errno, Errno.NOSPC);
    const second = create();
    t.same(second, { errno: 0, fd: 5 });
    t.equal(create().errno, Errno.MFILE, 'descriptors count');
    guest.done('fd_close', second.fd);
    guest.fileSystem.createFile(guest.fileSystem.root, 'other');
    t.equal(create().errno, Errno.NOSPC, 'so do files');
    t.equal(guest.preview1.exhausted, 'inodes');
    guest.done('fd_close', fd);
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 1 });
    t.same(create(), { errno: 0, fd: 4 });
    guest.preview1.close();
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 1 }, 'what a program leaves open goes with it');
  },
);
