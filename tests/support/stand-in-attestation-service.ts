/**
 * A stand-in for an enclave's attestation service, for tests of its clients: it answers as the service does, with documents
 * of a test's own authority, and lies where it is told to. No enclave runs.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UnixTarget } from '../../host-bridge/relay/dial-target.ts';
import { encodeBase64 } from '../../proto/base64.ts';
import type { AttestationAuthority, DocumentFields } from './attestation-authority.ts';

export interface Request {
  readonly command: string;
  readonly user_data?: string;
  readonly nonce?: string;
  readonly generate_key?: boolean;
}

/** How it departs from what it should do. */
export interface Lie {
  /** In the document. */
  readonly fields?: Partial<DocumentFields>;
  /** In place of the document. */
  readonly document?: Uint8Array;
  /** In the answer. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** In place of the answer, its newline included. */
  readonly line?: string | Uint8Array;
  /** Answers byte by byte. */
  readonly slowly?: boolean;
  readonly ending?: 'at-once' | 'half-way' | 'never-answers';
}

const PORT = 9000;

export class StandInAttestationService {
  readonly #server: Server;
  readonly #directory: string;
  readonly #authority: AttestationAuthority;
  readonly #sockets = new Set<Socket>();
  readonly requests: Request[] = [];
  lie: Lie = {};

  private constructor(authority: AttestationAuthority) {
    this.#authority = authority;
    this.#directory = mkdtempSync(join(tmpdir(), 'truce-stand-in-'));
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(authority: AttestationAuthority): Promise<StandInAttestationService> {
    const service = new StandInAttestationService(authority);
    await new Promise<void>((resolve) => service.#server.listen(service.target().path, resolve));
    return service;
  }

  target(port: number = PORT): UnixTarget {
    return { kind: 'unix', path: join(this.#directory, String(port)) };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    let text = '';
    socket.setEncoding('utf8').on('data', async (chunk: string) => {
      text += chunk;
      if (!text.endsWith('\n')) return;
      const request = JSON.parse(text) as Request;
      this.requests.push(request);
      await this.#answer(socket, request);
    });
  }

  async #answer(socket: Socket, request: Request): Promise<void> {
    const { lie } = this;
    if (lie.ending === 'never-answers') return;
    if (lie.ending === 'at-once') return void socket.end();
    const line = lie.line ?? `${JSON.stringify({ ...(await this.#members(request)), ...lie.members })}\n`;
    if (lie.ending === 'half-way') return void socket.end(line.slice(0, line.length / 2));
    if (lie.slowly !== true) return void socket.write(line);
    for (const byte of Buffer.from(line)) socket.write(Uint8Array.of(byte));
  }

  async #members(request: Request): Promise<object> {
    const seconds = Date.now() / 1000;
    if (request.command === 'ping') return { success: true, message: 'pong', timestamp: seconds };
    if (request.command === 'status')
      return { success: true, status: 'running', port: PORT, uptime: 12.5, instance_id: '0123' };
    const { user_data = '', nonce = '', generate_key = false } = request;
    const document =
      this.lie.document ?? (await this.#authority.document({ ...this.#fields(request), ...this.lie.fields }));
    return {
      success: true,
      attestation_document: encodeBase64(document),
      ...{ user_data, nonce, has_public_key: generate_key, document_size: document.length },
      timestamp: Math.floor(seconds * 1000),
    };
  }

  #fields({ user_data = '', nonce = '', generate_key = false }: Request): Partial<DocumentFields> {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const timestamp = Date.now();
    return {
      ...{ timestamp, userData: bytes(user_data), nonce: bytes(nonce) },
      publicKey: generate_key ? publicKey() : null,
    };
  }
}

/** DER (SPKI), on P-384 as the vsock guide's enclave has it. */
export function publicKey(): Uint8Array {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }));
}
