/** Requests that are none, of every kind, for the attestation service: what any of them costs it has to be given back. */
import { randomBytes } from 'node:crypto';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { passesHalfClose } from '../../host-bridge/relay/dial-target.ts';
import { ATTESTATION_PORT } from '../../proto/boot-services.ts';
import { dialService, exchangeLine } from './attestation-line.ts';

interface Kind {
  readonly name: string;
  readonly bytes: (index: number) => string | Uint8Array;
  /** What the peer does after it has sent them: waits for the answer, ends its side first, or leaves. */
  readonly afterwards: 'waits' | 'ends' | 'leaves';
}

const attest = (members: string) => `{"command":"attest",${members}}\n`;
const waits = (name: string, bytes: Kind['bytes']): Kind => ({ name, bytes, afterwards: 'waits' });

export const malformedKinds: readonly Kind[] = [
  waits('random bytes', () => Buffer.concat([randomBytes(200), Buffer.from('\n')])),
  waits('a line over the limit', (index) => `${'{'.repeat(8193 + index)}\n`),
  waits('a flood without an end', () => Buffer.alloc(512 << 10, 0x20)),
  waits('nothing', () => '\n'),
  waits('lists in lists', () => `${'['.repeat(4000)}${']'.repeat(4000)}\n`),
  waits('a list', () => '["attest"]\n'),
  waits('one name twice', () => '{"command":"ping","command":"attest"}\n'),
  waits('half a surrogate pair', () => attest('"user_data":"\\ud800"')),
  waits('bytes that are no text', () =>
    Buffer.from([...Buffer.from('{"command":"'), 0xc0, 0x80, 0x22, 0x0a]),
  ),
  waits('a giant number', () => `{"command":${'9'.repeat(7000)}}\n`),
  waits('a command that is none', (index) => `{"command":"command-${index}-${'x'.repeat(7000)}"}\n`),
  waits('a name of objects', () => '{"__proto__":{"command":"ping"},"constructor":1}\n'),
  waits('user_data of the enclave', (index) => attest(`"user_data":"truce/csr/v${index}"`)),
  waits('user_data like a hash', () => attest(`"user_data":"${'z'.repeat(32)}"`)),
  waits('user_data that is too long', () => attest(`"user_data":"${'x'.repeat(7000)}"`)),
  waits('a nonce of another kind', () => attest('"nonce":{"a":[1,2,3]}')),
  waits('a key of another kind', () => attest('"generate_key":"yes"')),
  { name: 'half a request', bytes: () => '{"command":"att', afterwards: 'ends' },
  {
    name: 'half a request, and gone',
    bytes: () => '{"command":"attest","user_data":"',
    afterwards: 'leaves',
  },
  { name: 'nothing, and gone', bytes: () => '', afterwards: 'leaves' },
];

/** Sends so many, some at once. What was answered otherwise than by a refusal. */
export async function sendMalformed(
  enclave: RunningEnclave,
  count: number,
  atOnce = 16,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const halfClose = passesHalfClose(enclave.target(ATTESTATION_PORT));
  let next = 0;
  const line = async () => {
    while (next < count) {
      const index = next++;
      const kind = malformedKinds[index % malformedKinds.length]!;
      const socket = await dialService(enclave);
      const bytes = kind.bytes(index);
      if (kind.afterwards === 'leaves') {
        socket.on('error', () => socket.destroy());
        await new Promise((resolve) => socket.write(bytes, resolve));
        socket.destroy();
        continue;
      }
      if (kind.afterwards === 'ends') setImmediate(() => socket.end());
      const answer = await exchangeLine(socket, bytes);
      // Where the end of one side is the end of both, nobody can hear the answer.
      if (answer === '' && kind.afterwards === 'ends' && !halfClose) continue;
      if (!/^\{"success":false,"error":"[^\n]+\}\n$/.test(answer))
        faults.push(`${kind.name}: ${answer.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return faults;
}
