/** The engine's end of its channel to `truce exec`: the settings in, the outcome out, and the order to stop. */
import { Socket } from 'node:net';
import {
  EXEC_CHANNEL,
  EXEC_MESSAGE_BYTES,
  type ExecOutcome,
  type ExecSettings,
  encodeExecMessage,
} from '../../proto/exec.ts';

export class ExecChannel {
  readonly #socket = new Socket({ fd: EXEC_CHANNEL, readable: true, writable: true });
  readonly #stopped = new AbortController();
  /** The settings, once they have come whole; rejects where the other side went away before. */
  readonly settings: Promise<ExecSettings>;

  constructor() {
    this.settings = new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let length = 0;
      this.#socket.on('data', (piece: Buffer) => {
        length += piece.length;
        pieces.push(piece);
        if (length > EXEC_MESSAGE_BYTES) reject(new Error('the settings are too long'));
        if (piece.includes(0x0a)) resolve(JSON.parse(Buffer.concat(pieces).toString()) as ExecSettings);
      });
      const ended = () => {
        reject(new Error('there are no settings'));
        this.#stopped.abort();
      };
      this.#socket.on('end', ended);
      this.#socket.on('close', ended);
      this.#socket.on('error', ended);
    });
    // Whoever awaits it hears of the failure; nobody does where the end comes later.
    this.settings.catch(() => undefined);
  }

  /** Aborts when the other side ends the channel, or is gone. */
  get stop(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Resolves when the outcome is on its way. Nobody hears it where the other side is gone. */
  async send(outcome: ExecOutcome): Promise<void> {
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => this.#socket.end(encodeExecMessage(outcome), () => resolve()));
  }
}
