/** The attestation service of a launched enclave, asked as any program asks it: bytes to its port, bytes back. */
import type { Socket } from 'node:net';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { dial } from '../../host-bridge/relay/dial.ts';
import { ATTESTATION_PORT } from '../../proto/boot-services.ts';

export type Answer = Readonly<Record<string, unknown>>;

const ANSWER_MILLISECONDS = 60_000;
const NEWLINE = 0x0a;

export function dialService(enclave: RunningEnclave, port = ATTESTATION_PORT): Promise<Socket> {
  return dial(enclave.target(port), { allowHalfOpen: true }, AbortSignal.timeout(ANSWER_MILLISECONDS));
}

/** The answer to one request. */
export async function askService(enclave: RunningEnclave, request: object, port?: number): Promise<Answer> {
  const text = await exchangeLine(await dialService(enclave, port), `${JSON.stringify(request)}\n`);
  return JSON.parse(text) as Answer;
}

/**
 * What comes back, up to the end of its line, or of the connection where there is none. The end of a connection alone
 * would be late over vhost-device-vsock, which tells of none until both sides have ended.
 */
export async function exchangeLine(socket: Socket, bytes: string | Uint8Array): Promise<string> {
  const chunks: Buffer[] = [];
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (chunk.at(-1) === NEWLINE) resolve();
    });
    socket.once('end', resolve);
    socket.once('close', resolve);
  });
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await over;
  socket.destroy();
  return Buffer.concat(chunks).toString();
}
