/**
 * A connection that a server has accepted, with reads of our own choice. net.Server has no option for `onread`; so the
 * handle moves into a socket that is made as the server makes its own: by the constructor's `handle`.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

interface HandleHolder {
  _handle: object | null;
}

/** What net.Server itself passes (Node, lib/net.js, onconnection); the types leave out what is not for everyone. */
type AcceptedOptions = SocketConstructorOpts & {
  readonly handle: object;
  /** Reads nothing before resume(). */
  readonly pauseOnCreate: true;
  readonly onread: OnReadOpts;
  readonly writableHighWaterMark: number;
};

/** @param accepted of a server with `pauseOnConnect`: nothing has been read from it; of no use afterwards */
export function takeOver(accepted: Socket, onread: OnReadOpts, writableHighWaterMark: number): Socket {
  const holder = accepted as unknown as HandleHolder;
  const handle = holder._handle;
  if (handle === null) throw new TypeError('the connection is closed already');
  // Without its handle, destroying it leaves the connection alone and takes it off the server's count.
  holder._handle = null;
  accepted.destroy();
  const options: AcceptedOptions = {
    handle,
    pauseOnCreate: true,
    allowHalfOpen: true,
    onread,
    writableHighWaterMark,
  };
  return new Socket(options);
}
