/**
 * The host's end of the enclave's way to KMS: it dials where it was told and passes bytes. The enclave names no destination,
 * and TLS ends inside it: the host can refuse service here, and nothing else. It takes the place of AWS's vsock-proxy.
 */
import { connect, type Server, type Socket } from 'node:net';
import { type DialTarget, passesHalfClose } from '../relay/dial-target.ts';
import type { Destination } from './destination.ts';
import { listenForEnclave } from './enclave-door.ts';

export interface KmsProxyOptions {
  /** One for each door. */
  readonly destinations: readonly Destination[];
  /** Any port of the enclave's own. */
  readonly enclave: DialTarget;
  /** Connections at once of each door; further ones are closed as they come. 128 unless told. */
  readonly connections?: number;
  /** How long a destination may take to be found and to accept; 10 s unless told. */
  readonly connectMilliseconds?: number;
  /** How long a connection may carry nothing; 60 s unless told. */
  readonly idleMilliseconds?: number;
  /** Told of each connection that could not be made. */
  readonly failed?: (destination: Destination, reason: string) => void;
}

const CONNECTIONS = 128;
const CONNECT_MILLISECONDS = 10_000;
const IDLE_MILLISECONDS = 60_000;

export class KmsProxy {
  readonly #options: KmsProxyOptions;
  readonly #servers: Server[] = [];
  readonly #open = new Set<Socket>();

  private constructor(options: KmsProxyOptions) {
    this.#options = options;
  }

  /** TruceError KMS_PROXY_LISTEN; then no door is left open. */
  static async listen(options: KmsProxyOptions): Promise<KmsProxy> {
    const proxy = new KmsProxy(options);
    try {
      for (const destination of options.destinations) await proxy.#openDoor(destination);
      return proxy;
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  /** Listens no more and drops every connection. */
  async stop(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.#open) socket.destroy();
    await Promise.all(closed);
  }

  async #openDoor(destination: Destination): Promise<void> {
    const { enclave, connections = CONNECTIONS } = this.#options;
    const server = await listenForEnclave(enclave, destination.door, connections, (socket) =>
      this.#forward(socket, destination),
    );
    // A connection that cannot be accepted is lost; the others go on.
    server.on('error', (error) => this.#options.failed?.(destination, error.message));
    this.#servers.push(server);
  }

  #forward(inner: Socket, destination: Destination): void {
    const { enclave, failed, connectMilliseconds = CONNECT_MILLISECONDS } = this.#options;
    const { idleMilliseconds = IDLE_MILLISECONDS } = this.#options;
    const { host, port } = destination;
    const outer = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const late = `no answer in ${connectMilliseconds} ms`;
    this.#tie(inner, outer);
    this.#tie(outer, inner);
    inner.on('error', () => outer.destroy());
    inner.setTimeout(connectMilliseconds + idleMilliseconds, () => inner.destroy());
    const unconnected = ({ code, message }: NodeJS.ErrnoException) => failed?.(destination, code ?? message);
    outer.once('error', unconnected);
    outer.on('error', () => inner.destroy());
    outer.setTimeout(connectMilliseconds, () => outer.destroy(new Error(late)));
    outer.once('connect', () => {
      outer.off('error', unconnected);
      outer.removeAllListeners('timeout').setTimeout(idleMilliseconds, () => outer.destroy());
    });
    inner.pipe(outer);
    // Where only the end of both directions can be passed on, the destination's is the whole connection's.
    outer.pipe(inner, { end: passesHalfClose(enclave) });
    if (!passesHalfClose(enclave)) outer.once('end', () => inner.destroySoon());
  }

  /** What one side has sent still reaches the other, though the side is gone. */
  #tie(socket: Socket, other: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      other.destroySoon();
    });
  }
}
