/**
 * Node's sockets around descriptors that it did not open. libuv's stream functions look at no address family, so its TCP
 * handle drives any stream socket; `new net.Socket({ fd })` would refuse one that is neither TCP nor Unix.
 */
import { type Server, Socket, type SocketConstructorOpts } from 'node:net';
import { SystemError } from './errno.ts';
import { closeDescriptor } from './unix-sockets.ts';

/** Node's TCPWrap, as far as it is used here. Source: Node.js, src/tcp_wrap.cc. */
interface StreamHandle {
  readonly fd: number;
  open(descriptor: number): number;
  close(): void;
}

interface StreamBinding {
  readonly TCP: new (type: number) => StreamHandle;
  readonly constants: { readonly SOCKET: number; readonly SERVER: number };
}

const { TCP, constants } = (process as unknown as { binding(name: 'tcp_wrap'): StreamBinding }).binding(
  'tcp_wrap',
);

/**
 * A socket of Node's over a connected stream socket, which is its own from now on: closed here where that fails.
 * @throws SystemError
 */
export function adoptConnection(descriptor: number, options: { readonly allowHalfOpen?: boolean }): Socket {
  const handle = adopt(descriptor, constants.SOCKET);
  return new Socket({ ...options, handle } as SocketConstructorOpts);
}

/**
 * Lets a server listen on a bound stream socket, which is the server's from now on: closed here where that fails. Its
 * 'listening' and 'error' events come as ever.
 * @throws SystemError
 */
export function listenOn(server: Server, descriptor: number, backlog: number): void {
  server.listen(adopt(descriptor, constants.SERVER), backlog);
}

/** Node names the descriptor of a socket nowhere else; undefined for one that is closed. */
export function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as { _handle?: { readonly fd?: number } | null };
  const descriptor = handle?.fd;
  return descriptor !== undefined && descriptor >= 0 ? descriptor : undefined;
}

function adopt(descriptor: number, kind: number): StreamHandle {
  const handle = new TCP(kind);
  // libuv answers with a negative errno.
  const failure = handle.open(descriptor);
  if (failure === 0) return handle;
  handle.close();
  closeDescriptor(descriptor);
  throw new SystemError('uv_tcp_open', -failure);
}
