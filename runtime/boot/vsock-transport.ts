/** The doors of the runtime in an enclave: AF_VSOCK ports of the same numbers. */
import { connectVsock, listenVsock } from '../../native/vsock.ts';
import { type Transport, unacceptable } from './transport.ts';

/** What a peer may send ahead on one connection: the kernel's own value. A larger one made no transfer faster. */
const BUFFER_BYTES = 256 << 10;

/** @param parentCid the machine that started the enclave: 3 on Nitro */
export function vsockTransport(parentCid: number): Transport {
  return {
    async listen(port, accept, { halfOpen = false, connections } = {}) {
      const server = await listenVsock({ port }, accept, {
        allowHalfOpen: halfOpen,
        bufferBytes: BUFFER_BYTES,
        ...(connections === undefined ? {} : { connections }),
      });
      server.on('error', (error) => unacceptable(port, error));
      return server;
    },
    connectParent: (port) => connectVsock({ cid: parentCid, port }),
  };
}
