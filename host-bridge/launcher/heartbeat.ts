/** The parent's end of the heartbeat: listens before the enclave starts, takes one byte, and gives it back. */
import { createServer, type Socket } from 'node:net';
import { HEARTBEAT } from '../../proto/boot.ts';

export class HeartbeatListener {
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();
  /** Settles at the first heartbeat; anything else that connects is let go. */
  readonly beat: Promise<void>;

  private constructor() {
    this.beat = new Promise((resolve) => {
      this.#server.on('connection', (socket) => {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        answer(socket, resolve);
      });
    });
  }

  static async listen(path: string): Promise<HeartbeatListener> {
    const listener = new HeartbeatListener();
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(path, resolve);
    });
    return listener;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function answer(socket: Socket, alive: () => void): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (bytes) => {
    if (bytes.length !== 1 || bytes[0] !== HEARTBEAT) return void socket.destroy();
    // Told once the byte is on its way, since the listener closes then.
    socket.end(bytes, alive);
  });
}
