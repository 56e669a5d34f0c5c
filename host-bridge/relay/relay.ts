/**
 * The relay: takes TCP connections and passes their bytes to the enclave and back. It looks at none of them: what it
 * carries is TLS between the client and the enclave, and it is trusted with nothing but to deliver.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { takeOver } from './accepted-socket.ts';
import { BufferSupply } from './buffer-supply.ts';
import { dial } from './dial.ts';
import { type DialTarget, passesHalfClose } from './dial-target.ts';
import { forwardBytes, forwardEnd, HIGH_WATER_MARK, readInto } from './forward.ts';

export interface RelayOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly target: DialTarget;
  /** Connections at once; further ones are closed as they come. */
  readonly connections: number;
  /** How long the enclave may take to accept a connection. */
  readonly connectMilliseconds: number;
  /** How long a connection may carry nothing in either direction: longer than the longest run, whose client waits. */
  readonly idleMilliseconds: number;
  /**
   * How long a client may go on sending to an enclave that has closed, or leave unread what it was told; and how long an
   * enclave that cannot be told of the client's end may be silent before all is closed. 10 s unless told.
   */
  readonly lingerMilliseconds?: number;
  /** How long a client may take to make room for what the enclave sends it (HIGH_WATER_MARK). 10 min unless told. */
  readonly stallMilliseconds?: number;
}

export const defaultRelayOptions = {
  connections: 1024,
  connectMilliseconds: 10_000,
  idleMilliseconds: 25 * 3_600_000,
} as const satisfies Partial<RelayOptions>;

export interface RelayCounts {
  /** Connections open now. */
  readonly open: number;
  readonly accepted: number;
  /** Closed at once because `connections` were open. */
  readonly refused: number;
  /** Ended by a fault: no enclave, a reset, a time-out. */
  readonly failed: number;
  readonly toEnclave: number;
  readonly fromEnclave: number;
}

/** The enclave decrypts one part while the next one comes. */
const SEND_BUFFER_BYTES = 2 << 20;
/** Finds peers that vanished without a word; Linux then probes 9 times, 75 s apart (tcp(7)). */
const KEEP_ALIVE_MILLISECONDS = 60_000;
const LINGER_MILLISECONDS = 10_000;
/** A user's pause, and no more: while it lasts the enclave's close is not seen either. */
const STALL_MILLISECONDS = 600_000;

export class Relay {
  readonly #options: RelayOptions;
  readonly #server: Server;
  readonly #supply = new BufferSupply();
  readonly #open = new Set<Socket>();
  #accepted = 0;
  #refused = 0;
  #failed = 0;
  #toEnclave = 0;
  #fromEnclave = 0;

  private constructor(options: RelayOptions) {
    this.#options = options;
    // Half-open, since each direction ends on its own: the relay passes an end on, it does not answer it.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (accepted) =>
      this.#accept(accepted),
    );
  }

  /** Starts to listen. TruceError RELAY_LISTEN {address, reason} where the address cannot be had. */
  static async listen(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    const { host, port } = options.listen;
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', (error: NodeJS.ErrnoException) => {
        const address = `${host}:${port}`;
        reject(
          new TruceError('RELAY_LISTEN', { address, reason: error.code ?? error.message }, { cause: error }),
        );
      });
      relay.#server.listen({ host, port }, resolve);
    });
    // A connection that could not be taken is one client's trouble.
    relay.#server.on('error', () => undefined);
    return relay;
  }

  /** Where clients connect: the port that was given where port 0 was asked for. */
  get address(): { readonly host: string; readonly port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('the relay does not listen');
    return { host: address.address, port: address.port };
  }

  get counts(): RelayCounts {
    let [toEnclave, fromEnclave] = [this.#toEnclave, this.#fromEnclave];
    for (const client of this.#open) {
      toEnclave += client.bytesRead;
      fromEnclave += client.bytesWritten;
    }
    return {
      open: this.#open.size,
      accepted: this.#accepted,
      refused: this.#refused,
      failed: this.#failed,
      toEnclave,
      fromEnclave,
    };
  }

  /** Listens no more and drops every connection. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#open) client.destroy();
    await closed;
  }

  #accept(accepted: Socket): void {
    if (this.#open.size >= this.#options.connections) {
      this.#refused += 1;
      accepted.destroy();
      return;
    }
    this.#accepted += 1;
    let enclave: Socket | undefined;
    // Nothing is read before there is an enclave to read for.
    const onread = readInto(this.#supply, () => enclave!);
    const client = takeOver(accepted, onread, HIGH_WATER_MARK);
    this.#open.add(client);
    let failed = false;
    const fail = () => {
      failed = true;
      // The system goes on delivering what a connection was told to its end; a reset would take it back.
      if (client.writableFinished) client.destroy();
      else client.resetAndDestroy();
    };
    const gone = new AbortController();
    client.on('error', fail);
    client.once('close', () => {
      gone.abort();
      this.#open.delete(client);
      this.#toEnclave += client.bytesRead;
      this.#fromEnclave += client.bytesWritten;
      if (failed) this.#failed += 1;
    });
    const stall = new Stall(this.#options.stallMilliseconds ?? STALL_MILLISECONDS, fail);
    client.on('drain', () => stall.end()).once('close', () => stall.end());
    this.#dial(client, gone.signal, () => stall.begin()).then(
      (connected) => {
        enclave = connected;
        // Every byte of either direction passes through the client's socket, so its timer sees them all.
        client.setTimeout(this.#options.idleMilliseconds, fail);
        client.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
        join(client, connected, {
          halfClose: passesHalfClose(this.#options.target),
          linger: this.#options.lingerMilliseconds ?? LINGER_MILLISECONDS,
          fail,
        });
      },
      // Nobody to tell but the client, whose connection this ends; the count keeps it.
      () => {
        if (!client.destroyed) fail();
      },
    );
  }

  #dial(client: Socket, gone: AbortSignal, held: () => void): Promise<Socket> {
    const { target, connectMilliseconds } = this.#options;
    const signal = AbortSignal.any([gone, AbortSignal.timeout(connectMilliseconds)]);
    const options = {
      onread: readInto(this.#supply, () => client, held),
      writableHighWaterMark: HIGH_WATER_MARK,
      sendBufferBytes: SEND_BUFFER_BYTES,
    };
    return dial(target, options, signal);
  }
}

/** The time for which a client makes no room: silence alone would not do, since it may be sending all the while. */
class Stall {
  readonly #milliseconds: number;
  readonly #fail: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, fail: () => void) {
    this.#milliseconds = milliseconds;
    this.#fail = fail;
  }

  begin(): void {
    this.#timer ??= setTimeout(this.#fail, this.#milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

interface JoinOptions {
  /** Whether the enclave can be told that the client has ended its direction. */
  readonly halfClose: boolean;
  readonly linger: number;
  /** Ends the client's connection, and counts that. */
  readonly fail: () => void;
}

/**
 * Passes bytes and ends both ways. An enclave that closes for good has often just said why, and the client may still be
 * sending: what was read goes out before the connection ends, since a reset would overtake it. Whether it is complete is
 * for the TLS inside to say.
 */
function join(client: Socket, enclave: Socket, { halfClose, linger, fail }: JoinOptions): void {
  enclave.on('error', () => enclave.destroy());
  enclave.once('close', () => takeLeave(client, linger, fail));
  // An end of both directions looks like that of one until something is sent: one who sends nothing has no longer either.
  enclave.once('end', () => client.setTimeout(linger));
  client.once('close', () => enclave.destroy());
  forwardEnd(enclave, client);
  if (halfClose) forwardEnd(client, enclave);
  else endTogether(client, enclave, linger);
  forwardBytes(client, enclave);
  forwardBytes(enclave, client);
}

/**
 * Lets a client take what it was told by an enclave that is gone. Until it has, that alone counts and not what it sends;
 * then what it sends is thrown away, since a reset would overtake what is still under way to it, for so long and no longer.
 */
function takeLeave(client: Socket, linger: number, fail: () => void): void {
  if (client.destroyed) return;
  client.pause();
  client.setTimeout(linger);
  const told = () => {
    client.resume();
    const timer = setTimeout(fail, linger);
    client.once('close', () => clearTimeout(timer));
  };
  if (client.writableFinished) told();
  else client.once('finish', told);
  client.end();
}

/**
 * For a back end that knows but the end of both directions. The enclave's end is then the whole connection's. The client's
 * cannot be passed on before the enclave has said all that it has to say, and nothing tells when: silence does, counted
 * from the last byte that moved either way. TLS ends by itself, with an alert in each direction, well before.
 */
function endTogether(client: Socket, enclave: Socket, linger: number): void {
  enclave.once('end', () => enclave.destroy());
  client.once('end', () => {
    const delivered = () => enclave.bytesWritten - enclave.writableLength;
    let before = delivered();
    client.removeAllListeners('timeout');
    client.setTimeout(linger, () => {
      if (enclave.destroyed) client.resetAndDestroy();
      else if (delivered() === before) enclave.destroy();
      before = delivered();
      client.setTimeout(linger);
    });
  });
}
