/** What the end-to-end suite leaves open, asked of the real image, in machines of the memory that we say it needs. */
import { createHash, type Hash, randomBytes, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import t, { type Test } from 'tap';
import { connect, RemoteError } from '../../host-bridge/client/index.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { POLICY_PCR, policyPcr16 } from '../../proto/attestation/measurements.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { Rights } from '../../proto/rights.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { gone } from '../end-to-end/processes.ts';
import { RawParty } from '../end-to-end/raw-party.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave, type TestEnclave } from '../support/test-enclave.ts';

const MIB = 1 << 20;
/** Each may have 64 sessions. */
const parties = await Promise.all(['one', 'two', 'three', 'four'].map(makeParty));
const [owner] = parties;
const bomb = await compileSample('memory-bomb');
const three = await compileSample('exit-three');
const OWN = READ | WRITE | Rights.PATH_UNLINK_FILE;

async function start(t: Test, memoryMiB: number): Promise<TestEnclave> {
  const enclave = await startTestEnclave(
    {
      parties: parties.map(({ certificate }, index) => ({
        certificate,
        rights: { '/data': index === 0 ? OWN : READ, '/bomb.wasm': WRITE | RUN, '/three.wasm': WRITE | RUN },
      })),
      programs: [
        { path: '/bomb.wasm', module: bomb, rights: {} },
        { path: '/three.wasm', module: three, rights: {} },
      ],
      // Emulated processors have no fast AES.
      ciphersuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    },
    // A hundred shake hands at once, on processors that are emulated.
    { launcher: 'qemu', memoryMiB, limits: { handshakeMilliseconds: 120_000 } },
  );
  t.teardown(() => enclave.stop());
  return enclave;
}

t.test('a machine of 512 MiB boots, attests, serves a hundred and survives greedy programs', async (t) => {
  const enclave = await start(t, 512);

  await t.test('its document stands every check but that of a signature', async (t) => {
    const party = await RawParty.open(enclave.relay.address, owner);
    const nonce = randomBytes(32);
    party.send(encodeRequest({ context: 1, kind: 'attest', nonce }));
    const { document } = (await party.answer())!.attestation!;
    party.close();
    const policyHash = createHash('sha256').update(enclave.policy).digest();
    const { pcr0, pcr1, pcr2 } = enclave.enclave.measurements;
    const expectations = {
      crypto: webcrypto as unknown as Crypto,
      time: Date.now(),
      nonce,
      policyHash,
      pcrs: new Map([pcr0, pcr1, pcr2].entries()),
    };
    const facts = await verifyAttestation(document!, { ...expectations, trust: 'qemu-emulator' });
    const sha384 = async (bytes: Uint8Array) => new Uint8Array(createHash('sha384').update(bytes).digest());
    t.same(
      facts.document.pcrs.get(POLICY_PCR),
      await policyPcr16(policyHash, sha384),
      'PCR16 is there: locked',
    );
    t.match(facts.document.moduleId, /^i-truce-enc[0-9a-f]{16}$/);
    await t.rejects(verifyAttestation(document!, expectations), { code: 'ATTESTATION_UNSIGNED' });
    await t.rejects(
      connect({ address: enclave.relay.address, policy: enclave.policy, identity: owner! }),
      { code: 'ATTESTATION_UNSIGNED' },
      'a client that says nothing of an emulator sends nothing',
    );
  });

  await t.test('its control plane tells of the clock, and takes no second policy', async (t) => {
    const control = new ControlClient(await enclave.enclave.connectControl());
    t.match(await control.status(), {
      phase: 'serving',
      machine: { clock: { source: String, aheadMilliseconds: Number, agrees: Boolean } },
    });
    await t.rejects(control.setPolicy(enclave.policy), { code: 'CONTROL_REFUSED' });
    control.close();
  });

  const session = await enclave.connect(owner!);
  const content = randomBytes(MIB);
  await session.writeFile('/data', content);

  await t.test('a hundred connections at once, each with its own answer', async (t) => {
    const sessions = await Promise.all(
      Array.from({ length: 100 }, (_, index) => enclave.connect(parties[index % parties.length]!)),
    );
    const read = await Promise.all(sessions.map((one) => one.readFile('/data')));
    t.ok(read.every((bytes) => content.equals(bytes)));
    t.equal(new Set(sessions.map(({ facts }) => facts.instanceId)).size, 1);
    await Promise.all(sessions.map((one) => one.close()));
  });

  await t.test('programs that take all the memory they get end, and nobody else does', async (t) => {
    await session.writeFile('/bomb.wasm', bomb);
    await session.writeFile('/three.wasm', three);
    const others = await Promise.all(parties.slice(0, 3).map((party) => enclave.connect(party)));
    const outcome = (one: (typeof others)[number]) =>
      one.run('/bomb.wasm').then(
        ({ exitCode }) => exitCode,
        (error: unknown) => (error instanceof RemoteError ? error.code : error),
      );
    for (const ended of await Promise.all(others.map(outcome)))
      t.ok(ended === 1 || ended === 'RUN_MEMORY_LIMIT', `it ends by ${ended}`);
    t.same(await session.run('/three.wasm'), { exitCode: 3 }, 'the next program runs');
    t.ok(content.equals(await session.readFile('/data')), 'and files are what they were');
    await Promise.all(others.map((one) => one.close()));
  });

  await t.test(
    'the relay is killed, another one takes its place, and the enclave has not noticed',
    async (t) => {
      const { pid } = enclave.relay;
      process.kill(pid!, 'SIGKILL');
      await gone(pid!);
      await t.rejects(session.readFile('/data'), 'sessions through it are over');
      let next = await enclave.connect(owner!).catch(() => undefined);
      while (next === undefined) next = await enclave.connect(owner!).catch(() => undefined);
      t.equal(next.facts.instanceId, session.facts.instanceId);
      t.ok(content.equals(await next.readFile('/data')));
      await next.close();
    },
  );

  await t.test('a shutdown ends the machine, and nothing of it is left', async (t) => {
    const last = await enclave.connect(owner!);
    await last.shutdown();
    t.match(await enclave.enclave.exited, { code: 0 });
    await gone(enclave.enclave.pid);
    t.notOk(existsSync(enclave.enclave.directory));
  });
});

t.test('256 MiB go in and come back byte for byte', async (t) => {
  const enclave = await start(t, 1536);
  const session = await enclave.connect(owner!);
  const length = 256 * MIB;
  const sent = createHash('sha256');
  await session.writeFile('/data', { size: length, stream: pieces(length, sent) });
  const received = createHash('sha256');
  const sink = new Writable({
    write(piece, _encoding, done) {
      received.update(piece);
      done();
    },
  });
  await session.readFileTo('/data', sink);
  t.same(received.digest('hex'), sent.digest('hex'));
  await session.close();
});

/** Random bytes, told to a hash as they go. */
async function* pieces(length: number, hash: Hash): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0; left -= MIB) {
    const piece = randomBytes(MIB);
    hash.update(piece);
    yield piece;
  }
}
