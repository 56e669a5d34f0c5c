import t from 'tap';
import { PendingRequest } from '../../../runtime/native-modules/pending-request.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { ALL } from '../wasi/guest.ts';
import { bytesOf, COUNTER, guestWith, KEY, request, special, write } from './module-guest.ts';

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
