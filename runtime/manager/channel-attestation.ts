/**
 * Answers `attest {nonce}`: a fresh document that speaks for this key in this very channel. It can be neither replayed
 * (nonce) nor relayed (the exporter value, RFC 9266, is of this TLS connection alone).
 */
import type { TLSSocket } from 'node:tls';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { concatBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';

/** RFC 9266 section 2. */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;
/** Enough to be unguessable, and within what the module takes. */
const NONCE_BYTES = { least: 16, most: 512 };

export class ChannelAttestation {
  readonly instanceId: Uint8Array;
  readonly #nsm: NitroSecureModule;
  readonly #publicKey: Uint8Array;

  constructor(nsm: NitroSecureModule, publicKey: Uint8Array, instanceId: Uint8Array) {
    this.#nsm = nsm;
    this.#publicKey = publicKey;
    this.instanceId = instanceId;
  }

  attest(socket: TLSSocket, nonce: Uint8Array): Promise<Uint8Array> {
    if (nonce.length < NONCE_BYTES.least || nonce.length > NONCE_BYTES.most)
      throw new TruceError('MESSAGE_INVALID', {
        reason: `a nonce has ${NONCE_BYTES.least} to ${NONCE_BYTES.most} bytes`,
      });
    // In TLS 1.2 the exporter value need not be of one connection alone (RFC 9266 section 3, RFC 7627).
    if (socket.getProtocol() !== 'TLSv1.3')
      throw new TruceError('REQUEST_UNSUPPORTED', { request: 'attest over TLS 1.2' });
    const exported = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    const content = concatBytes(this.instanceId, exported);
    return this.#nsm.attest({
      userData: encodePurpose('truce/channel/v1', content),
      nonce,
      publicKey: this.#publicKey,
    });
  }
}
