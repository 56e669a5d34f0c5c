/** Waits on Node's event loop for descriptors that Node has no object for. */
import koffi from 'koffi';

export interface Watch {
  /** No callback comes after this; the descriptor is the caller's again, open as before. */
  close(): void;
}

/**
 * Calls back whenever the descriptor has something to read, its peer's end included, until the watch is closed. Level
 * triggered: what is left unread is announced again. Keeps the process alive while `referenced`.
 */
export function watchReadable(
  descriptor: number,
  callback: () => void,
  options: { referenced: boolean },
): Watch {
  const handle = koffi.node.poll(descriptor, { readable: true, disconnect: true }, () => callback());
  if (!options.referenced) handle.unref();
  return { close: () => handle.close() };
}
