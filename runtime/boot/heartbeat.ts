/** Tells the parent that the enclave is up: one byte there, the same byte back. Source: aws-nitro-enclaves-sdk-bootstrap, init.c. */
import { once } from 'node:events';
import { HEARTBEAT, HEARTBEAT_PORT } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import type { Transport } from './transport.ts';

/** The parent's tool waits for minutes; what answers does so at once. */
const ANSWER_MILLISECONDS = 30_000;

/** @throws TruceError HEARTBEAT_FAILED */
export async function sendHeartbeat(
  transport: Transport,
  answerMilliseconds = ANSWER_MILLISECONDS,
): Promise<void> {
  try {
    const socket = await transport.connectParent(HEARTBEAT_PORT);
    try {
      socket.write(Uint8Array.of(HEARTBEAT));
      const signal = AbortSignal.timeout(answerMilliseconds);
      // 'end' comes with no byte, and where it comes first nothing else would wake us.
      const answer = await Promise.race([once(socket, 'data', { signal }), once(socket, 'end', { signal })]);
      if ((answer[0] as Uint8Array | undefined)?.[0] !== HEARTBEAT)
        throw new Error('it did not answer with its byte');
    } finally {
      socket.destroy();
    }
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException;
    const reason = name === 'AbortError' ? `no answer in ${answerMilliseconds} ms` : (code ?? message);
    throw new TruceError('HEARTBEAT_FAILED', { reason }, { cause: error });
  }
}
