/** Tells the parent that the enclave is up: one byte there, the same byte back. Source: aws-nitro-enclaves-sdk-bootstrap, init.c. */
import { once } from 'node:events';
import { HEARTBEAT, HEARTBEAT_PORT } from '../../proto/boot.ts';
import type { Transport } from './transport.ts';

export async function sendHeartbeat(transport: Transport): Promise<void> {
  const socket = await transport.connectParent(HEARTBEAT_PORT);
  try {
    socket.write(Uint8Array.of(HEARTBEAT));
    // 'end' comes with no byte, and where it comes first nothing else would wake us.
    const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'end')])) as [Uint8Array?];
    if (answer?.[0] !== HEARTBEAT) throw new Error('the parent did not answer the heartbeat with its byte');
  } finally {
    socket.destroy();
  }
}
