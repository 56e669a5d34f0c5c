/** Tells the parent that the enclave is up: one byte there, the same byte back. Source: aws-nitro-enclaves-sdk-bootstrap, init.c. */
import { once } from 'node:events';
import { HEARTBEAT, HEARTBEAT_PORT } from '../../proto/boot.ts';
import type { Transport } from './transport.ts';

export async function sendHeartbeat(transport: Transport): Promise<void> {
  const socket = await transport.connectParent(HEARTBEAT_PORT);
  try {
    socket.write(Uint8Array.of(HEARTBEAT));
    const [answer] = (await once(socket, 'data')) as [Uint8Array];
    if (answer[0] !== HEARTBEAT) throw new Error('the parent answered the heartbeat with another byte');
  } finally {
    socket.destroy();
  }
}
