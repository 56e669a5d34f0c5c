/** Connections from the host into an enclave. */
import { connect, type OnReadOpts, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { enlargeSendBuffer } from '../../native/socket-buffers.ts';
import { connectVsock } from '../../native/vsock.ts';
import type { DialTarget, VsockTarget } from './dial-target.ts';
import { connectVhostUser } from './vhost-user.ts';

export interface DialOptions {
  /** As of net.Socket; true unless told. */
  readonly allowHalfOpen?: boolean;
  /** How the socket is to read; as any other socket unless told. */
  readonly onread?: OnReadOpts;
  /** Bytes written that may wait. */
  readonly writableHighWaterMark?: number;
  /** Of a Unix socket's room in the kernel; the system's default unless told. */
  readonly sendBufferBytes?: number;
}

/** While a listener's queue is full Linux answers EAGAIN at once instead of letting a Unix socket wait (connect(2)). */
const RETRY_MILLISECONDS = 20;

/**
 * A connected socket. Rejects with the system's error, with TruceError ENCLAVE_UNREACHABLE {port, reason}
 * where the back end turns it away, or with the signal's reason.
 */
export async function dial(target: DialTarget, options: DialOptions, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  switch (target.kind) {
    case 'unix':
      return connectUnix(target.path, options, signal);
    case 'vhost-user':
      return connectVhostUser(target, options, signal, connectUnix);
    case 'vsock':
      return connectEnclave(target, options, signal);
  }
}

async function connectUnix(path: string, options: DialOptions, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt(path, options, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await delay(RETRY_MILLISECONDS, undefined, { signal });
    }
  }
}

/**
 * Where the kernel runs machines of its own (vhost_vsock), it looks for every CID among those first, and an enclave's is
 * not there; the second attempt says that the Nitro hypervisor is meant.
 */
async function connectEnclave(
  { cid, port }: VsockTarget,
  options: DialOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const socketOptions = { allowHalfOpen: true, ...options };
  try {
    return await connectVsock({ cid, port, signal }, socketOptions);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENODEV') throw error;
    return connectVsock({ cid, port, signal, toHost: true }, socketOptions);
  }
}

function attempt(
  path: string,
  { sendBufferBytes, ...options }: DialOptions,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true, ...options });
    const settle = () => {
      signal.removeEventListener('abort', abort);
      socket.off('connect', connected);
      socket.off('error', failed);
    };
    const connected = () => {
      settle();
      if (sendBufferBytes !== undefined) enlargeSendBuffer(socket, sendBufferBytes);
      resolve(socket);
    };
    const failed = (error: Error) => {
      settle();
      reject(error);
    };
    const abort = () => {
      settle();
      socket.destroy();
      reject(signal.reason);
    };
    socket.once('connect', connected);
    socket.once('error', failed);
    signal.addEventListener('abort', abort, { once: true });
  });
}
