/** Where a port of an enclave is reached from the host, by kind of launcher. */

/** The process launcher's socket of a port. */
export interface UnixTarget {
  readonly kind: 'unix';
  readonly path: string;
}

/** A port of a Nitro enclave. */
export interface VsockTarget {
  readonly kind: 'vsock';
  readonly cid: number;
  readonly port: number;
}

/** A port behind vhost-device-vsock: its one Unix socket, and which port to ask for. */
export interface VhostUserTarget {
  readonly kind: 'vhost-user';
  readonly path: string;
  readonly port: number;
}

export type DialTarget = UnixTarget | VsockTarget | VhostUserTarget;

/**
 * Whether an end of one direction reaches the other side on its own. vhost-device-vsock 0.3 has but the end of both: a
 * guest's half-close it keeps to itself, and of the host's it makes a full close (its vsock_conn.rs, recv_pkt and send_pkt).
 */
export function passesHalfClose(target: DialTarget): boolean {
  return target.kind !== 'vhost-user';
}
