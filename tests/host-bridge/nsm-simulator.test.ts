import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { ChildProgram } from '../../host-bridge/launcher/child-program.ts';
import { NsmSimulator } from '../../host-bridge/launcher/nsm-simulator.ts';
import { serveNsm } from '../../host-bridge/launcher/nsm-socket-server.ts';
import { SimulatorChain } from '../../host-bridge/launcher/simulator-chain.ts';
import {
  encodeSimulatorConfiguration,
  parseSimulatorReport,
} from '../../host-bridge/launcher/simulator-configuration.ts';
import { randomIdentity } from '../../host-bridge/launcher/simulator-names.ts';
import {
  openSimulatorRoot,
  readRootKey,
  type SimulatorRoot,
} from '../../host-bridge/launcher/simulator-root.ts';
import { decodeCoseSign1 } from '../../proto/attestation/cose-sign1.ts';
import { decodeDocument } from '../../proto/attestation/document.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { createNsm, encodeNsmRequest, MAXIMUM_NSM_REQUEST, type NitroSecureModule } from '../../proto/nsm.ts';

const SIMULATOR_PROGRAM = fileURLToPath(
  new URL('../../host-bridge/launcher/nsm-simulator-main.js', import.meta.url),
);
const HOUR = 3_600_000;
const PCR0 = new Uint8Array(48).fill(0xa0);
const measurements = new Map([
  [0, PCR0],
  [1, new Uint8Array(48).fill(0xa1)],
  [2, new Uint8Array(48).fill(0xa2)],
]);
const ascii = (text: string) => new TextEncoder().encode(text);

function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'truce-simulator-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Setting {
  readonly nsm: NitroSecureModule;
  readonly root: SimulatorRoot;
  readonly answer: (request: Uint8Array) => Promise<Uint8Array>;
}

async function simulator(t: Test, now: () => number = Date.now): Promise<Setting> {
  const root = await openSimulatorRoot(join(directory(t), 'simulator'), now());
  const identity = randomIdentity();
  const chain = new SimulatorChain(
    { certificateDer: root.certificateDer, key: await readRootKey(root) },
    identity,
  );
  const module = new NsmSimulator({ identity, measurements, chain, now });
  const answer = (request: Uint8Array) => module.answer(request);
  return { nsm: createNsm(answer), root, answer };
}

t.test('its documents pass the verifier where its root is named, and only there', async (t) => {
  const { nsm, root } = await simulator(t);
  const nonce = webcrypto.getRandomValues(new Uint8Array(32));
  const document = await nsm.attest({ nonce, userData: ascii('data'), publicKey: ascii('key') });
  const options = { crypto: webcrypto, time: Date.now() };
  const facts = await verifyAttestation(document, {
    ...options,
    roots: [root.certificateDer],
    nonce,
    userData: ascii('data'),
    publicKey: ascii('key'),
    pcrs: new Map([[0, PCR0]]),
  });
  t.match(facts, { signed: true, debug: false });
  await t.rejects(verifyAttestation(document, options), { code: 'ATTESTATION_ROOT_UNKNOWN' });
  await t.rejects(verifyAttestation(document, { ...options, trust: 'qemu-emulator' }));
  const { root: other } = await simulator(t);
  await t.rejects(verifyAttestation(document, { ...options, roots: [other.certificateDer] }), {
    code: 'ATTESTATION_ROOT_UNKNOWN',
  });
});

t.test('a document has the shape of a genuine one', async (t) => {
  const { nsm } = await simulator(t);
  const document = await nsm.attest({ nonce: new Uint8Array(0) });
  t.equal(toHex(document.subarray(0, 8)), '8444a1013822a059', 'untagged, ES384, nothing unprotected');
  const { payload } = decodeCoseSign1(document);
  const text = Buffer.from(payload).toString('latin1');
  t.equal(payload[0], 0xa9, 'a definite map of nine');
  const keys = [
    'module_id',
    'digest',
    'timestamp',
    'pcrs',
    'certificate',
    'cabundle',
    'public_key',
    'user_data',
    'nonce',
  ];
  const places = keys.map((key) => text.indexOf(key));
  t.same(
    places,
    places.toSorted((left, right) => left - right),
    'fields in the order of AWS',
  );
  t.equal(payload[text.indexOf('user_data') + 9], 0xf6, 'null where nothing was asked');
  t.equal(payload[text.indexOf('nonce') + 5], 0x40, 'empty bytes where empty bytes were asked');
  const { document: read } = await verifyAttestation(document, {
    crypto: webcrypto,
    time: 'document',
    roots: [new Uint8Array(chainOf(document)[0]!.raw)],
  });
  t.match(read.moduleId, /^i-[0-9a-f]{17}-enc[0-9a-f]{17}$/);
  t.same([...read.pcrs.keys()], [...Array(16).keys()], 'locked registers only');
  const instance = createHash('sha384')
    .update(new Uint8Array(48))
    .update(read.moduleId.slice(0, 19))
    .digest('hex');
  t.equal(toHex(read.pcrs.get(4)!), instance);
  t.ok(document.length < 6000);
});

t.test('the chain has the lifetimes, uses and path lengths of AWS', async (t) => {
  const { nsm } = await simulator(t);
  const chain = chainOf(await nsm.attest());
  t.equal(chain.length, 5);
  const hours = chain.map(({ validFrom, validTo }) =>
    Math.round((Date.parse(validTo) - Date.parse(validFrom)) / HOUR),
  );
  t.same(hours.slice(1), [20 * 24, 6 * 24, 24, 3]);
  t.same(
    chain.map(({ ca }) => ca),
    [true, true, true, true, false],
  );
  for (const [index, certificate] of chain.entries()) {
    t.match(certificate.subject, /Truce/, 'names say whose they are');
    t.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'secp384r1');
    t.ok(certificate.verify(chain[Math.max(0, index - 1)]!.publicKey));
    t.ok(certificate.raw.length < 1024);
  }
});

t.test('a leaf is used again while it is fresh, and replaced in time with what is above it', async (t) => {
  let time = Date.UTC(2030, 0, 1);
  const { nsm, root } = await simulator(t, () => time);
  const leaves = new Set<string>();
  const check = async () => {
    const document = await nsm.attest();
    const facts = await verifyAttestation(document, {
      crypto: webcrypto,
      time,
      roots: [root.certificateDer],
    });
    t.ok(facts.chain!.notAfter - time >= 36 * 60_000 - 1000, new Date(time).toISOString());
    leaves.add(toHex(facts.document.certificate));
  };
  // Every 20 minutes over half a day, then twice a day until every level but the root has been renewed.
  for (let hours = 0; hours < 22 * 24; hours += hours < 12 ? 1 / 3 : 11.9) {
    time = Date.UTC(2030, 0, 1) + hours * HOUR;
    await check();
    if (hours > 2 && hours < 2.2) t.equal(leaves.size, 1, 'two hours on, it is the same leaf');
  }
  t.ok(leaves.size > 40);
  // A clock set back makes the newest certificates not valid yet.
  time -= 10 * 24 * HOUR;
  await check();
});

t.test('registers follow the rules of the device', async (t) => {
  const { nsm } = await simulator(t);
  const refused = (error: string) => ({ code: 'NSM_REFUSED', details: { error } });
  t.same(await nsm.describePcr(0), { locked: true, data: PCR0 });
  t.same(await nsm.describePcr(3), { locked: true, data: new Uint8Array(48) });
  t.same(await nsm.describePcr(16), { locked: false, data: new Uint8Array(48) });
  await t.rejects(nsm.extendPcr(0, ascii('x')), refused('ReadOnlyIndex'));
  await t.rejects(nsm.extendPcr(32, ascii('x')), refused('InvalidIndex'));
  await t.rejects(nsm.describePcr(32), refused('InvalidIndex'));
  await t.rejects(nsm.lockPcr(32), refused('InvalidIndex'));
  await t.rejects(nsm.lockPcr(15), refused('ReadOnlyIndex'));
  await t.rejects(nsm.lockPcrs(33), refused('InvalidIndex'));
  const once = createHash('sha384').update(new Uint8Array(48)).update('one').digest();
  t.equal(toHex(await nsm.extendPcr(16, ascii('one'))), once.toString('hex'));
  const twice = createHash('sha384').update(once).update('two').digest('hex');
  t.equal(toHex(await nsm.extendPcr(16, ascii('two'))), twice);
  await nsm.lockPcr(16);
  await t.rejects(nsm.extendPcr(16, ascii('three')), refused('ReadOnlyIndex'));
  await t.rejects(nsm.lockPcr(16), refused('ReadOnlyIndex'));
  t.equal(toHex((await nsm.describePcr(16)).data), twice);
  await nsm.lockPcrs(20);
  t.match(await nsm.describe(), {
    version: [1, 0, 0],
    maximumPcrs: 32,
    digest: 'SHA384',
    lockedPcrs: [...Array(20).keys()],
  });
  t.equal((await nsm.random()).length, 256);
  t.notSame(await nsm.random(), await nsm.random());
});

t.test('bytes go in and out as on the device', async (t) => {
  const { answer } = await simulator(t);
  // Requests and answers of nitro.md section 7's kind: serde's externally tagged enums.
  const golden: [string, string][] = [
    ['a1674c6f636b504352a165696e64657810', '674c6f636b504352'],
    ['a1684c6f636b50435273a16572616e67651820', '684c6f636b50435273'],
    ['a16b4465736372696265504352a165696e6465781820', 'a1654572726f726c496e76616c6964496e646578'],
    ['a169457874656e64504352a265696e646578006464617461420102', 'a1654572726f726d526561644f6e6c79496e646578'],
    ['6b44657363726962654e534e', 'a1654572726f7270496e76616c69644f7065726174696f6e'],
    ['ff', 'a1654572726f7270496e76616c69644f7065726174696f6e'],
  ];
  for (const [request, response] of golden)
    t.equal(toHex(await answer(fromHex(request)!)), response, request);
  const large = await answer(new Uint8Array(MAXIMUM_NSM_REQUEST + 1));
  t.equal(Buffer.from(large).toString('latin1').includes('InputTooLarge'), true);
});

t.test('over a socket, requests come in any pieces and a second one at once is cut off', async (t) => {
  const { answer } = await simulator(t);
  const path = join(directory(t), 'nsm');
  const server = await serveNsm(path, answer);
  t.teardown(() => server.close());
  const request = framed(encodeNsmRequest({ type: 'DescribeNSM' }));
  const patient = connect(path);
  t.teardown(() => patient.destroy());
  for (const byte of request) patient.write(Uint8Array.of(byte));
  const [response] = await Promise.all([new Promise<Buffer>((resolve) => patient.once('data', resolve))]);
  t.ok(response.length >= 4);
  for (const bytes of [Buffer.concat([request, request]), framed(new Uint8Array(5000))]) {
    const hasty = connect(path);
    hasty.on('error', () => {});
    hasty.write(bytes);
    t.ok(await new Promise((resolve) => hasty.once('close', () => resolve(true))));
  }
});

t.test('as a process it reports, and clears up when its launcher is gone', async (t) => {
  const work = directory(t);
  const remove = mkdtempSync(join(work, 'enclave-'));
  const configuration = {
    socket: join(remove, 'nsm'),
    rootDirectory: join(work, 'root'),
    measurements,
    remove,
  };
  const args = [encodeSimulatorConfiguration(configuration)];
  const child = new ChildProgram({ program: SIMULATOR_PROGRAM, args, stdout: 'pipe', stderr: 'inherit' });
  t.teardown(() => child.stop(0));
  const report = parseSimulatorReport((await child.firstLine(AbortSignal.timeout(20_000))) ?? '');
  t.match(report, { ready: true, trustRoot: join(work, 'root', 'root.pem') });
  child.releaseLifeline();
  t.same(await child.exited, { code: 0, signal: null });
  t.throws(() => statSync(remove), { code: 'ENOENT' });
  const broken = new ChildProgram({
    program: SIMULATOR_PROGRAM,
    args: ['{}'],
    stdout: 'pipe',
    stderr: 'inherit',
  });
  t.match(parseSimulatorReport((await broken.firstLine(AbortSignal.timeout(20_000))) ?? ''), {
    ready: false,
  });
  t.match(await broken.exited, { code: 1 });
});

function chainOf(document: Uint8Array): X509Certificate[] {
  const { cabundle, certificate } = decodeDocument(decodeCoseSign1(document).payload);
  return [...cabundle, certificate].map((der) => new X509Certificate(der));
}

function framed(request: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(request.length);
  return Buffer.concat([length, request]);
}
