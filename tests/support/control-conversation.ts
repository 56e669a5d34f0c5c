/** A control connection that asks without waiting: answers come in the order of the questions. */
import type { Socket } from 'node:net';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  decodeControlResponse,
  encodeControlRequest,
} from '../../proto/wire/control-messages.ts';

const LONGEST_RESPONSE = 1 << 20;

export class ControlConversation {
  readonly socket: Socket;
  readonly #waiting: ((response: ControlResponse | undefined) => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    const decoder = new ControlFrameDecoder(LONGEST_RESPONSE);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) this.#waiting.shift()?.(decodeControlResponse(frame));
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const settle of this.#waiting.splice(0)) settle(undefined);
    });
  }

  /** The answer to one request; undefined where the connection ends first. */
  ask(request: ControlRequest): Promise<ControlResponse | undefined> {
    return this.send(encodeControlFrame(encodeControlRequest(request)));
  }

  /** The same for bytes that need be no request. */
  send(frame: Uint8Array): Promise<ControlResponse | undefined> {
    if (this.socket.closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.socket.write(frame);
    });
  }
}
