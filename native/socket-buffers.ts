/** The kernel's buffers of sockets that Node has opened: room in them lets both ends work at the same time. */
import type { Socket } from 'node:net';
import { libc } from './libc.ts';
import { descriptorOf } from './socket-handles.ts';

// Linux include/uapi/asm-generic/socket.h.
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_SNDBUFFORCE = 32;

/**
 * Asks for a send buffer of `bytes`: a wish, which the kernel cuts to net.core.wmem_max unless we may force it. It is
 * the sender's buffer that counts on a Unix socket. Whether the wish was heard: false for a
 * socket that is closed; the default then does, only slower.
 */
export function enlargeSendBuffer(socket: Socket, bytes: number): boolean {
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) return false;
  const value = new Uint8Array(4);
  new DataView(value.buffer).setInt32(0, bytes, true);
  for (const option of [SO_SNDBUFFORCE, SO_SNDBUF])
    if (libc.setsockopt(descriptor, SOL_SOCKET, option, value, value.length) === 0) return true;
  return false;
}
