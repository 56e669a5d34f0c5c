/** The doors of the runtime, by port number: Unix sockets of that name where the process launcher runs it. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { enlargeSendBuffer } from '../../native/socket-buffers.ts';

export interface ListenOptions {
  /** A connection that the peer has ended can still be answered. */
  readonly halfOpen?: boolean;
  /** Connections at once; further ones are closed as they come. */
  readonly connections?: number;
}

export interface Transport {
  /** Serves a port; `accept` gets each connection. */
  listen(port: number, accept: (socket: Socket) => void, options?: ListenOptions): Promise<Server>;
  /** Connects to a port of the parent. */
  connectParent(port: number): Promise<Socket>;
}

/** The relay takes one part while the next one is encrypted. */
const SEND_BUFFER_BYTES = 2 << 20;
/** Connections that may wait to be accepted; Veracruz's own listeners use 128. */
const BACKLOG = 128;

export function unixTransport(directory: string): Transport {
  return {
    async listen(port, accept, { halfOpen = false, connections } = {}) {
      const server = createServer({ allowHalfOpen: halfOpen }, (socket) => {
        enlargeSendBuffer(socket, SEND_BUFFER_BYTES);
        accept(socket);
      });
      if (connections !== undefined) server.maxConnections = connections;
      server.listen({ path: join(directory, String(port)), backlog: BACKLOG });
      await once(server, 'listening');
      server.on('error', (error) => unacceptable(port, error));
      return server;
    },
    async connectParent(port) {
      const socket = connect({ path: join(directory, `parent_${port}`) });
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** A connection that cannot be accepted (no descriptors, no memory) is lost; the others go on. */
export function unacceptable(port: number, error: Error): void {
  console.error(`port ${port}: ${error.message}`);
}
