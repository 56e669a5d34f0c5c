/**
 * A TLS server in the enclave's place, on a Unix socket: OpenSSL as in the runtime, asks for a certificate, no tickets.
 * Messages have their length in 8 bytes before them; the first letter of one says what is done with it.
 */
import { constants, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Test } from 'tap';
import { disableSessionTickets } from '../../native/openssl.ts';

export interface StandInEnclave {
  readonly path: string;
  /** Connections now. */
  readonly open: ReadonlySet<Socket>;
  /** Connections so far. */
  readonly accepted: number;
  /** Plaintext that has come. */
  readonly received: number;
  /** Says something that nobody has asked for, to whom it has spoken last. */
  sayMore(): void;
}

/**
 * `E...`: the message back; `L<n>`: so many bytes; `S<ms>`: an answer after so long; `X`: a last word and the end;
 * anything else: `ok <length>`.
 */
function answerTo(socket: TLSSocket, message: Buffer): void {
  const rest = () => Number(message.toString('latin1', 1));
  switch (String.fromCharCode(message[0] ?? 0)) {
    case 'E':
      say(socket, message);
      break;
    case 'L':
      say(socket, randomBytes(rest()));
      break;
    case 'S':
      setTimeout(() => say(socket, Buffer.from('late')), rest());
      break;
    case 'X':
      say(socket, Buffer.from('goodbye'));
      socket.end();
      break;
    default:
      say(socket, Buffer.from(`ok ${message.length}`));
  }
}

/** As the runtime: the last record of a message is neither full nor of one byte. */
function say(socket: TLSSocket, message: Buffer): void {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64BE(BigInt(message.length));
  const all = Buffer.concat([prefix, message]);
  if (socket.destroyed) return;
  const last = all.length % 16384;
  const ahead = last > 1 ? 0 : last + 1;
  const write = (at: number): void => {
    if (at === ahead) socket.write(all.subarray(at));
    else socket.write(all.subarray(at, at + 1), () => write(at + 1));
  };
  write(0);
}

export async function standInEnclave(
  t: Test,
  credentials: { readonly certificate: string; readonly key: string },
  options: SecureContextOptions = {},
): Promise<StandInEnclave> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-plane-'));
  const path = join(directory, '5006');
  disableSessionTickets();
  const context = createSecureContext({
    cert: credentials.certificate,
    key: credentials.key,
    minVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...options,
  });
  const state = { path, open: new Set<Socket>(), accepted: 0, received: 0, sayMore: () => {} };
  const server: Server = createServer((plain) => {
    state.accepted += 1;
    state.open.add(plain);
    plain.on('close', () => state.open.delete(plain));
    plain.on('error', () => plain.destroy());
    const socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: context,
      requestCert: true,
      rejectUnauthorized: false,
    });
    socket.on('error', () => socket.destroy());
    let buffered: Buffer[] = [];
    let length = 0;
    let expected = 8;
    socket.on('data', (chunk: Buffer) => {
      state.received += chunk.length;
      buffered.push(chunk);
      length += chunk.length;
      while (length >= expected) {
        const all = Buffer.concat(buffered, length);
        const whole = 8 + Number(all.readBigUInt64BE(0));
        if (length < whole) {
          buffered = [all];
          expected = whole;
          return;
        }
        buffered = [all.subarray(whole)];
        length -= whole;
        expected = 8;
        answerTo(socket, all.subarray(8, whole));
        state.sayMore = () => say(socket, Buffer.from('more'));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    server.close();
    for (const socket of state.open) socket.destroy();
    rmSync(directory, { recursive: true, force: true });
  });
  return state;
}
