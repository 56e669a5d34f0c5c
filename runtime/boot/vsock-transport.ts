/** The doors of the runtime in an enclave: AF_VSOCK ports of the same numbers. */
import { connectVsock, listenVsock } from '../../native/vsock.ts';
import { type Transport, unacceptable } from './transport.ts';

/** What a peer may send ahead: 256 KiB, the kernel's own value, would have both ends wait for each other. */
const BUFFER_BYTES = 1 << 20;

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
