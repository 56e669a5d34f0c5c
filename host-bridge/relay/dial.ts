/** Connections from the host into an enclave. */
import { connect, type OnReadOpts, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { enlargeSendBuffer } from '../../native/socket-buffers.ts';

/** The process launcher's socket of a port. */
export interface DialTarget {
  readonly kind: 'unix';
  readonly path: string;
}

export interface DialOptions {
  readonly onread: OnReadOpts;
  /** Bytes written that may wait. */
  readonly writableHighWaterMark: number;
}

/** The enclave decrypts one part while the next one comes. */
const SEND_BUFFER_BYTES = 2 << 20;
/** While a listener's queue is full Linux answers EAGAIN at once instead of letting a Unix socket wait (connect(2)). */
const RETRY_MILLISECONDS = 20;

/** A connected socket, half-open allowed. Rejects with the system's error, or with the signal's reason. */
export async function dial(target: DialTarget, options: DialOptions, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt(target, options, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await delay(RETRY_MILLISECONDS, undefined, { signal });
    }
  }
}

function attempt(target: DialTarget, options: DialOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: target.path, allowHalfOpen: true, ...options });
    const settle = () => {
      signal.removeEventListener('abort', abort);
      socket.off('connect', connected);
      socket.off('error', failed);
    };
    const connected = () => {
      settle();
      enlargeSendBuffer(socket, SEND_BUFFER_BYTES);
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
