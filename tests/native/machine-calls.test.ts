/** What needs a machine of its own to succeed, and none to fail as it should: vsock, the secure module, mounts, modules. */
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { SystemError } from '../../native/errno.ts';
import { callAside, kernelBuffer, libc } from '../../native/libc.ts';
import { mountFileSystem, remountFileSystem } from '../../native/mount.ts';
import { NsmDevice } from '../../native/nsm-device.ts';
import { loadKernelModule, randomIsSeeded, reapEndedChild } from '../../native/system-control.ts';
import { connectVsock, listenVsock, vsockPeer } from '../../native/vsock.ts';
import { openNsmDevice } from '../../runtime/boot/nsm-device.ts';
import { unixTransport } from '../../runtime/boot/transport.ts';

const directory = mkdtempSync(join(tmpdir(), 'truce-machine-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Whether this machine knows AF_VSOCK at all. */
function hasVsock(): boolean {
  const descriptor = libc.socket(40, 1, 0);
  if (descriptor !== -1) closeSync(descriptor);
  return descriptor !== -1;
}

t.test('calls on other threads each have their own errno', async (t) => {
  const expected = { ioctl: 25, close: 9 };
  const file = openSync('/dev/null', 'r');
  const calls = Array.from({ length: 64 }, async (_, index) => {
    if (index % 2 === 0) return { name: 'close' as const, ...(await callAside(libc.close, [-1], [])) };
    const argument = kernelBuffer(32);
    return {
      name: 'ioctl' as const,
      ...(await callAside(libc.ioctl, [file, 0xc0200a00, argument], [argument])),
    };
  });
  for (const { name, result, errno } of await Promise.all(calls)) {
    if (result !== -1 || errno !== expected[name]) t.fail(`${name}: ${result}, ${errno}`);
  }
  closeSync(file);
});

t.test('a secure module that is none fails by name, and takes requests in their bounds alone', async (t) => {
  t.throws(() => new NsmDevice(join(directory, 'nothing')), { code: 'ENOENT' });
  const device = new NsmDevice('/dev/null');
  const before = openDescriptors();
  await t.rejects(device.exchange(new Uint8Array(1)), { code: 'ENOTTY', syscall: 'ioctl' });
  await t.rejects(device.exchange(new Uint8Array(4097)), RangeError);
  const first = device.exchange(new Uint8Array(4096));
  await t.rejects(device.exchange(new Uint8Array(1)), /one request at a time/);
  device.close();
  await t.rejects(first, { code: 'ENOTTY' });
  await t.rejects(device.exchange(new Uint8Array(1)), /closed/);
  device.close();
  t.equal(openDescriptors(), before - 1, 'its descriptor is closed, once');
});

t.test('a machine without a secure module says so in a typed error', async (t) => {
  if (readdirSync('/dev').includes('nsm')) return;
  t.throws(() => openNsmDevice(), { code: 'NSM_DEVICE', details: { reason: 'ENOENT' } });
});

t.test('vsock: numbers that are none are refused before the kernel sees them', async (t) => {
  for (const port of [-1, 0.5, 2 ** 32 - 1, 2 ** 32, Number.NaN]) {
    await t.rejects(connectVsock({ cid: 2, port }), RangeError);
    await t.rejects(
      listenVsock({ port }, () => undefined),
      RangeError,
    );
  }
  for (const cid of [-1, 0.5, 2 ** 32]) await t.rejects(connectVsock({ cid, port: 1 }), RangeError);
  await t.rejects(
    connectVsock({ cid: 2, port: 1, signal: AbortSignal.abort(new Error('enough')) }),
    /enough/,
  );
});

t.test('vsock: what fails says its errno and leaves no descriptor', { skip: !hasVsock() }, async (t) => {
  const before = openDescriptors();
  // Some machines have a host that refuses, some have none: it is an errno by name in any case.
  await t.rejects(connectVsock({ cid: 2, port: 0xfffff, timeoutMilliseconds: 500 }), SystemError);
  await t.rejects(connectVsock({ cid: 2, port: 1, timeoutMilliseconds: 0 }), RangeError);
  await t.rejects(connectVsock({ cid: 2, port: 1 }, { bufferBytes: 0 }), RangeError);
  await t.rejects(
    listenVsock({ port: 1, cid: 0xfffffff0 }, () => undefined),
    SystemError,
  );
  const server = await listenVsock({ port: 0xfffff }, () => undefined, { connections: 1, backlog: 1 });
  await t.rejects(
    listenVsock({ port: 0xfffff }, () => undefined),
    { code: 'EADDRINUSE', syscall: 'bind' },
  );
  await new Promise((resolve) => server.close(resolve));
  const again = await listenVsock({ port: 0xfffff }, () => undefined, { bufferBytes: 1 << 20 });
  await new Promise((resolve) => again.close(resolve));
  t.equal(openDescriptors(), before);
});

t.test('another kind of socket has no vsock peer', async (t) => {
  const doors = unixTransport(directory);
  const server = await doors.listen(1, (socket) => {
    t.equal(vsockPeer(socket), undefined);
    socket.destroy();
  });
  const socket = connect(join(directory, '1'));
  await new Promise((resolve) => socket.once('close', resolve).resume());
  server.close();
});

t.test('what cannot be mounted or loaded fails by errno', async (t) => {
  t.throws(() => mountFileSystem('no-such-type', directory, ['noSuid', 'readOnly']), SystemError);
  t.throws(() => remountFileSystem(join(directory, 'nothing'), ['readOnly']), SystemError);
  const file = join(directory, 'module.ko');
  writeFileSync(file, 'no module');
  const descriptor = openSync(file, 'r');
  t.throws(() => loadKernelModule(descriptor), SystemError);
  closeSync(descriptor);
});

t.test('random numbers are there, and only a process can be reaped', async (t) => {
  t.equal(randomIsSeeded(), true);
  for (const pid of [0, -1, 0.5]) t.throws(() => reapEndedChild(pid), RangeError);
  t.doesNotThrow(() => reapEndedChild(process.pid), 'no child of ours');
});
