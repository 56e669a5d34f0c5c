/**
 * The TLS connection to an enclave: TLS 1.3 with exactly the policy's suite, the client's certificate, no tickets. Who
 * answers is not judged here: trust comes from the attestation of this very channel.
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { TruceError } from '../../proto/errors.ts';
import type { CipherSuite } from '../../proto/policy/cipher-suites.ts';
import type { PartyCredentials } from './party.ts';

/** Where the relay listens: TCP, or a Unix socket. */
export type EnclaveAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A connection to the enclave that is open already, and what to call its other end. */
export interface OpenConnection {
  readonly socket: Socket;
  readonly name: string;
}

export interface ChannelOptions {
  readonly address: EnclaveAddress | OpenConnection;
  readonly suite: CipherSuite;
  readonly credentials: PartyCredentials;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes written that may wait for the system: one piece is sent while the next is made ready. */
const HIGH_WATER_MARK = 1 << 20;

/** The peer's side of the channel. */
export interface Channel {
  readonly socket: TLSSocket;
  /** DER of the certificate that the peer showed. */
  readonly certificate: Uint8Array;
  /** SubjectPublicKeyInfo in DER: the key that the handshake proved. */
  readonly publicKey: Uint8Array;
  /** Unique to this connection, known to both its ends and no one else (RFC 9266). */
  readonly exporter: Uint8Array;
}

/** RFC 9266 section 2. */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;

/**
 * Connects and shakes hands.
 * @throws TruceError CLIENT_TLS_VERSION, CLIENT_UNREACHABLE, CLIENT_TLS_FAILED; or the signal's reason
 */
export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const { suite, signal } = options;
  if (suite.tlsVersion !== 'TLSv1.3') throw new TruceError('CLIENT_TLS_VERSION', { suite: suite.name });
  signal?.throwIfAborted();
  const socket = await shakeHands(options);
  const cipher = socket.getCipher();
  const peer = socket.getPeerX509Certificate();
  if (socket.getProtocol() !== 'TLSv1.3' || cipher?.name !== suite.openssl || peer === undefined) {
    socket.destroy();
    throw failed(options.address, 'the server did not keep to the version, the suite or the certificate');
  }
  return {
    socket,
    certificate: new Uint8Array(peer.raw),
    publicKey: new Uint8Array(peer.publicKey.export({ type: 'spki', format: 'der' })),
    exporter: new Uint8Array(socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0))),
  };
}

function shakeHands({ address, suite, credentials, signal }: ChannelOptions): Promise<TLSSocket> {
  const settings = {
    ...('name' in address ? { socket: address.socket } : address),
    cert: credentials.certificate,
    key: credentials.key,
    minVersion: 'TLSv1.3' as const,
    maxVersion: 'TLSv1.3' as const,
    ciphers: suite.openssl,
    secureOptions: constants.SSL_OP_NO_TICKET,
    // No chain and no name says what an enclave is: the attestation of this channel does, before anything is sent.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    highWaterMark: HIGH_WATER_MARK,
  };
  return new Promise((resolve, reject) => {
    let connected = 'name' in address;
    const socket = connect(settings);
    socket.setNoDelay(true);
    const settle = (outcome: () => void) => {
      socket.off('error', onError).off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
      outcome();
    };
    const refuse = (error: unknown) =>
      settle(() => {
        socket.on('error', () => socket.destroy());
        socket.destroy();
        reject(error);
      });
    const onError = (cause: Error) =>
      refuse(connected ? failed(address, cause.message, cause) : unreachable(address, cause));
    const onClose = () => refuse(failed(address, 'the connection was closed during the handshake'));
    const onAbort = () => refuse(signal?.reason);
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('error', onError).on('close', onClose);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('secureConnect', () =>
      settle(() => {
        // Whatever goes wrong from here on shows as a close: whoever takes the socket over sees that.
        socket.on('error', () => socket.destroy());
        resolve(socket);
      }),
    );
  });
}

function unreachable(address: ChannelOptions['address'], cause: Error): TruceError {
  return new TruceError('CLIENT_UNREACHABLE', { address: nameOf(address), reason: cause.message }, { cause });
}

function failed(address: ChannelOptions['address'], reason: string, cause?: Error): TruceError {
  return new TruceError('CLIENT_TLS_FAILED', { address: nameOf(address), reason }, { cause });
}

function nameOf(address: ChannelOptions['address']): string {
  if ('name' in address) return address.name;
  return 'path' in address ? address.path : `${address.host}:${address.port}`;
}
