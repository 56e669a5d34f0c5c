import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { AEAD, ask, bytesOf, COUNTER, guestWith, POSTCARD, request, seal } from './module-guest.ts';

const { PATH_OPEN, FD_READ, FD_WRITE, PATH_CREATE_FILE } = Rights;

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
