/** AF_VSOCK as Node's sockets, over the machine's own loopback and to its parent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connectVsock, listenVsock, VMADDR_CID_LOCAL, vsockPeer } from '../../../native/vsock.ts';
import { HEARTBEAT, HEARTBEAT_PORT } from '../../../proto/boot.ts';
import { vsockTransport } from '../../../runtime/boot/vsock-transport.ts';
import { type ComplianceTransport, transportCompliance } from '../../support/transport-compliance.ts';
import type { Check } from './report.ts';

const PORT = 6001;

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

export function vsockChecks(parent: number): Check[] {
  const doors = vsockTransport(VMADDR_CID_LOCAL);
  const transport: ComplianceTransport = {
    listen: (port, accept, options) => doors.listen(port, accept, options),
    connect: (port, options) => connectVsock({ cid: VMADDR_CID_LOCAL, port }, options),
  };
  let before = 0;
  return [
    {
      name: 'descriptors are counted',
      run() {
        before = openDescriptors();
      },
    },
    ...transportCompliance(transport),
    {
      name: 'a port that is taken, numbers that are none and a CID that cannot be are refused by name',
      async run() {
        const server = await listenVsock({ port: PORT }, () => undefined);
        await assert.rejects(
          listenVsock({ port: PORT }, () => undefined),
          { code: 'EADDRINUSE', syscall: 'bind' },
        );
        for (const port of [-1, 1.5, 2 ** 32 - 1]) {
          await assert.rejects(
            listenVsock({ port }, () => undefined),
            RangeError,
          );
          await assert.rejects(connectVsock({ cid: VMADDR_CID_LOCAL, port }), RangeError);
        }
        await assert.rejects(connectVsock({ cid: 2 ** 32, port: 1 }), RangeError);
        await assert.rejects(connectVsock({ cid: VMADDR_CID_LOCAL, port: 60_000 }), {
          code: 'ECONNRESET',
          syscall: 'connect',
        });
        server.close();
      },
    },
    {
      name: 'a connection to nobody who answers ends in time, or when it is given up',
      async run() {
        // The parent's side passes on what is for itself alone: such a packet is lost.
        const lost = { cid: 12_345, port: 1 };
        await assert.rejects(connectVsock({ ...lost, timeoutMilliseconds: 200 }), { code: 'ETIMEDOUT' });
        const reason = new Error('given up');
        const giveUp = new AbortController();
        const connecting = connectVsock({ ...lost, signal: giveUp.signal });
        setTimeout(() => giveUp.abort(reason), 50);
        await assert.rejects(connecting, reason);
        await assert.rejects(connectVsock({ ...lost, signal: giveUp.signal }), reason);
      },
    },
    {
      name: 'who connected is known, and others than one CID can be turned away',
      async run() {
        const peers: unknown[] = [];
        const local = await listenVsock({ port: PORT }, (socket) => peers.push(vsockPeer(socket)?.cid), {
          from: VMADDR_CID_LOCAL,
        });
        const socket = await connectVsock({ cid: VMADDR_CID_LOCAL, port: PORT });
        assert.deepEqual(vsockPeer(socket), { cid: VMADDR_CID_LOCAL, port: PORT });
        socket.end();
        socket.resume();
        await once(socket, 'close');
        assert.deepEqual(peers, [VMADDR_CID_LOCAL]);
        assert.equal(vsockPeer(socket), undefined, 'closed');
        await new Promise((resolve) => local.close(resolve));
        const others = await listenVsock({ port: PORT }, () => assert.fail('served'), { from: parent });
        const stranger = await connectVsock({ cid: VMADDR_CID_LOCAL, port: PORT });
        stranger.on('error', () => undefined);
        stranger.resume();
        await once(stranger, 'close');
        others.close();
      },
    },
    {
      name: 'a larger buffer takes more from a peer that is not read',
      async run() {
        const taken: number[] = [];
        for (const bufferBytes of [64 << 10, 2 << 20]) {
          let far: Socket | undefined;
          const server = await listenVsock(
            { port: PORT },
            (socket) => {
              far = socket;
            },
            { bufferBytes },
          );
          // A sender's own buffer bounds what it sends ahead too.
          const near = await connectVsock({ cid: VMADDR_CID_LOCAL, port: PORT }, { bufferBytes });
          near.on('error', () => undefined);
          let flushed = 0;
          for (let piece = 0; piece < 128; piece++)
            near.write(new Uint8Array(32 << 10), (error) => {
              if (!error) flushed += 32 << 10;
            });
          for (let seen = -1; seen !== flushed; ) {
            seen = flushed;
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
          taken.push(flushed);
          near.destroy();
          far?.destroy();
          await new Promise((resolve) => server.close(resolve));
        }
        const [small, large] = taken as [number, number];
        assert.ok(small < 512 << 10 && large > 1 << 20, `${small} and ${large} bytes`);
      },
    },
    {
      name: 'the parent is reached, also by the flag that says so',
      async run() {
        const socket = await connectVsock({ cid: parent, port: HEARTBEAT_PORT, toHost: true });
        socket.write(Uint8Array.of(HEARTBEAT));
        const [answer] = (await once(socket, 'data')) as [Uint8Array];
        assert.deepEqual([...answer], [HEARTBEAT]);
        socket.destroy();
      },
    },
    {
      name: 'no descriptor is left open',
      run() {
        assert.ok(openDescriptors() <= before, `${openDescriptors()} are, ${before} were`);
      },
    },
  ];
}
