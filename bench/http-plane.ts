/**
 * The HTTP plane: requests a second and bytes a second beside TCP through the same relay, and against fastify alone that
 * takes and gives as many bytes, and node:tls alone. The client is the tests' own, in this process, as are the others'.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { defaultHttpPlaneOptions } from '../host-bridge/relay/http-plane.ts';
import { defaultRelayOptions } from '../host-bridge/relay/relay.ts';
import { RelaySupervisor } from '../host-bridge/relay/supervisor.ts';
import { HttpPlaneClient } from '../tests/support/http-plane-client.ts';
import { Message, readResponse } from '../tests/support/http-plane-messages.ts';
import { type PlaneAddress, post } from '../tests/support/http-plane-post.ts';
import { READ, WRITE } from '../tests/support/policy-text.ts';
import { repositoryRoot } from '../tests/support/repository.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { openTls, startBarePair } from './bare-tls.ts';
import { interleave, median, type Row } from './measure.ts';

const REQUESTS = 500;
const ROUNDS = 5;
const LENGTH = 64 << 20;
/** Bytes of TLS in a POST, so that its base64 fits fastify's usual limit of 1 MiB. */
const POSTED = 700_000;
const LISTEN = { host: '127.0.0.1', port: 0 };
/** What a request for the policy's hash is in a POST, and its reply: records of TLS 1.3 in base64, and the session. */
const SMALL_BODY = Buffer.alloc(56, 0x41);
const SMALL_REPLY = 140;
const SUCCESS = 1;

/** The same requests over a TLS connection of its own. */
class TcpClient {
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket) {
    this.#socket = socket.setNoDelay(true);
  }

  async ask(message: Buffer): Promise<Buffer> {
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64BE(BigInt(message.length));
    const chunks: Buffer[] = [];
    let length = 0;
    const answer = new Promise<Buffer>((resolve) => {
      const take = (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length < 8) return;
        const first = chunks[0]!.length >= 8 ? chunks[0]! : Buffer.concat(chunks);
        if (length < 8 + Number(first.readBigUInt64BE(0))) return;
        this.#socket.off('data', take);
        resolve(Buffer.concat(chunks).subarray(8));
      };
      this.#socket.on('data', take);
    });
    this.#socket.write(Buffer.concat([prefix, message]));
    return answer;
  }
}

interface BareFastify {
  readonly address: PlaneAddress;
  stop(): void;
}

async function startBareFastify(): Promise<BareFastify> {
  const child = fork(fileURLToPath(new URL('bare-fastify-server.js', import.meta.url)));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const { hostname, port } = new URL(url);
  return { address: { host: hostname, port: Number(port) }, stop: () => child.disconnect() };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function measureHttpPlane(): Promise<Row[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/data': READ | WRITE } }],
  });
  const relay = await RelaySupervisor.start({
    program: fileURLToPath(new URL('dist/relay.js', repositoryRoot)),
    relay: {
      ...defaultRelayOptions,
      listen: LISTEN,
      target: enclave.enclave.dataTarget,
      http: { ...defaultHttpPlaneOptions, listen: LISTEN },
    },
  });
  const [tls, fastify] = [await startBarePair(party), await startBareFastify()];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const credentials = { cert: party.certificate, key: party.key };
  const plane = await HttpPlaneClient.connect(relay.httpAddress!, credentials, POSTED);
  const byRecord = await HttpPlaneClient.connect(relay.httpAddress!, credentials, 'record');
  const tcp = new TcpClient(await openTls(relay.address, party));
  try {
    const requests = (ask: () => Promise<unknown>) => () =>
      milliseconds(async () => {
        for (let left = REQUESTS; left > 0; left--) await ask();
      });
    const small = await interleave(ROUNDS, {
      plane: requests(() => plane.ask(Message.requestPolicyHash())),
      tcp: requests(() => tcp.ask(Message.requestPolicyHash())),
      fastify: requests(() => post(fastify.address, SMALL_BODY, { agent, path: `/${SMALL_REPLY}` })),
    });
    const file = Message.writeFile('/data', Buffer.alloc(LENGTH, 0x5a));
    const body = Buffer.alloc(Math.ceil(POSTED / 3) * 4, 0x41);
    const posts = Math.ceil(LENGTH / POSTED);
    const write = async (client: { ask(message: Buffer): Promise<Buffer> }) => {
      if (readResponse(await client.ask(file)).status !== SUCCESS) throw new Error('not written');
    };
    const bare = async (sent: Buffer, length: number) => {
      for (let left = posts; left > 0; left--)
        await post(fastify.address, sent, { agent, path: `/${length}` });
    };
    const large = await interleave(ROUNDS, {
      planeUp: () => milliseconds(() => write(plane)),
      recordUp: () => milliseconds(() => write(byRecord)),
      tcpUp: () => milliseconds(() => write(tcp)),
      fastifyUp: () => milliseconds(() => bare(body, 2)),
      tlsUp: () => milliseconds(() => tls.upload(LENGTH)),
      planeDown: () => milliseconds(() => plane.ask(Message.readFile('/data'))),
      tcpDown: () => milliseconds(() => tcp.ask(Message.readFile('/data'))),
      fastifyDown: () => milliseconds(() => bare(SMALL_BODY, body.length)),
      tlsDown: () => milliseconds(() => tls.download(LENGTH)),
    });
    const row = (what: string, own: readonly number[], other: readonly number[], show: Shown): Row => ({
      what,
      truce: show(median(own)),
      other: show(median(other)),
      ratio: (median(other) / median(own)).toFixed(2),
      goal: '',
    });
    return [
      row('small requests, one after the other; TCP', small.plane, small.tcp, perSecond),
      row('the same; bare fastify', small.plane, small.fastify, perSecond),
      row('upload of 64 MiB; TCP', large.planeUp, large.tcpUp, rate),
      row('the same; bare fastify', large.planeUp, large.fastifyUp, rate),
      row('the same; bare node:tls', large.planeUp, large.tlsUp, rate),
      row('upload of 64 MiB, a record a POST; TCP', large.recordUp, large.tcpUp, rate),
      row('download of 64 MiB; TCP', large.planeDown, large.tcpDown, rate),
      row('the same; bare fastify', large.planeDown, large.fastifyDown, rate),
      row('the same; bare node:tls', large.planeDown, large.tlsDown, rate),
    ];
  } finally {
    agent.destroy();
    plane.close();
    byRecord.close();
    tls.stop();
    fastify.stop();
    await relay.stop();
    await enclave.stop();
  }
}

type Shown = (milliseconds: number) => string;

function perSecond(taken: number): string {
  return `${Math.round(REQUESTS / (taken / 1000))}/s`;
}

function rate(taken: number): string {
  return `${Math.round(LENGTH / (1 << 20) / (taken / 1000))} MiB/s`;
}
