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
}

export class StandInProxyServer {
  /** Of the certificates from now on. */
  lifeMilliseconds: number;
  /** Whether it breaks connections off instead of answering. */
  away = false;
  readonly #server: Server;

  private constructor({ authority, lifeMilliseconds }: StandInProxySettings) {
    this.lifeMilliseconds = lifeMilliseconds;
    this.#server = createServer(async (request, response) => {
      if (this.away) return request.destroy();
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      if (request.url === '/proxy/v1/Start') {
        return response.writeHead(201, { location: randomUUID() }).end(randomBytes(32));
      }
      const csr = / name="csr"\r\n\r\n([^\r]*)\r\n/.exec(Buffer.concat(parts).toString('latin1'))?.[1] ?? '';
      const notAfter = Date.now() + this.lifeMilliseconds;
      const chain = await authority.issue(Buffer.from(csr, 'base64'), (fields) => ({ ...fields, notAfter }));
      return response.writeHead(200).end(chain);
    }).listen(0, '127.0.0.1');
  }

  static async start(settings: StandInProxySettings): Promise<StandInProxyServer> {
    const server = new StandInProxyServer(settings);
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
