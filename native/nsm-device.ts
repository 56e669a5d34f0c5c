/**
 * The Nitro Secure Module's device: one exchange of bytes is one ioctl, which may take two minutes and so never happens
 * on the main thread. Source: Linux include/uapi/linux/nsm.h, drivers/misc/nsm.c.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { SystemError } from './errno.ts';
import { callAside, kernelBuffer, libc, withAddresses } from './libc.ts';

/** _IOWR(0x0A, 0, struct nsm_raw). */
const NSM_IOCTL_RAW = 0xc0200a00;
/** struct nsm_raw: address and length of the request, then of the response. */
const RAW_BYTES = 32;
const RESPONSE_LENGTH_OFFSET = 24;
const REQUEST_MAXIMUM = 0x1000;
const RESPONSE_MAXIMUM = 0x3000;

export class NsmDevice {
  readonly #descriptor: number;
  #busy = false;
  #closed = false;

  /** @throws Error of node:fs where there is no such device, or not for us */
  constructor(path = '/dev/nsm') {
    this.#descriptor = openSync(path, constants.O_RDWR);
  }

  /**
   * Sends a request of at most 4096 bytes; resolves with the response, a copy of at most 12288. One at a time.
   * @throws SystemError (ETIMEDOUT after two minutes, EIO and others); RangeError for requests too long; Error while
   *   another one is under way, or after close
   */
  async exchange(request: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) throw new Error('the secure module is closed');
    if (this.#busy) throw new Error('the secure module answers one request at a time');
    if (request.length > REQUEST_MAXIMUM) throw new RangeError('a request has at most 4096 bytes');
    const [sent, response, raw] = [
      kernelBuffer(REQUEST_MAXIMUM),
      kernelBuffer(RESPONSE_MAXIMUM),
      kernelBuffer(RAW_BYTES),
    ];
    sent.set(request);
    const view = new DataView(raw.buffer);
    withAddresses([sent, response], (sentAt, responseAt) => {
      view.setBigUint64(0, sentAt!, true);
      view.setBigUint64(8, BigInt(request.length), true);
      view.setBigUint64(16, responseAt!, true);
      view.setBigUint64(RESPONSE_LENGTH_OFFSET, BigInt(RESPONSE_MAXIMUM), true);
    });
    this.#busy = true;
    try {
      // The addresses stay good: the buffers are held until the call has returned.
      const { result, errno } = await callAside(
        libc.ioctl,
        [this.#descriptor, NSM_IOCTL_RAW, raw],
        [sent, response, raw],
      );
      if (result === -1) throw new SystemError('ioctl', errno);
    } finally {
      this.#busy = false;
      if (this.#closed) closeSync(this.#descriptor);
    }
    const length = view.getBigUint64(RESPONSE_LENGTH_OFFSET, true);
    if (length > BigInt(RESPONSE_MAXIMUM)) throw new Error('the secure module answered more than it may');
    return response.slice(0, Number(length));
  }

  /** A request under way still gets its answer. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#busy) closeSync(this.#descriptor);
  }
}
