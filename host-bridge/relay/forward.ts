/** One direction of a connection: what a socket reads is written to another, no faster than that one takes it. */
import type { OnReadOpts, Socket } from 'node:net';
import { type BufferSupply, SMALL_BYTES } from './buffer-supply.ts';

/** Bytes that may wait for a destination before its source is paused. */
export const HIGH_WATER_MARK = 256 * 1024;

/**
 * How a socket is to read so that its bytes go to `destination`; for the constructor's `onread`. The buffer goes back to
 * the supply when the destination is done with it. A destination that takes no more makes its source's bytes vanish.
 * `held` is called each time the source has to wait for it.
 */
export function readInto(
  supply: BufferSupply,
  destination: () => Socket,
  held: () => void = () => undefined,
): OnReadOpts {
  let large = false;
  return {
    buffer: () => supply.take(large),
    callback(length, buffer) {
      large = length === buffer.length || (large && length > SMALL_BYTES);
      const target = destination();
      if (target.destroyed || target.writableEnded) {
        supply.give(buffer);
        return true;
      }
      const goesOn = target.write(buffer.subarray(0, length), () => supply.give(buffer));
      if (!goesOn) held();
      return goesOn;
    },
  };
}

/** Lets the source begin, and go on whenever there is room again. */
export function forwardBytes(source: Socket, destination: Socket): void {
  destination.on('drain', () => source.resume());
  source.resume();
}

/** Passes an end on as it comes, the other direction left as it is. */
export function forwardEnd(source: Socket, destination: Socket): void {
  source.once('end', () => destination.end());
}
