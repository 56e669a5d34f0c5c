/**
 * Stands in for a proxy attestation server in its REST form: it gives challenges, checks nothing, and issues for as long as
 * a test says. The real one issues for a minute at least.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StandInProxyAuthority } from './stand-in-proxy-authority.ts';

export interface StandInProxySettings {
  readonly authority: StandInProxyAuthority;
  readonly lifeMilliseconds: number;
  /** Any free one unless told. */
  readonly port?: number;
}

export class StandInProxyServer {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start({
    authority,
    lifeMilliseconds,
    port = 0,
  }: StandInProxySettings): Promise<StandInProxyServer> {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      if (request.url === '/proxy/v1/Start') {
        response.writeHead(201, { location: randomUUID() }).end(randomBytes(32));
        return;
      }
      const csr = / name="csr"\r\n\r\n([^\r]*)\r\n/.exec(Buffer.concat(parts).toString('latin1'))?.[1] ?? '';
      const notAfter = Date.now() + lifeMilliseconds;
      const chain = await authority.issue(Buffer.from(csr, 'base64'), (fields) => ({ ...fields, notAfter }));
      response.writeHead(200).end(chain);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new StandInProxyServer(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
