/**
 * AF_VSOCK streams, between an enclave and its parent, as Node's own sockets and servers: libuv accepts, reads and writes,
 * so backpressure, half-close and errors are what they are on any other socket.
 * Sources: vsock(7); Linux include/uapi/linux/vm_sockets.h.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { constants } from 'node:os';
import { checked, SystemError } from './errno.ts';
import { kernelBuffer, lastErrno, libc } from './libc.ts';
import { watchWritable } from './readiness.ts';
import { adoptConnection, descriptorOf, listenOn } from './socket-handles.ts';
import { closeDescriptor } from './unix-sockets.ts';

const AF_VSOCK = 40;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_VM_SOCKETS_BUFFER_SIZE = 0;
const SO_VM_SOCKETS_BUFFER_MAX_SIZE = 2;
const SO_VM_SOCKETS_CONNECT_TIMEOUT = 6;
const VMADDR_FLAG_TO_HOST = 1;

/** The machine itself. */
export const VMADDR_CID_LOCAL = 1;
/** Any of ours, to listen on. */
export const VMADDR_CID_ANY = 0xffffffff;

/** struct sockaddr_vm: u16 family, u16 zero, u32 port, u32 CID, u8 flags, three zero bytes. */
const ADDRESS_BYTES = 16;
const LARGEST_NUMBER = 0xffffffff;
const CONNECT_MILLISECONDS = 10_000;
const BACKLOG = 128;

export interface VsockAddress {
  readonly cid: number;
  readonly port: number;
}

export interface VsockTarget extends VsockAddress {
  /** Always to the host's side, though this machine runs machines of its own under such CIDs. */
  readonly toHost?: boolean;
  /** Gives up; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** How long the other side may take to answer, 10 s unless told; then ETIMEDOUT. */
  readonly timeoutMilliseconds?: number;
}

export interface VsockSocketOptions {
  /** As of net.Socket: what the peer has ended can still be written to. */
  readonly allowHalfOpen?: boolean;
  /** Room for bytes that have come and are not read yet, 256 KiB unless told: the peer sends no more than fit. */
  readonly bufferBytes?: number;
}

export interface VsockListenOptions extends VsockSocketOptions {
  /** Connections at once; further ones are closed as they come. */
  readonly connections?: number;
  /** Connections that may wait to be accepted; 128 unless told. */
  readonly backlog?: number;
  /** The only CID that is served; connections from others are closed as they come. */
  readonly from?: number;
}

/**
 * Connects without holding up the event loop.
 * @throws SystemError by errno: ECONNRESET where nobody listens, ETIMEDOUT, ENODEV where no such CID can be, EACCES;
 *   RangeError for numbers that are none; the signal's reason
 */
export async function connectVsock(target: VsockTarget, options: VsockSocketOptions = {}): Promise<Socket> {
  target.signal?.throwIfAborted();
  const address = encodeVsockAddress(target, target.toHost === true ? VMADDR_FLAG_TO_HOST : 0);
  const descriptor = openSocket();
  try {
    setBufferSize(descriptor, options.bufferBytes);
    setConnectTimeout(descriptor, target.timeoutMilliseconds ?? CONNECT_MILLISECONDS);
    if (libc.connect(descriptor, address, address.length) === -1) {
      const errno = lastErrno();
      if (errno !== constants.errno.EINPROGRESS) throw new SystemError('connect', errno);
      await writable(descriptor, target.signal);
      const failure = pendingError(descriptor);
      if (failure !== 0) throw new SystemError('connect', failure);
    }
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
  return adoptConnection(descriptor, options);
}

/**
 * Serves a port; resolves when it listens. `accept` gets each connection.
 * @param address `cid` is any of ours unless told
 * @throws SystemError EADDRINUSE, EADDRNOTAVAIL, EACCES (ports below 1024 without CAP_NET_BIND_SERVICE); RangeError
 */
export async function listenVsock(
  address: { readonly port: number; readonly cid?: number },
  accept: (socket: Socket) => void,
  options: VsockListenOptions = {},
): Promise<Server> {
  const { allowHalfOpen = false, connections, from } = options;
  const local = encodeVsockAddress({ cid: VMADDR_CID_ANY, ...address });
  const descriptor = openSocket();
  try {
    // Those accepted take it over.
    setBufferSize(descriptor, options.bufferBytes);
    checked('bind', libc.bind(descriptor, local, local.length));
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
  const server = createServer({ allowHalfOpen }, (socket) => {
    if (from === undefined || vsockPeer(socket)?.cid === from) accept(socket);
    else socket.destroy();
  });
  if (connections !== undefined) server.maxConnections = connections;
  listenOn(server, descriptor, options.backlog ?? BACKLOG);
  await once(server, 'listening');
  return server;
}

/** Who is at the other end; undefined for a socket that is closed, or no longer connected. */
export function vsockPeer(socket: Socket): VsockAddress | undefined {
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) return undefined;
  const [address, length] = [kernelBuffer(ADDRESS_BYTES), kernelBuffer(4)];
  new DataView(length.buffer).setUint32(0, ADDRESS_BYTES, true);
  if (libc.getpeername(descriptor, address, length) === -1) return undefined;
  const view = new DataView(address.buffer);
  if (view.getUint16(0, true) !== AF_VSOCK) return undefined;
  return { port: view.getUint32(4, true), cid: view.getUint32(8, true) };
}

function openSocket(): number {
  return checked('socket', libc.socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/** Resolves when the kernel has an answer, whichever it is. The descriptor stays the caller's. */
function writable(descriptor: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      watch.close();
      signal?.removeEventListener('abort', abandon);
      end();
    };
    const abandon = () => settle(() => reject(signal?.reason));
    const watch = watchWritable(descriptor, () => settle(resolve));
    signal?.addEventListener('abort', abandon, { once: true });
  });
}

function pendingError(descriptor: number): number {
  const [value, length] = [kernelBuffer(4), kernelBuffer(4)];
  new DataView(length.buffer).setUint32(0, 4, true);
  checked('getsockopt', libc.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, value, length));
  return new DataView(value.buffer).getInt32(0, true);
}

function setBufferSize(descriptor: number, bytes: number | undefined): void {
  if (bytes === undefined) return;
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw new RangeError('a buffer has a whole number of bytes');
  const value = kernelBuffer(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(bytes), true);
  // The largest size is a property of the socket too, and 256 KiB at first.
  for (const option of [SO_VM_SOCKETS_BUFFER_MAX_SIZE, SO_VM_SOCKETS_BUFFER_SIZE])
    checked('setsockopt', libc.setsockopt(descriptor, AF_VSOCK, option, value, value.length));
}

/** The kernel's own limit, 2 s at first, is replaced by ours: struct timeval of the 64-bit ABIs. */
function setConnectTimeout(descriptor: number, milliseconds: number): void {
  if (!Number.isSafeInteger(milliseconds) || milliseconds <= 0) throw new RangeError('milliseconds');
  const value = kernelBuffer(16);
  const view = new DataView(value.buffer);
  view.setBigInt64(0, BigInt(Math.floor(milliseconds / 1000)), true);
  view.setBigInt64(8, BigInt(milliseconds % 1000) * 1000n, true);
  checked(
    'setsockopt',
    libc.setsockopt(descriptor, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, value, value.length),
  );
}

/** The structure that the kernel takes. @throws RangeError for numbers that are none */
export function encodeVsockAddress({ cid, port }: VsockAddress, flags = 0): Uint8Array {
  // The largest port is the kernel's wildcard.
  if (!isNumber(port) || port === LARGEST_NUMBER) throw new RangeError('a vsock port is 0 to 2^32-2');
  if (!isNumber(cid)) throw new RangeError('a CID is 0 to 2^32-1');
  const address = kernelBuffer(ADDRESS_BYTES);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_VSOCK, true);
  view.setUint32(4, port, true);
  view.setUint32(8, cid, true);
  view.setUint8(12, flags);
  return address;
}

function isNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LARGEST_NUMBER;
}
