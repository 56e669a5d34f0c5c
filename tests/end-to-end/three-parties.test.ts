/**
 * Three parties stream through one running program (examples/sealed-stream): the program makes a key pair and shows its
 * public key; the owner seals the data key for it; a device streams sealed records; a reader follows the results while
 * the records still come. The runtime's own files hold nothing but what is public or sealed.
 */
import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { idle } from '../support/enclave-status.ts';
import { LiveReader } from '../support/live-reader.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

const module = readFileSync(new URL('examples/sealed-stream/sealed-stream.wasm', repositoryRoot));
const PROGRAM = '/bin/sealed-stream.wasm';
/** SubjectPublicKeyInfo of an X25519 key up to the key itself. Source: RFC 8410. */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

const [runner, keeper, device, reader] = await Promise.all(
  ['runner', 'keeper', 'device', 'reader'].map((name) => makeParty(name)),
);
const enclave = await startTestEnclave(
  (pcr0) =>
    versionTwoPolicy(
      {
        pcr0,
        parties: [
          { certificate: runner!.certificate, rights: { [PROGRAM]: WRITE | RUN, stderr: READ } },
          {
            certificate: keeper!.certificate,
            rights: { '/live/public-key': READ, '/live/sealed-key': WRITE },
          },
          { certificate: device!.certificate, rights: { '/live/readings': WRITE } },
          { certificate: reader!.certificate, rights: { '/live/summary': READ } },
        ],
        programs: [
          {
            path: PROGRAM,
            module,
            rights: {
              '/live/public-key': WRITE,
              '/live/sealed-key': READ,
              '/live/readings': READ,
              '/live/summary': WRITE,
              stderr: WRITE,
            },
          },
        ],
      },
      { live_files: ['public-key', 'sealed-key', 'readings', 'summary'].map((name) => `/live/${name}`) },
    ),
  { executor: { warmChildren: 1, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const [runs, keeps, measures, reads] = await Promise.all(
  [runner!, keeper!, device!, reader!].map((who) => enclave.connect(who)),
);
await runs!.writeFile(PROGRAM, module);

/** ChaCha20-Poly1305 as the program opens it. */
function seal(key: Uint8Array, number: number, text: Uint8Array): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(BigInt(number), 4);
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}

/** The data key for the program alone. */
function sealKey(dataKey: Uint8Array, publicKey: Uint8Array): Buffer {
  const once = generateKeyPairSync('x25519');
  const theirs = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: theirs });
  const sender = rawPublicKey(once.publicKey);
  const key = createHash('sha256').update(shared).update(sender).update(publicKey).digest();
  return Buffer.concat([sender, seal(key, 0, dataKey)]);
}

function record(dataKey: Uint8Array, number: number, readings: readonly number[]): Buffer {
  const sealed = seal(dataKey, number, Buffer.from(readings.map((reading) => `${reading}\n`).join('')));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(sealed.length);
  return Buffer.concat([length, sealed]);
}

async function beginAnew(): Promise<void> {
  await keeps!.writeFile('/live/sealed-key', new Uint8Array(0));
  await measures!.writeFile('/live/readings', new Uint8Array(0));
}

/** Ends with the exit code, or the error's code. */
function run(): Promise<string> {
  return runs!.run(PROGRAM).then(
    ({ exitCode }) => `exit ${exitCode}`,
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
}

t.test('a key out, a sealed key in, and then a stream in and its results out', async (t) => {
  const dataKey = randomBytes(32);
  const ended = run();
  const publicKey = Buffer.from(await new LiveReader(keeps!, '/live/public-key').take(32), 'latin1');
  t.equal(publicKey.length, 32);
  await keeps!.appendFile('/live/sealed-key', sealKey(dataKey, publicKey));
  const results = new LiveReader(reads!, '/live/summary');

  const first = record(dataKey, 1, [1, 2, 3]);
  await measures!.appendFile('/live/readings', first.subarray(0, 9));
  await measures!.appendFile('/live/readings', first.subarray(9));
  t.equal(await results.take(10), '1 3 2.000\n', 'while the device is still at work');
  await measures!.appendFile('/live/readings', record(dataKey, 2, [10]));
  t.equal(await results.take(10), '2 4 4.000\n');
  const many = Array.from({ length: 200 }, (_, index) => record(dataKey, index + 3, [index]));
  async function* pieces() {
    yield* many;
  }
  await measures!.feedLive('/live/readings', pieces(), { end: true });
  t.match(await results.rest(), /^3 5 3\.200\n[\s\S]*\n202 204 97\.627\n$/);
  t.equal(await ended, 'exit 0');

  await t.rejects(reads!.readFile('/live/readings'), { code: 'ACCESS_DENIED' });
  await t.rejects(measures!.readFile('/live/summary'), { code: 'ACCESS_DENIED' });
  await t.rejects(new LiveReader(measures!, '/live/public-key').take(1), { code: 'ACCESS_DENIED' });
});

t.test('a record that was sealed with another key ends the run, and what came before stands', async (t) => {
  await beginAnew();
  const dataKey = randomBytes(32);
  const before = (await reads!.readFile('/live/summary')).length;
  const ended = run();
  // The last run's key is still there until this one's stands behind it.
  const publicKey = Buffer.from(
    await new LiveReader(keeps!, '/live/public-key', { offset: 32 }).take(32),
    'latin1',
  );
  await keeps!.appendFile('/live/sealed-key', sealKey(dataKey, publicKey));
  const results = new LiveReader(reads!, '/live/summary', { offset: before });
  await measures!.appendFile('/live/readings', record(dataKey, 1, [5]));
  t.equal(await results.take(10), '1 1 5.000\n');
  await measures!.appendFile('/live/readings', record(randomBytes(32), 2, [6]));
  t.equal(await ended, 'exit 1');
  t.equal(await results.rest(), '');
  t.match(
    Buffer.from(await runs!.readFile('stderr')).toString(),
    /\/live\/readings: record 2 is not sealed with the key\n$/,
  );
  await idle(enclave);
});

t.test('a data key that was sealed for another program is none', async (t) => {
  await beginAnew();
  const ended = run();
  const stranger = rawPublicKey(generateKeyPairSync('x25519').publicKey);
  await keeps!.appendFile('/live/sealed-key', sealKey(randomBytes(32), stranger));
  t.equal(await ended, 'exit 1');
  await Promise.all([runs!, keeps!, measures!, reads!].map((session) => session.close()));
});
