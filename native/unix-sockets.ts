/** Unix domain sockets that carry descriptors, which Node's own sockets cannot. */
import { checked, SystemError, uninterrupted } from './errno.ts';
import { kernelBuffer, lastErrno, libc, withAddresses } from './libc.ts';

// Linux include/linux/socket.h and include/linux/net.h.
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 0x8;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const EINTR = 4;
const EAGAIN = 11;

/** What one message can carry. Source: Linux include/net/scm.h, SCM_MAX_FD. */
export const MAX_DESCRIPTORS = 253;

// struct msghdr, iovec and cmsghdr of the 64-bit ABIs (both little endian). Source: Linux include/linux/socket.h.
const MESSAGE_BYTES = 56;
const IOVEC_BYTES = 16;
const CONTROL_HEADER_BYTES = 16;
const DESCRIPTOR_BYTES = 4;
const EIGHT = 8;

/** Two connected sockets, both blocking and closed on exec. 'seqpacket' keeps the bounds of messages. */
export function socketPair(type: 'stream' | 'seqpacket' = 'stream'): [number, number] {
  const pair = kernelBuffer(2 * DESCRIPTOR_BYTES);
  const kind = type === 'stream' ? SOCK_STREAM : SOCK_SEQPACKET;
  checked('socketpair', libc.socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, pair));
  const view = new DataView(pair.buffer);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

/**
 * Sends bytes and, with their first one, descriptors; waits while the peer's buffer is full unless the socket is set
 * not to block.
 * @param bytes at least one: descriptors cannot travel alone
 * @param descriptors at most MAX_DESCRIPTORS; they stay open here
 * @returns the number of bytes sent, which may be less than all; the descriptors have gone with them
 * @throws SystemError (EPIPE where the peer is gone; never SIGPIPE)
 */
export function sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): number {
  if (bytes.length === 0) throw new RangeError('a message has at least one byte');
  if (descriptors.length > MAX_DESCRIPTORS)
    throw new RangeError(`at most ${MAX_DESCRIPTORS} descriptors a message`);
  const control = controlBuffer(descriptors.length);
  if (descriptors.length > 0) {
    const view = new DataView(control.buffer);
    view.setBigUint64(0, BigInt(CONTROL_HEADER_BYTES + descriptors.length * DESCRIPTOR_BYTES), true);
    view.setInt32(8, SOL_SOCKET, true);
    view.setInt32(12, SCM_RIGHTS, true);
    for (const [index, descriptor] of descriptors.entries())
      view.setInt32(CONTROL_HEADER_BYTES + index * DESCRIPTOR_BYTES, descriptor, true);
  }
  return withMessage(bytes, control, (message) =>
    uninterrupted('sendmsg', () => libc.sendmsg(socket, message, MSG_NOSIGNAL)),
  );
}

export interface Received {
  /** Bytes put into the buffer; 0 at the end of the stream. */
  readonly length: number;
  /** Open here from now on, closed on exec. */
  readonly descriptors: readonly number[];
}

/**
 * Receives what is there, waiting for the first byte.
 * @param maximum how many descriptors are expected at most; more is an error, and all of them are closed again
 * @throws SystemError; EMSGSIZE where a message or its descriptors did not fit
 */
export function receiveDescriptors(socket: number, buffer: Uint8Array, maximum: number): Received {
  for (;;) {
    const received = receive(socket, buffer, maximum, 0);
    if (received !== undefined) return received;
  }
}

/** The same without waiting: undefined where nothing is there yet. */
export function pollDescriptors(socket: number, buffer: Uint8Array, maximum: number): Received | undefined {
  return receive(socket, buffer, maximum, MSG_DONTWAIT);
}

/** @throws SystemError EBADF */
export function closeDescriptor(descriptor: number): void {
  // Linux frees the descriptor even where close answers EINTR: repeating could close somebody else's.
  if (libc.close(descriptor) === -1 && lastErrno() !== EINTR) throw new SystemError('close', lastErrno());
}

function receive(socket: number, buffer: Uint8Array, maximum: number, flags: number): Received | undefined {
  if (buffer.length === 0) throw new RangeError('a message has at least one byte');
  if (maximum < 0 || maximum > MAX_DESCRIPTORS)
    throw new RangeError(`at most ${MAX_DESCRIPTORS} descriptors`);
  const control = controlBuffer(maximum);
  return withMessage(buffer, control, (message) => {
    const length = libc.recvmsg(socket, message, flags | MSG_CMSG_CLOEXEC);
    if (length === -1) {
      const errno = lastErrno();
      if (errno === EINTR || (errno === EAGAIN && flags === MSG_DONTWAIT)) return undefined;
      throw new SystemError('recvmsg', errno);
    }
    const header = new DataView(message.buffer);
    const controlLength = Math.min(Number(header.getBigUint64(40, true)), control.length);
    const descriptors = readRights(control, controlLength);
    if ((header.getInt32(48, true) & (MSG_CTRUNC | MSG_TRUNC)) !== 0) {
      for (const descriptor of descriptors) closeDescriptor(descriptor);
      throw new SystemError('recvmsg', 90 /* EMSGSIZE */);
    }
    return { length, descriptors };
  });
}

/** Room for one SCM_RIGHTS message: CMSG_LEN, not CMSG_SPACE, whose padding would let one descriptor too many in. */
function controlBuffer(descriptors: number): Uint8Array {
  return kernelBuffer(descriptors === 0 ? 0 : CONTROL_HEADER_BYTES + descriptors * DESCRIPTOR_BYTES);
}

/** The descriptors among the control messages the kernel wrote; its lengths are checked all the same. */
function readRights(control: Uint8Array, length: number): number[] {
  const view = new DataView(control.buffer, 0, length);
  const descriptors: number[] = [];
  for (let offset = 0; offset + CONTROL_HEADER_BYTES <= length; ) {
    const size = Number(view.getBigUint64(offset, true));
    if (size < CONTROL_HEADER_BYTES || offset + size > length) break;
    if (view.getInt32(offset + 8, true) === SOL_SOCKET && view.getInt32(offset + 12, true) === SCM_RIGHTS) {
      for (
        let at = offset + CONTROL_HEADER_BYTES;
        at + DESCRIPTOR_BYTES <= offset + size;
        at += DESCRIPTOR_BYTES
      )
        descriptors.push(view.getInt32(at, true));
    }
    offset += Math.ceil(size / EIGHT) * EIGHT;
  }
  return descriptors;
}

/** Builds a struct msghdr over one buffer and lends it to a call. */
function withMessage<T>(bytes: Uint8Array, control: Uint8Array, call: (message: Uint8Array) => T): T {
  const vector = kernelBuffer(IOVEC_BYTES);
  const message = kernelBuffer(MESSAGE_BYTES);
  return withAddresses([bytes, vector, control], (bytesAt, vectorAt, controlAt) => {
    const iovec = new DataView(vector.buffer);
    iovec.setBigUint64(0, bytesAt!, true);
    iovec.setBigUint64(8, BigInt(bytes.length), true);
    const header = new DataView(message.buffer);
    header.setBigUint64(16, vectorAt!, true);
    header.setBigUint64(24, 1n, true);
    header.setBigUint64(32, control.length === 0 ? 0n : controlAt!, true);
    header.setBigUint64(40, BigInt(control.length), true);
    return call(message);
  });
}
