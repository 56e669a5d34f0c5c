/**
 * The TLS end of the data plane: exactly the policy's version and suite, a client certificate asked for and matched
 * byte for byte, no tickets, no resumption, no renegotiation, no early data.
 */
import { constants, createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { EndpointKey } from './endpoint-key.ts';

/** No SHA-1, whatever the level of security that a suite asks for. Source: RFC 8446 section 4.2.3. */
const SIGNATURE_ALGORITHMS = [
  ...['ECDSA+SHA256', 'ECDSA+SHA384', 'ECDSA+SHA512', 'ed25519'],
  ...['RSA-PSS+SHA256', 'RSA-PSS+SHA384', 'RSA-PSS+SHA512', 'RSA+SHA256', 'RSA+SHA384', 'RSA+SHA512'],
].join(':');

/** Called with each connection whose handshake is done, and who it is; undefined: no one of the policy. */
export type AcceptParty = (socket: TLSSocket, identity: PolicyIdentity | undefined) => void;

export interface TlsEndpointOptions {
  readonly policy: Policy;
  readonly key: EndpointKey;
  /** PEM. */
  readonly certificate: string;
  readonly handshakeMilliseconds: number;
  readonly accept: AcceptParty;
}

/** A certificate that a proxy attestation server issued for the endpoint's key. */
export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** Until when it is shown: milliseconds since 1970. */
  readonly notAfter: number;
}

export class TlsEndpoint {
  readonly #options: TlsEndpointOptions;
  readonly #identities: ReadonlyMap<string, PolicyIdentity>;
  /** With the certificate that the endpoint signed itself. */
  #context: SecureContext;
  #issued: { readonly context: SecureContext; readonly notAfter: number } | undefined;

  constructor(options: TlsEndpointOptions) {
    this.#options = options;
    this.#identities = new Map(
      options.policy.identities.map((identity) => [fingerprint(identity.certificate), identity]),
    );
    this.#context = this.#makeContext(options.certificate);
  }

  /**
   * Takes a plain connection over. What it returns emits `close` in any case; the plain socket may not.
   * @param accept whom another door than the data plane's leads to
   */
  serve(plain: Duplex, accept: AcceptParty = this.#options.accept): TLSSocket {
    const socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: this.#currentContext(),
      requestCert: true,
      // Who may speak is decided by the policy's certificates below, not by chains.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => socket.destroy(), this.#options.handshakeMilliseconds);
    // A handshake that fails has nobody to be told: OpenSSL has sent its alert.
    socket.on('error', () => socket.destroy());
    socket.on('_tlsError', () => socket.destroy());
    socket.once('close', () => clearTimeout(timer));
    socket.once('secure', () => {
      clearTimeout(timer);
      if (!socket.destroyed) accept(socket, this.#identify(socket));
    });
    return socket;
  }

  /** A new certificate of the endpoint's own making. New connections get it; those that are open go on. */
  renew(certificate: string): void {
    this.#context = this.#makeContext(certificate);
  }

  /** New connections get this certificate until it ends, and then the endpoint's own; those that are open go on. */
  install({ certificate, notAfter }: IssuedCertificate): void {
    this.#issued = { context: this.#makeContext(certificate), notAfter };
  }

  /** Until when an issued certificate is shown, milliseconds since 1970; undefined where it is the endpoint's own. */
  get issuedUntil(): number | undefined {
    return this.#issued !== undefined && Date.now() < this.#issued.notAfter
      ? this.#issued.notAfter
      : undefined;
  }

  #currentContext(): SecureContext {
    return this.issuedUntil === undefined || this.#issued === undefined
      ? this.#context
      : this.#issued.context;
  }

  #makeContext(certificate: string): SecureContext {
    const { key, policy } = this.#options;
    const { openssl, shortTag, tlsVersion } = policy.cipherSuite;
    return createSecureContext({
      key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: certificate,
      // None, and not the default ones either: a list would publish names.
      ca: [],
      minVersion: tlsVersion,
      maxVersion: tlsVersion,
      ciphers: shortTag ? `${openssl}:@SECLEVEL=0` : openssl,
      ecdhCurve: 'X25519:P-256:P-384',
      sigalgs: SIGNATURE_ALGORITHMS,
      secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    });
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
