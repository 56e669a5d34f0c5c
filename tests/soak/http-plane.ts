/**
 * `node build/tests/soak/http-plane.js [MIB]`: one message of so many MiB (1024) through the HTTP plane of a real enclave,
 * and back in one reply, and what the relay held at most meanwhile. Ends with 1 where a byte or a bound was broken.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultHttpPlaneOptions } from '../../host-bridge/relay/http-plane.ts';
import { defaultRelayOptions } from '../../host-bridge/relay/relay.ts';
import { RelaySupervisor } from '../../host-bridge/relay/supervisor.ts';
import { HttpPlaneClient } from '../support/http-plane-client.ts';
import { lengthOf, Message, readResponse } from '../support/http-plane-messages.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const MIB = 1 << 20;
const MOST_HELD = 192;
const LISTEN = { host: '127.0.0.1', port: 0 };
const mebibytes = Number(process.argv[2] ?? 1024);
if (!Number.isInteger(mebibytes) || mebibytes < 1) throw new Error('a number of MiB is due');

/** MiB that a process has held at most (proc(5), VmHWM), or holds now (VmRSS). */
function held(pid: number | undefined, what: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
}

const party = await makeParty('soak');
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
try {
  const client = await HttpPlaneClient.connect(
    relay.httpAddress!,
    { cert: party.certificate, key: party.key },
    MIB,
  );
  const before = held(relay.pid, 'VmRSS');
  // All of the message a MiB at a time, so that records are cut as if it were written at once.
  const length = mebibytes * MIB;
  const head = Message.writeFileHead('/data', length);
  const begin = Buffer.concat([lengthOf(head.length + length), head]);
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const sent = createHash('sha256');
  const content = (bytes: number) => {
    const piece = stream.update(Buffer.alloc(bytes));
    sent.update(piece);
    return piece;
  };
  let start = performance.now();
  await client.write(Buffer.concat([begin, content(MIB - begin.length)]));
  for (let index = 1; index < mebibytes; index++) await client.write(content(MIB));
  const answer = readResponse(await client.finish(content(begin.length)));
  if (answer.status !== 1) throw new Error('not written');
  const up = performance.now() - start;
  const received = createHash('sha256');
  let skipped: Buffer | undefined = Buffer.alloc(0);
  let left = length;
  const whole = new Promise<void>((resolve) => {
    client.divert((bytes) => {
      let data = bytes;
      if (skipped !== undefined) {
        skipped = Buffer.concat([skipped, bytes]);
        const begins = Message.contentOffset(skipped, length);
        if (begins === undefined) return;
        data = skipped.subarray(begins);
        skipped = undefined;
      }
      received.update(data);
      left -= data.length;
      if (left <= 0) resolve();
    });
  });
  start = performance.now();
  await client.write(Buffer.concat([lengthOf(Message.readFile('/data').length), Message.readFile('/data')]));
  await whole;
  const down = performance.now() - start;
  const most = held(relay.pid, 'VmHWM');
  const same = received.digest('hex') === sent.digest('hex') && left === 0;
  const rate = (milliseconds: number) => `${Math.round(mebibytes / (milliseconds / 1000))} MiB/s`;
  console.log(
    `${mebibytes} MiB up at ${rate(up)}, down at ${rate(down)}, ${same ? 'the same' : 'NOT the same'}`,
  );
  console.log(`the relay held ${before} MiB before, ${most} MiB at most (bound: ${MOST_HELD} MiB)`);
  process.exitCode = same && most <= MOST_HELD ? 0 : 1;
  client.close();
} finally {
  await relay.stop();
  await enclave.stop();
}
