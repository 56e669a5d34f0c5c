/** A port of the parent's that one enclave alone can dial, whichever launcher started it. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { listenVsock } from '../../native/vsock.ts';
import { TruceError } from '../../proto/errors.ts';
import type { DialTarget } from '../relay/dial-target.ts';

/** @param enclave any of its own ports; TruceError KMS_PROXY_LISTEN {door, reason} where the door is taken */
export async function listenForEnclave(
  enclave: DialTarget,
  door: number,
  connections: number,
  accept: (socket: Socket) => void,
): Promise<Server> {
  try {
    if (enclave.kind === 'vsock')
      return await listenVsock({ port: door }, accept, {
        allowHalfOpen: true,
        connections,
        from: enclave.cid,
      });
    const server = createServer({ allowHalfOpen: true }, accept);
    server.maxConnections = connections;
    server.listen(socketPath(enclave, door));
    await once(server, 'listening');
    return server;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TruceError('KMS_PROXY_LISTEN', { door, reason: code ?? message }, { cause });
  }
}

/** As the runtime's transport names the parent's ports; as vhost-device-vsock does behind its own socket. */
function socketPath(enclave: Exclude<DialTarget, { kind: 'vsock' }>, door: number): string {
  if (enclave.kind === 'vhost-user') return `${enclave.path}_${door}`;
  return join(dirname(enclave.path), `parent_${door}`);
}
