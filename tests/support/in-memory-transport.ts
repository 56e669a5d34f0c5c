/** Sockets that never leave the process: pairs of streams with the manners of a transport, for tests of what is above it. */
import { Duplex } from 'node:stream';
import type { ComplianceListenOptions, ComplianceTransport } from './transport-compliance.ts';

interface Door {
  readonly accept: (socket: Duplex) => void;
  readonly options: ComplianceListenOptions;
  readonly open: Set<InMemorySocket>;
  closing: (() => void) | undefined;
}

/** One end of a pair. What it writes waits until the other end has room, so that a reader that stops stops the writer. */
class InMemorySocket extends Duplex {
  #peer: InMemorySocket | undefined;
  /** Called when the peer has room again for what is held back. */
  #deliver: (() => void) | undefined;

  static pair(near: boolean, far: boolean): [InMemorySocket, InMemorySocket] {
    const [left, right] = [
      new InMemorySocket({ allowHalfOpen: near }),
      new InMemorySocket({ allowHalfOpen: far }),
    ];
    left.#peer = right;
    right.#peer = left;
    return [left, right];
  }

  override _read(): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    const deliver = peer.#deliver;
    peer.#deliver = undefined;
    deliver?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const peer = this.#peer;
    // A turn later, as from a kernel: never within the caller's own call.
    setImmediate(() => {
      if (peer === undefined || peer.destroyed) done(errno('EPIPE', 'write'));
      // No bytes are no news, and push() would take them for none.
      else if (chunk.length === 0 || peer.push(Buffer.from(chunk))) done();
      else this.#deliver = () => done();
    });
  }

  override _final(done: () => void): void {
    setImmediate(() => {
      if (this.#peer?.destroyed === false) this.#peer.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const peer = this.#peer;
    this.#peer = undefined;
    setImmediate(() => {
      if (peer === undefined || peer.destroyed) return;
      const held = peer.#deliver !== undefined;
      peer.#deliver = undefined;
      if (held) peer.destroy(errno('ECONNRESET', 'write'));
      else if (!peer.readableEnded) peer.push(null);
    });
    done(error);
  }
}

export function inMemoryTransport(): ComplianceTransport {
  const doors = new Map<number, Door>();
  return {
    async listen(port, accept, options = {}) {
      if (doors.has(port)) throw errno('EADDRINUSE', 'listen');
      const door: Door = { accept, options, open: new Set(), closing: undefined };
      doors.set(port, door);
      return {
        close(callback) {
          doors.delete(port);
          door.closing = callback;
          if (door.open.size === 0) callback?.();
        },
      };
    },
    async connect(port, { allowHalfOpen = false } = {}) {
      const door = doors.get(port);
      if (door === undefined) throw errno('ECONNREFUSED', 'connect');
      const [near, far] = InMemorySocket.pair(allowHalfOpen, door.options.halfOpen ?? false);
      if (door.open.size >= (door.options.connections ?? Number.POSITIVE_INFINITY)) far.destroy();
      else {
        door.open.add(far);
        far.once('close', () => {
          door.open.delete(far);
          if (door.open.size === 0) door.closing?.();
        });
        setImmediate(door.accept, far);
      }
      return near;
    },
  };
}

function errno(code: string, syscall: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}
