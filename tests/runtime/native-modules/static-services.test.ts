import { createCipheriv, createDecipheriv } from 'node:crypto';
import t from 'tap';
import type { CipherRequest } from '../../../proto/native-modules/requests.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import {
  AAD,
  AEAD,
  ask,
  bytesOf,
  COUNTER,
  guestWith,
  IV,
  KEY,
  open,
  POSTCARD,
  request,
  seal,
  write,
} from './module-guest.ts';

const { FD_WRITE, PATH_FILESTAT_SET_SIZE } = Rights;

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

t.test('the Postcard service replaces what it wrote before', async (t) => {
  const guest = guestWith();
  const result = '/services/postcard_result.dat';
  t.equal(ask(guest, POSTCARD, Uint8Array.of(1, 2, 5, 2, 6, 2, 7)), Errno.SUCCESS);
  t.equal(guest.content(result), '[{"e1":{"ENUM2_3":5},"e2":{"ENUM2_3":6},"e3":{"ENUM2_3":7}}]');
  t.equal(ask(guest, POSTCARD, Uint8Array.of(1, 3)), Errno.INVAL);
  t.equal(ask(guest, POSTCARD, Uint8Array.of(0)), Errno.SUCCESS);
  t.equal(guest.content(result), '[]');
  const rights = { '/services/': PREVIEW1_RIGHTS & ~PATH_FILESTAT_SET_SIZE };
  const lesser = guestWith({ rights, files: { [result]: 'old' } });
  const fd = lesser.open(POSTCARD.slice(1), { base: BigInt(FD_WRITE) });
  t.equal(write(lesser, fd, Uint8Array.of(0)), Errno.NOTCAPABLE, 'to replace is to cut');
  t.equal(lesser.content(result), 'old');
});
