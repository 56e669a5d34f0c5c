/** Requests as they stand on the wire, without the client library's own checks of what it sends. */
import { Conversation } from '../../host-bridge/client/conversation.ts';
import { openChannel } from '../../host-bridge/client/tls-channel.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { Party, TestEnclave } from './test-enclave.ts';

const LIMITS = { messageBytes: Number.MAX_SAFE_INTEGER, smallMessageBytes: 16 << 20 };

/** A TLS connection on which nothing has been attested. */
export async function openConversation(enclave: TestEnclave, party: Party): Promise<Conversation> {
  const policy = parsePolicy(enclave.policy, { now: Date.now() });
  const { socket } = await openChannel({
    address: enclave.relay.address,
    suite: policy.cipherSuite,
    credentials: { certificate: party.certificate, key: party.key },
    signal: undefined,
  });
  return new Conversation(socket, LIMITS);
}
