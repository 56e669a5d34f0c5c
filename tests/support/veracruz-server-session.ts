/**
 * Stands in for Veracruz's server between a TLS client and a session in messages of the control plane: what the client
 * sends goes in, then what there is for it is asked for until nothing comes, and then the client has its turn again.
 */
import { Duplex } from 'node:stream';
import type { ControlConversation } from './control-conversation.ts';

/** As much as Veracruz's server reads at once. */
const PIECE_BYTES = 32_768;

export class VeracruzServerSession extends Duplex {
  readonly session: number;
  readonly #control: ControlConversation;

  private constructor(control: ControlConversation, session: number) {
    super();
    this.#control = control;
    this.session = session;
  }

  static async open(control: ControlConversation): Promise<VeracruzServerSession> {
    const answer = await control.ask({ kind: 'new_tls_session' });
    if (answer?.kind !== 'tls_session') throw new Error('no session');
    return new VeracruzServerSession(control, answer.session);
  }

  override _read(): void {
    // What comes back is pushed as it comes.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.#carry(chunk).then(() => callback(), callback);
  }

  async #carry(chunk: Uint8Array): Promise<void> {
    const { session } = this;
    for (let offset = 0; offset < chunk.length; offset += PIECE_BYTES) {
      const data = chunk.subarray(offset, offset + PIECE_BYTES);
      const sent = await this.#control.ask({ kind: 'send_tls_data', session, data });
      if (sent?.kind !== 'status' || sent.status !== 0) return this.#over();
      for (;;) {
        const answer = await this.#control.ask({ kind: 'get_tls_data', session });
        if (answer?.kind !== 'tls_data') return this.#over();
        if (answer.data.length === 0) break;
        this.push(answer.data);
      }
    }
  }

  /** As the loss of the client's connection to the server. */
  #over(): void {
    this.push(null);
  }
}
