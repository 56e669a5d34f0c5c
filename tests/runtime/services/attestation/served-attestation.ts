/** An attestation service behind a Unix socket in this process, over a stand-in for the secure module. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { AttestationRequest } from '../../../../proto/nsm.ts';
import { unixTransport } from '../../../../runtime/boot/transport.ts';
import {
  type AttestationLimits,
  startAttestationService,
} from '../../../../runtime/services/attestation/attestation-service.ts';
import { AttestedKeys } from '../../../../runtime/services/attestation/attested-keys.ts';

export const PORT = 9000;

export interface ServedAttestation {
  /** What the module was asked to sign. */
  readonly asked: AttestationRequest[];
  readonly keys: AttestedKeys;
  open(): Promise<Socket>;
  /** Writes the bytes to a connection of their own and reads what comes until its end. */
  exchange(bytes: string | Uint8Array): Promise<string>;
  /** The answer to one request. */
  ask(request: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface ServedOptions {
  readonly limits?: AttestationLimits;
  readonly attest?: (request: AttestationRequest) => Promise<Uint8Array>;
  readonly keys?: AttestedKeys;
}

/** Signs nothing: a document is the bytes `document N`. */
export async function serveAttestation(t: Test, options: ServedOptions = {}): Promise<ServedAttestation> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-attestation-'));
  const asked: AttestationRequest[] = [];
  const { keys = new AttestedKeys(), limits = {} } = options;
  const attest = async (request: AttestationRequest = {}) => {
    asked.push(request);
    return options.attest?.(request) ?? new TextEncoder().encode(`document ${asked.length}`);
  };
  const service = await startAttestationService({
    transport: unixTransport(directory),
    port: PORT,
    nsm: { attest },
    keys,
    enclave: () => ({ phase: 'awaiting-policy' }),
    limits,
  });
  t.teardown(async () => {
    await service.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const open = async () => {
    const socket = connect({ path: join(directory, String(PORT)), allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  const exchange = async (bytes: string | Uint8Array) => {
    const socket = await open();
    socket.write(bytes);
    const answer = await readAll(socket);
    socket.destroy();
    return answer;
  };
  return {
    asked,
    keys,
    open,
    exchange,
    ask: async (request) => {
      const text = await exchange(`${JSON.stringify(request)}\n`);
      return JSON.parse(text) as Record<string, unknown>;
    },
    close: () => service.close(),
  };
}

/** Everything up to the end of the connection, however it comes about. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  await new Promise((resolve) => {
    socket.once('end', resolve);
    socket.once('close', resolve);
  });
  return Buffer.concat(chunks).toString();
}
