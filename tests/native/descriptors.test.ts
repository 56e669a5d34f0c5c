import { closeSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import t from 'tap';
import { SystemError } from '../../native/errno.ts';
import { createMemfd, isSealed, sealMemfd } from '../../native/memfd.ts';
import { mapPopulated, mapReadOnly } from '../../native/memory-map.ts';
import { watchReadable } from '../../native/readiness.ts';
import {
  closeDescriptor,
  MAX_DESCRIPTORS,
  pollDescriptors,
  receiveDescriptors,
  sendDescriptors,
  socketPair,
} from '../../native/unix-sockets.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

t.test('descriptors arrive with their bytes, open and naming the same file', (t) => {
  const [left, right] = socketPair();
  const file = createMemfd('sent');
  writeSync(file, bytes('content'));
  t.equal(sendDescriptors(left, bytes('abc'), [file, file]), 3);
  const buffer = new Uint8Array(16);
  const { length, descriptors } = receiveDescriptors(right, buffer, 2);
  t.equal(length, 3);
  t.same(buffer.subarray(0, 3), bytes('abc'));
  t.equal(descriptors.length, 2);
  t.equal(fstatSync(descriptors[0]!).ino, fstatSync(file).ino);
  t.equal(readSync(descriptors[1]!, buffer, 0, 16, 0), 7);
  for (const descriptor of [left, right, file, ...descriptors]) closeDescriptor(descriptor);
  t.end();
});

t.test('a message carries 253 descriptors, and no more', (t) => {
  const [left, right] = socketPair();
  sendDescriptors(left, bytes('x'), new Array(MAX_DESCRIPTORS).fill(left));
  const { descriptors } = receiveDescriptors(right, new Uint8Array(1), MAX_DESCRIPTORS);
  t.equal(descriptors.length, MAX_DESCRIPTORS);
  t.throws(() => sendDescriptors(left, bytes('x'), new Array(MAX_DESCRIPTORS + 1).fill(left)), RangeError);
  t.throws(() => receiveDescriptors(right, new Uint8Array(1), MAX_DESCRIPTORS + 1), RangeError);
  for (const descriptor of [left, right, ...descriptors]) closeDescriptor(descriptor);
  t.end();
});

t.test('descriptors beyond those expected are an error, and none stays open', (t) => {
  const [left, right] = socketPair();
  const [probe, other] = socketPair();
  sendDescriptors(left, bytes('x'), [probe, probe]);
  t.throws(() => receiveDescriptors(right, new Uint8Array(1), 1), { code: 'EMSGSIZE' });
  closeDescriptor(probe);
  // Its only end is closed if, and only if, none of the received ones lives.
  t.equal(receiveDescriptors(other, new Uint8Array(1), 0).length, 0);
  for (const descriptor of [left, right, other]) closeDescriptor(descriptor);
  t.end();
});

t.test('packets keep their bounds; one too long is an error', (t) => {
  const [left, right] = socketPair('seqpacket');
  sendDescriptors(left, bytes('one'), []);
  sendDescriptors(left, bytes('two!'), []);
  sendDescriptors(left, bytes('too long'), []);
  const buffer = new Uint8Array(4);
  t.equal(receiveDescriptors(right, buffer, 0).length, 3);
  t.equal(receiveDescriptors(right, buffer, 0).length, 4);
  t.throws(() => receiveDescriptors(right, buffer, 0), { code: 'EMSGSIZE' });
  t.equal(pollDescriptors(right, buffer, 0), undefined, 'nothing there');
  closeDescriptor(left);
  t.equal(pollDescriptors(right, buffer, 0)?.length, 0, 'the end');
  t.throws(() => sendDescriptors(right, buffer, []), { code: 'EPIPE', syscall: 'sendmsg' });
  closeDescriptor(right);
  t.end();
});

t.test('what cannot be sent or received is refused before the kernel sees it', (t) => {
  const [left, right] = socketPair();
  t.throws(() => sendDescriptors(left, new Uint8Array(0), []), RangeError);
  t.throws(() => receiveDescriptors(right, new Uint8Array(0), 0), RangeError);
  t.throws(() => receiveDescriptors(right, new Uint8Array(1), -1), RangeError);
  for (const descriptor of [left, right]) closeDescriptor(descriptor);
  t.throws(() => closeDescriptor(-1), SystemError);
  t.end();
});

t.test('a sealed memory file changes for nobody', (t) => {
  const file = createMemfd('sealed');
  writeSync(file, bytes('final'));
  t.notOk(isSealed(file));
  sealMemfd(file);
  t.ok(isSealed(file));
  t.throws(() => writeSync(file, bytes('x'), 0), { code: 'EPERM' });
  t.throws(() => ftruncateSync(file, 1), { code: 'EPERM' });
  t.throws(() => ftruncateSync(file, 100), { code: 'EPERM' });
  t.throws(() => sealMemfd(file), { code: 'EPERM' }, 'seals are final too');
  closeSync(file);
  const [socket, other] = socketPair();
  t.notOk(isSealed(socket), 'no memory file at all');
  for (const descriptor of [socket, other]) closeDescriptor(descriptor);
  t.throws(() => createMemfd('x'.repeat(250)), RangeError);
  t.throws(() => createMemfd('a\0b'), RangeError);
  t.end();
});

t.test('new memory is zeros that can be written, and asking for too much is an error', (t) => {
  const bytes = mapPopulated(256 << 10);
  t.equal(bytes.length, 256 << 10);
  t.ok(bytes.every((byte) => byte === 0));
  bytes.fill(7);
  t.equal(bytes.at(-1), 7);
  const others = [1, 4096, 100_000].map((length) => mapPopulated(length));
  const large = mapPopulated(40 << 20);
  for (const other of [...others, large]) {
    t.ok(Buffer.alloc(other.length).equals(other));
    other.fill(8);
  }
  t.ok(
    bytes.every((byte) => byte === 7),
    'each has bytes of its own',
  );
  t.same(
    others.map(({ length }) => length),
    [1, 4096, 100_000],
  );
  t.throws(() => mapPopulated(0), RangeError);
  t.throws(() => mapPopulated(1.5), RangeError);
  t.throws(() => mapPopulated(2 ** 50), { code: 'ENOMEM' });
  t.end();
});

t.test('a mapped file reads as its bytes, after its descriptor is closed', (t) => {
  const file = createMemfd('mapped');
  writeSync(file, bytes('hello, world'));
  sealMemfd(file);
  const mapped = mapReadOnly(file, 5);
  t.throws(() => mapReadOnly(file, 13), RangeError, 'past the end');
  t.throws(() => mapReadOnly(file, -1), RangeError);
  t.throws(() => mapReadOnly(file, 1.5), RangeError);
  t.equal(mapReadOnly(file, 0).length, 0);
  closeSync(file);
  t.same(mapped, bytes('hello'));
  t.end();
});

t.test('the event loop tells when a descriptor can be read, and when its peer is gone', async (t) => {
  const [left, right] = socketPair('seqpacket');
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const watch = watchReadable(right, () => {
      const received = pollDescriptors(right, new Uint8Array(8), 0);
      if (received === undefined) return;
      seen.push(received.length);
      if (received.length === 5) closeDescriptor(left);
      if (received.length === 0) {
        watch.close();
        resolve();
      }
    });
    sendDescriptors(left, bytes('12345'), []);
  });
  t.same(seen, [5, 0]);
  closeDescriptor(right);
});
