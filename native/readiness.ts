/** Waits on Node's event loop for descriptors that Node has no object for. */
import koffi from 'koffi';

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
