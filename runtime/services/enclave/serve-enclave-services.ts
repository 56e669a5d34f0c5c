/**
 * The enclave services' port. Inside TLS its callers are the parties of the policy, known by their certificates as on the
 * data plane; in the plain form of the originals there is but one, the host, which reads and changes all that passes.
 */
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { BootServices } from '../../../proto/boot-services.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { PolicyIdentity } from '../../../proto/policy/model.ts';
import type { RunningService, ServicesOptions } from '../start-services.ts';
import { makeEnclaveServices } from './all-services.ts';
import { refuseServiceCaller, ServiceConnection } from './connection.ts';
import { type CallerConnection, ServiceDispatcher } from './dispatcher.ts';
import {
  channelAttestationService,
  metricsService,
  pingService,
  plainAttestationService,
} from './own-services.ts';
import { type EnclaveService, HOST_CALLER } from './service.ts';

const PLAIN_WARNING =
  'WARNING: the enclave services are plain: the host reads and changes every request and answer, passwords and keys among them';

export async function serveEnclaveServices(
  options: ServicesOptions,
  { channel, port }: NonNullable<BootServices['enclave']>,
): Promise<RunningService> {
  const door = new ServiceDoor(options);
  const plain = channel === 'plain-and-read-by-the-host';
  if (plain) console.error(PLAIN_WARNING);
  const server = plain
    ? await options.transport.listen(port, (socket) => door.acceptPlain(socket), {
        halfOpen: true,
        connections: options.limits.serviceConnections,
      })
    : await options.transport.listen(port, (socket) => door.acceptSecure(socket));
  options.enclave.reportOn('enclave', () => ({
    channel,
    port,
    ...(plain ? { warning: PLAIN_WARNING } : {}),
    ...door.status(),
  }));
  return {
    port,
    close: async () => {
      server.close();
      await door.close();
    },
  };
}

class ServiceDoor {
  readonly #options: ServicesOptions;
  readonly #dispatcher: ServiceDispatcher;
  readonly #connections = new Map<Duplex, ServiceConnection>();
  /** Those whose handshake is not done, or brought no party of the policy; oldest first. */
  readonly #unproven = new Set<TLSSocket>();
  readonly #connectionsOf = new Map<string, number>();

  constructor(options: ServicesOptions) {
    this.#options = options;
    const services: EnclaveService[] = [
      pingService(),
      metricsService(() => this.#dispatcher.requests),
      ...makeEnclaveServices(options),
    ];
    this.#dispatcher = new ServiceDispatcher(services, options.limits);
  }

  /** A connection whose caller has yet to prove who it is. */
  acceptSecure(socket: Duplex): void {
    const { limits, enclave } = this.#options;
    const all = this.#connections.size + this.#unproven.size;
    if (all >= limits.serviceConnections && !this.#dropOldestUnproven()) {
      socket.destroy();
      return;
    }
    const secured = enclave.secure(socket, (connection, identity) => this.#open(connection, identity));
    if (secured === undefined) return;
    this.#unproven.add(secured);
    secured.once('close', () => this.#unproven.delete(secured));
  }

  /** A connection of whoever has the host. */
  acceptPlain(socket: Duplex): void {
    this.#serve(socket, { caller: { id: HOST_CALLER }, attestation: plainAttestationService() }, () => true);
  }

  status(): Record<string, unknown> {
    const { requests, calls } = this.#dispatcher;
    return { connections: this.#connections.size + this.#unproven.size, calls, requests };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.end()));
    for (const socket of [...this.#unproven, ...this.#connections.keys()]) socket.destroy();
  }

  #open(socket: TLSSocket, identity: PolicyIdentity | undefined): void {
    if (identity === undefined) {
      refuseServiceCaller(socket, new TruceError('IDENTITY_UNKNOWN'));
      return;
    }
    const id = createHash('sha256').update(identity.certificate).digest('hex');
    const count = this.#connectionsOf.get(id) ?? 0;
    if (count >= this.#options.limits.serviceConnectionsPerCaller) {
      refuseServiceCaller(socket, new TruceError('SESSION_LIMIT'));
      return;
    }
    this.#connectionsOf.set(id, count + 1);
    socket.once('close', () => this.#connectionsOf.set(id, (this.#connectionsOf.get(id) ?? 1) - 1));
    this.#unproven.delete(socket);
    const attestation = channelAttestationService(this.#options.enclave, socket);
    socket.setNoDelay(true);
    this.#serve(socket, { caller: { id }, attestation }, () => identity.notAfter > Date.now());
  }

  #serve(socket: Duplex, connection: CallerConnection, valid: () => boolean): void {
    const served = new ServiceConnection(socket, {
      dispatcher: this.#dispatcher,
      connection,
      valid,
      messageBytes: this.#options.limits.serviceMessageBytes,
    });
    this.#connections.set(socket, served);
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** Makes room for one that may be a party's: those that have shown no certificate yet must not keep the others out. */
  #dropOldestUnproven(): boolean {
    const [oldest] = this.#unproven;
    if (oldest === undefined) return false;
    this.#unproven.delete(oldest);
    oldest.destroy();
    return true;
  }
}
