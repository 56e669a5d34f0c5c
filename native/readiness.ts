/** Waits for descriptors that Node has no object for: on its event loop, or with nothing else happening meanwhile. */
import koffi from 'koffi';
import { SystemError } from './errno.ts';
import { lastErrno, libc } from './libc.ts';

// Linux include/uapi/asm-generic/poll.h and errno-base.h.
const POLLIN = 0x1;
const EINTR = 4;

export interface Watch {
  /** No callback comes after this; the descriptor, which stays open, is the caller's again. */
  close(): void;
}

// koffi holds its poll handles weakly: one that nobody reaches any more would fall silent.
const watched = new Set<Watch>();

/**
 * Calls back, until the watch is closed, whenever the descriptor has something to read, its peer's end or an error
 * included. Level triggered: what is left unread is announced again. Keeps the process alive.
 *
 * libuv sets the descriptor not to block, and leaves it so.
 */
export function watchReadable(descriptor: number, callback: () => void): Watch {
  return watchFor(descriptor, { readable: true, disconnect: true }, callback);
}

/** The same for room to write: on a socket that connects, when it is connected or has failed. */
export function watchWritable(descriptor: number, callback: () => void): Watch {
  return watchFor(descriptor, { writable: true }, callback);
}

/**
 * Blocks until the descriptor has something to read, its end or an error included, or the time is over, or a signal
 * came. Whether it has.
 * @throws SystemError
 */
export function waitReadable(descriptor: number, milliseconds: number): boolean {
  if (!Number.isInteger(milliseconds) || milliseconds < 0)
    throw new RangeError('a time is milliseconds from 0');
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setInt32(0, descriptor, true);
  view.setInt16(4, POLLIN, true);
  const found = libc.poll(entry, 1, milliseconds);
  if (found === -1 && lastErrno() !== EINTR) throw new SystemError('poll', lastErrno());
  return found === 1;
}

function watchFor(
  descriptor: number,
  events: { readable?: boolean; writable?: boolean; disconnect?: boolean },
  callback: () => void,
): Watch {
  let scheduled = false;
  let closed = false;
  const announce = () => {
    scheduled = false;
    if (!closed) callback();
  };
  // koffi calls from libuv directly, where no promise would be served afterwards: the event loop's next phase does.
  const handle = koffi.node.poll(descriptor, events, () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(announce);
  });
  const watch: Watch = {
    close: () => {
      if (closed) return;
      closed = true;
      watched.delete(watch);
      handle.close();
    },
  };
  watched.add(watch);
  return watch;
}
