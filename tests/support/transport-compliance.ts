/**
 * What the runtime and the relay rely on, of any transport: one list of behaviours, run on the in-memory pairs, on Unix
 * sockets and, inside a machine, on AF_VSOCK. It knows no test framework, so that it runs where there is none.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { closed, errorOf, hashUntilEnd, PIECE_BYTES, sendRandom, take, untilEnd } from './stream-ends.ts';

export interface ComplianceListenOptions {
  readonly halfOpen?: boolean;
  readonly connections?: number;
}

/** One transport, as the list drives it. Ports are small numbers, each used by one behaviour alone. */
export interface ComplianceTransport {
  listen(
    port: number,
    accept: (socket: Duplex) => void,
    options?: ComplianceListenOptions,
  ): Promise<{ close(callback?: () => void): unknown }>;
  connect(port: number, options?: { readonly allowHalfOpen?: boolean }): Promise<Duplex>;
}

export interface Behaviour {
  readonly name: string;
  /** Throws where the transport does otherwise. */
  run(): Promise<void>;
}

interface Pair {
  readonly near: Duplex;
  readonly far: Duplex;
}

const MIB = 2 ** 20;
/** Between writer and a reader that has stopped: kernel buffers and both streams' own, with room to spare. */
const MOST_IN_FLIGHT = 16 * MIB;
const MANY = 64;

/**
 * The behaviours, to be run one after the other.
 * @param transferBytes how much goes each way in the large transfer, 16 MiB unless told
 */
export function transportCompliance(transport: ComplianceTransport, transferBytes = 16 * MIB): Behaviour[] {
  const behaviours: Behaviour[] = [];
  const behaviour = (name: string, run: (port: number) => Promise<void>) => {
    const port = 7001 + behaviours.length;
    behaviours.push({ name, run: () => run(port) });
  };
  /** Two connected ends, and the door closed again after the work. */
  const connected = async (
    port: number,
    work: (pair: Pair) => Promise<void>,
    halfOpen = true,
  ): Promise<void> => {
    const accepted: Duplex[] = [];
    let arrived: (socket: Duplex) => void = () => undefined;
    const first = new Promise<Duplex>((resolve) => {
      arrived = resolve;
    });
    const server = await transport.listen(
      port,
      (socket) => {
        accepted.push(socket);
        arrived(socket);
      },
      { halfOpen },
    );
    const near = await transport.connect(port, { allowHalfOpen: halfOpen });
    try {
      await work({ near, far: await first });
    } finally {
      near.destroy();
      for (const socket of accepted) socket.destroy();
      await closed(server);
    }
  };

  behaviour('bytes go both ways and keep their order', (port) =>
    connected(port, async ({ near, far }) => {
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        for (let number = 0; number < 100; number++) from.write(`${number} `);
        const expected = Array.from({ length: 100 }, (_, number) => `${number} `).join('');
        assert.equal((await take(to, expected.length)).toString(), expected);
      }
    }),
  );

  behaviour('large transfers both ways at once arrive whole', (port) =>
    connected(port, async ({ near, far }) => {
      const [sentNear, sentFar, gotFar, gotNear] = await Promise.all([
        sendRandom(near, transferBytes),
        sendRandom(far, transferBytes),
        hashUntilEnd(far),
        hashUntilEnd(near),
      ]);
      assert.deepEqual([gotFar, gotNear], [sentNear, sentFar]);
    }),
  );

  behaviour('a reader that stops stops the writer, and nothing is lost', (port) =>
    connected(port, async ({ near, far }) => {
      const piece = randomBytes(PIECE_BYTES);
      const sent = createHash('sha256');
      let [flushed, accepted, refusals] = [0, 0, 0];
      const write = () => {
        sent.update(piece);
        accepted += piece.length;
        const room = near.write(piece, (error) => {
          if (error === null || error === undefined) flushed += piece.length;
        });
        if (!room) refusals++;
        return room;
      };
      // As much as goes: until the transport has taken nothing more for a while.
      for (let seen = -1; flushed !== seen && flushed <= MOST_IN_FLIGHT; ) {
        seen = flushed;
        while (write());
        for (let turn = 0; turn < 50 && near.writableNeedDrain; turn++) await delay(2);
      }
      assert.ok(refusals > 0, 'write() never asked to wait');
      assert.ok(flushed <= MOST_IN_FLIGHT, `${flushed} bytes went to a reader that takes none`);
      near.end();
      const got = hashUntilEnd(far);
      assert.equal(await got, sent.digest('hex'));
      assert.ok(accepted > 0);
    }),
  );

  for (const side of ['connects', 'accepts'] as const)
    behaviour(`the side that ${side} can end its half and still hear the other`, (port) =>
      connected(port, async ({ near, far }) => {
        const [ending, other] = side === 'connects' ? [near, far] : [far, near];
        ending.end('question');
        assert.equal((await untilEnd(other)).toString(), 'question');
        assert.ok(other.writable, 'the half that was not ended can be written to');
        await nextTurn();
        other.write('ans');
        other.end('wer');
        assert.equal((await untilEnd(ending)).toString(), 'answer');
      }),
    );

  behaviour('without half-open ends, the end of one side ends both', (port) =>
    connected(
      port,
      async ({ near, far }) => {
        const [nearClosed, farClosed] = [once(near, 'close'), once(far, 'close')];
        far.resume();
        near.resume();
        near.end('bye');
        await Promise.all([nearClosed, farClosed]);
      },
      false,
    ),
  );

  behaviour('zero bytes are written and nothing comes of them', (port) =>
    connected(port, async ({ near, far }) => {
      await new Promise<void>((resolve, reject) =>
        near.write(new Uint8Array(0), (error) => (error ? reject(error) : resolve())),
      );
      near.write('a');
      near.write(new Uint8Array(0));
      near.end('b');
      assert.equal((await untilEnd(far)).toString(), 'ab');
    }),
  );

  behaviour('a peer that vanishes while it is written to ends the writer with the name of an errno', (port) =>
    connected(port, async ({ near, far }) => {
      const failed = errorOf(near);
      const [nearClosed] = [once(near, 'close').catch(() => undefined)];
      const piece = Buffer.alloc(PIECE_BYTES);
      far.once('data', () => far.destroy());
      while (!near.destroyed) {
        if (!near.write(piece)) await Promise.race([once(near, 'drain').catch(() => undefined), nearClosed]);
        await nextTurn();
      }
      const { code } = await failed;
      assert.match(code ?? '', /^(EPIPE|ECONNRESET|ENOTCONN)$/);
      await nearClosed;
    }),
  );

  behaviour('a peer that vanishes is an end, or a reset, to the reader', (port) =>
    connected(port, async ({ near, far }) => {
      far.write('last words');
      assert.equal((await take(near, 10)).toString(), 'last words');
      // With bytes that it never read: some transports make a reset of that.
      near.write('unheard');
      await nextTurn();
      const ended = new Promise<string>((resolve) => {
        near.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'no code'));
        near.once('end', () => resolve('end'));
      });
      near.resume();
      far.destroy();
      assert.match(await ended, /^(end|ECONNRESET|EPIPE)$/);
    }),
  );

  behaviour('a port where nobody listens refuses by the name of an errno', async (port) => {
    const failure = await transport.connect(port).then(
      (socket) => {
        socket.destroy();
        return undefined;
      },
      (error: NodeJS.ErrnoException) => error,
    );
    assert.match(failure?.code ?? 'it connected', /^(ECONNREFUSED|ECONNRESET|ENOENT)$/);
  });

  behaviour(`${MANY} connections at once each carry their own bytes`, async (port) => {
    const server = await transport.listen(port, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    await Promise.all(
      Array.from({ length: MANY }, async () => {
        const socket = await transport.connect(port);
        const bytes = randomBytes(10_000);
        socket.write(bytes);
        assert.ok((await take(socket, bytes.length)).equals(bytes));
        socket.destroy();
      }),
    );
    await closed(server);
  });

  behaviour('a server that closes takes no more connections and leaves the ones it has', (port) =>
    (async () => {
      let far: Duplex | undefined;
      const server = await transport.listen(port, (socket) => {
        far = socket;
        socket.pipe(socket);
      });
      const near = await transport.connect(port);
      near.write('x');
      await take(near, 1);
      const gone = closed(server);
      await assert.rejects(transport.connect(port));
      near.write('still here');
      assert.equal((await take(near, 10)).toString(), 'still here');
      near.destroy();
      far?.destroy();
      await gone;
    })(),
  );

  behaviour(
    'connections beyond the limit are closed, and a place that is free again is given away',
    async (port) => {
      const server = await transport.listen(
        port,
        (socket) => {
          socket.on('error', () => socket.destroy());
          socket.on('end', () => socket.destroy());
          socket.resume();
          socket.write('in');
        },
        { connections: 2 },
      );
      const inside = await Promise.all([transport.connect(port), transport.connect(port)]);
      for (const socket of inside) assert.equal((await take(socket, 2)).toString(), 'in');
      const third = await transport.connect(port);
      third.on('error', () => undefined);
      third.resume();
      if (!third.destroyed) await once(third, 'close');
      const [leaving, staying] = inside as [Duplex, Duplex];
      leaving.destroy();
      // The place is free when the server has seen the end.
      for (let admitted = false; !admitted; ) {
        const next = await transport.connect(port);
        next.on('error', () => undefined);
        admitted = await Promise.race([
          take(next, 2).then(() => true),
          once(next, 'close').then(() => false),
        ]).catch(() => false);
        next.destroy();
      }
      staying.destroy();
      await closed(server);
    },
  );

  return behaviours;
}
