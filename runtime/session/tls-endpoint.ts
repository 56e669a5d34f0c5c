/**
 * The TLS end of the data plane: exactly the policy's version and suite, a client certificate asked for and matched
 * byte for byte, no tickets, no resumption, no renegotiation, no early data.
 */
import { constants, createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { CipherSuite } from '../../proto/policy/cipher-suites.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { EndpointKey } from './endpoint-key.ts';

export interface TlsEndpointOptions {
  readonly policy: Policy;
  readonly key: EndpointKey;
  /** PEM. */
  readonly certificate: string;
  readonly handshakeMilliseconds: number;
  /** Called with each connection whose handshake is done, and who it is; undefined: no one of the policy. */
  readonly accept: (socket: TLSSocket, identity: PolicyIdentity | undefined) => void;
}

export class TlsEndpoint {
  readonly #server: Server;
  readonly #options: TlsEndpointOptions;
  readonly #identities: ReadonlyMap<string, PolicyIdentity>;

  constructor(options: TlsEndpointOptions) {
    this.#options = options;
    this.#identities = new Map(
      options.policy.identities.map((identity) => [fingerprint(identity.certificate), identity]),
    );
    this.#server = createServer({
      ...this.#context(options.certificate),
      requestCert: true,
      // Who may speak is decided by the policy's certificates below, not by chains. No `ca`: it would publish names.
      rejectUnauthorized: false,
      handshakeTimeout: options.handshakeMilliseconds,
      enableTrace: false,
    });
    this.#server.on('secureConnection', (socket) => options.accept(socket, this.#identify(socket)));
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /** Hands a plain connection over. */
  serve(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** New connections get the new certificate; those that are open go on. */
  renew(certificate: string): void {
    this.#server.setSecureContext(this.#context(certificate));
  }

  #context(certificate: string) {
    const suite: CipherSuite = this.#options.policy.cipherSuite;
    const version = suite.tlsVersion;
    return {
      key: this.#options.key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: certificate,
      ca: [],
      minVersion: version,
      maxVersion: version,
      ciphers: suite.openssl,
      ecdhCurve: 'X25519:P-256:P-384',
      secureOptions:
        constants.SSL_OP_NO_TICKET |
        constants.SSL_OP_NO_RENEGOTIATION |
        constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
      sessionTimeout: 1,
    };
  }

  #identify(socket: TLSSocket): PolicyIdentity | undefined {
    // The leaf exactly as it came; an issuer that the policy lists vouches for nobody.
    const raw = socket.getPeerX509Certificate()?.raw;
    if (raw === undefined) return undefined;
    const identity = this.#identities.get(fingerprint(raw));
    if (identity === undefined || !raw.equals(identity.certificate)) return undefined;
    return identity.notAfter > Date.now() ? identity : undefined;
  }
}

function fingerprint(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex');
}
