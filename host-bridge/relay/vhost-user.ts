/**
 * The host's end of vhost-device-vsock's Unix socket, whose form is Firecracker's: `CONNECT <port>\n`, answered by
 * `OK <port>\n` once the guest has accepted, or by an end where nobody listens. Then the stream is the guest's.
 * Source: rust-vmm/vhost-device, vhost-device-vsock/README.md and src/vsock_conn.rs.
 */
import type { OnReadOpts, Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import type { DialOptions } from './dial.ts';
import type { VhostUserTarget } from './dial-target.ts';

type OpenUnix = (
  path: string,
  options: DialOptions & { readonly onread: OnReadOpts },
  signal: AbortSignal,
) => Promise<Socket>;

/** `OK 4294967295\n`; what goes on longer is no answer. */
const LONGEST_ANSWER = 16;
const ANSWER = /^OK [0-9]{1,10}\n$/;
const NEWLINE = 0x0a;
const READ_BYTES = 64 * 1024;
/**
 * How long an attempt that was given up is still heard out. The back end takes a peer that leaves before the answer for a
 * fault of its own and ends (`write_all(..).unwrap()` at VSOCK_OP_RESPONSE): one impatient client would cut off all.
 */
const ABANDONED_MILLISECONDS = 60_000;
/** Only a guest that has come to a halt lets so many wait. */
const MOST_ABANDONED = 64;
let abandoned = 0;

/** @param open connects to the Unix socket itself */
export async function connectVhostUser(
  { path, port }: VhostUserTarget,
  options: DialOptions,
  signal: AbortSignal,
  open: OpenUnix,
): Promise<Socket> {
  if (abandoned >= MOST_ABANDONED) throw unreachable(port, 'the machine answers nobody');
  const greeting = new Greeting(() => socket, options.onread);
  const socket = await open(path, { ...options, onread: greeting.onread }, signal);
  const outcome = await new Promise<'accepted' | 'refused' | 'aborted'>((resolve) => {
    const settle = (result: 'accepted' | 'refused' | 'aborted') => {
      signal.removeEventListener('abort', abort);
      socket.off('error', refuse).off('end', refuse).off('close', refuse);
      resolve(result);
    };
    const refuse = () => settle('refused');
    const abort = () => settle('aborted');
    greeting.answered = (good) => settle(good ? 'accepted' : 'refused');
    socket.once('error', refuse).once('end', refuse).once('close', refuse);
    signal.addEventListener('abort', abort, { once: true });
    socket.write(`CONNECT ${port}\n`);
    if (signal.aborted) abort();
  });
  if (outcome === 'accepted') return socket;
  if (outcome === 'aborted') {
    hearOut(socket, greeting);
    throw signal.reason;
  }
  socket.on('error', () => {}).destroy();
  throw unreachable(port, 'nobody listens there');
}

/** The answer, read byte by byte so that nothing of what follows is taken with it; then reads as the user asked. */
class Greeting {
  readonly onread: OnReadOpts;
  answered: (good: boolean) => void = () => {};
  #text = '';
  #over = false;

  constructor(socket: () => Socket, then: OnReadOpts = asStream(socket)) {
    const byte = new Uint8Array(1);
    const { buffer } = then;
    this.onread = {
      buffer: () => (this.#over ? (typeof buffer === 'function' ? buffer() : buffer) : byte),
      callback: (length, bytes) => {
        if (this.#over) return then.callback(length, bytes);
        return this.#take(byte[0]!);
      },
    };
  }

  /** Reads on until the answer is whole, then waits for whoever uses the socket. */
  #take(byte: number): boolean {
    this.#text += String.fromCharCode(byte);
    if (byte !== NEWLINE && this.#text.length < LONGEST_ANSWER) return true;
    this.#over = true;
    this.answered(ANSWER.test(this.#text));
    return false;
  }
}

/** Reads of an ordinary stream: what a socket without `onread` does by itself. */
function asStream(socket: () => Socket): OnReadOpts {
  return {
    buffer: () => Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (length, bytes) => socket().push(bytes.subarray(0, length)),
  };
}

function hearOut(socket: Socket, greeting: Greeting): void {
  abandoned += 1;
  const end = () => socket.destroy();
  const timer = setTimeout(end, ABANDONED_MILLISECONDS);
  greeting.answered = end;
  socket.on('error', end).once('end', end);
  socket.once('close', () => {
    clearTimeout(timer);
    abandoned -= 1;
  });
}

function unreachable(port: number, reason: string): TruceError {
  return new TruceError('ENCLAVE_UNREACHABLE', { port, reason });
}
