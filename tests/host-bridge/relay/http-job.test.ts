/** A whole job through the HTTP plane, in a real enclave, by a client that was written from the documents alone. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { defaultHttpPlaneOptions } from '../../../host-bridge/relay/http-plane.ts';
import { defaultRelayOptions } from '../../../host-bridge/relay/relay.ts';
import { RelaySupervisor } from '../../../host-bridge/relay/supervisor.ts';
import { type Cut, HttpPlaneClient } from '../../support/http-plane-client.ts';
import { Message, type Response, readResponse } from '../../support/http-plane-messages.ts';
import { post } from '../../support/http-plane-post.ts';
import { READ, RUN, WRITE } from '../../support/policy-text.ts';
import { repositoryRoot } from '../../support/repository.ts';
import { makeParty, type Party, startTestEnclave } from '../../support/test-enclave.ts';

const SUCCESS = 1;
const LOOPBACK = { host: '127.0.0.1', port: 0 };
const MIB = 1 << 20;
const program = readFileSync(
  new URL('examples/string-edit-distance/string-edit-distance.wasm', repositoryRoot),
);
const party = await makeParty('an-old-client');
const stranger = await makeParty('a-stranger');
const enclave = await startTestEnclave({
  parties: [
    {
      certificate: party.certificate,
      rights: {
        '/program/distance.wasm': WRITE | RUN,
        '/input/': WRITE,
        '/output/': READ,
        '/data': READ | WRITE,
      },
    },
  ],
  programs: [
    { path: '/program/distance.wasm', module: program, rights: { '/input/': READ, '/output/': WRITE } },
  ],
});
t.teardown(() => enclave.stop());
const relay = await RelaySupervisor.start({
  program: fileURLToPath(new URL('dist/relay.js', repositoryRoot)),
  relay: {
    ...defaultRelayOptions,
    listen: LOOPBACK,
    target: enclave.enclave.dataTarget,
    // No message of these ends in a full record.
    http: { ...defaultHttpPlaneOptions, listen: LOOPBACK, continuationMilliseconds: 5 },
  },
});
t.teardown(() => relay.stop());
const address = relay.httpAddress!;

function connect(who: Party, cut?: Cut): Promise<HttpPlaneClient> {
  return HttpPlaneClient.connect(
    address,
    { cert: who.certificate, key: who.key, minVersion: 'TLSv1.3' },
    cut,
  );
}

async function ask(client: HttpPlaneClient, message: Buffer): Promise<Response> {
  return readResponse(await client.ask(message));
}

t.test('files and a program go in, the program runs, and its result comes out', async (t) => {
  const client = await connect(party);
  t.teardown(() => client.close());
  const hash = await ask(client, Message.requestPolicyHash());
  t.equal(hash.data?.toString(), createHash('sha256').update(enclave.policy).digest('hex'));
  const files: [string, Buffer][] = [
    ['/program/distance.wasm', program],
    ['/input/a.csv', Buffer.from('name\nkitten\n')],
    ['/input/b.csv', Buffer.from('name\nsitting\nmitten\n')],
  ];
  for (const [name, data] of files)
    t.equal((await ask(client, Message.writeFile(name, data))).status, SUCCESS, name);
  const run = await ask(client, Message.requestResult('/program/distance.wasm'));
  t.same(run, { status: SUCCESS, data: Buffer.alloc(4) });
  t.match((await ask(client, Message.readFile('/output/result.csv'))).data?.toString(), 'kitten,mitten,1');
});

t.test('messages of any length pass, a record in each POST or many', async (t) => {
  const lengths: [Cut, readonly number[]][] = [
    ['record', [0, 1, 16383, 16384, 16385, MIB]],
    [MIB, [0, 1, 16383, 16384, 16385, MIB, 64 * MIB]],
  ];
  for (const [cut, sizes] of lengths) {
    const client = await connect(party, cut);
    t.teardown(() => client.close());
    for (const size of sizes) {
      const data = randomBytes(size);
      t.equal(
        (await ask(client, Message.writeFile('/data', data))).status,
        SUCCESS,
        `${size} bytes, by ${cut}`,
      );
      const back = await ask(client, Message.readFile('/data'));
      t.ok((back.data ?? Buffer.alloc(0)).equals(data), `${size} bytes back`);
    }
  }
});

t.test('an answer whose last record would be full, or of one byte, is whole as well', async (t) => {
  const client = await connect(party, MIB);
  t.teardown(() => client.close());
  for (const total of [16384, 16385, 1 << 19, (1 << 19) + 1]) {
    let size = total - 16;
    let length = 0;
    // What stands before the content depends on its length.
    while (length !== total) {
      const data = randomBytes(size);
      await ask(client, Message.writeFile('/data', data));
      const answer = await client.ask(Message.readFile('/data'));
      length = 8 + answer.length;
      t.ok(readResponse(answer).data?.equals(data), `${length} bytes`);
      size += total - length;
    }
  }
});

t.test('who is not in the policy is told so, and a session dies with the relay', async (t) => {
  const nobody = await connect(stranger);
  t.teardown(() => nobody.close());
  t.equal((await ask(nobody, Message.requestPolicyHash())).status, 2, 'FAILED_INVALID_ROLE');
  const client = await connect(party);
  t.teardown(() => client.close());
  t.equal((await ask(client, Message.requestPolicyHash())).status, SUCCESS);
  process.kill(relay.pid ?? 0, 'SIGKILL');
  while (relay.restarts === 0) await delay(10);
  t.same(relay.httpAddress, address, 'it listens where it did');
  t.match(await post(address, `${client.session} AAAA`), { status: 404, body: /RELAY_SESSION_UNKNOWN/ });
  const anew = await connect(party);
  t.teardown(() => anew.close());
  t.equal((await ask(anew, Message.requestPolicyHash())).status, SUCCESS);
  while (relay.counts?.http === undefined || relay.counts.http.fromEnclave === 0) await delay(20);
  t.match(relay.counts.http, { open: 1, opened: 1, expired: 0, replies: { 404: 1 } });
});
