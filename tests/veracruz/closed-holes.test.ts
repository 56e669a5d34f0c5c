/**
 * What was open in Veracruz, tried by parties who speak its own bytes, and by programs. docs/veracruz.md has the list; what
 * other tests show already is not shown again here.
 */
import t from 'tap';
import { RawParty } from '../end-to-end/raw-party.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { statusWhen } from '../support/enclave-status.ts';
import { goldenRequests } from '../support/golden-bytes.ts';
import { GoldenClient } from '../support/golden-client.ts';
import { policyText } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { compileScript } from '../support/wasi-script.ts';
import { R, RW, WX, X } from './policies.ts';

const { writeFile, appendFile, readFile, requestResult, policyHash } = goldenRequests;
const wild = await compileSample('wild-calls');
const harmless = await compileScript([{ call: 'write', path: 'output/harmless', text: 'ran', cut: true }]);
const tamper = await compileScript([
  { call: 'write', path: 'program/harmless.wasm', text: 'tampered', cut: true },
]);
const forge = await compileScript([{ call: 'write', path: 'input/agreed', text: 'forged', cut: true }]);
const AGREED = Buffer.from('what was agreed on');

const [owner, keeper] = await Promise.all([makeParty('owner'), makeParty('keeper')]);
const enclave = await startTestEnclave(
  (pcr0) =>
    policyText({
      pcr0,
      parties: [
        {
          certificate: owner.certificate,
          rights: { '/input/': RW, '/output/': R, '/program/': WX, '/mine': RW, stdin: RW },
        },
        { certificate: keeper.certificate, rights: { '/secret/': RW, '/program/': X } },
      ],
      programs: [
        { path: '/program/wild.wasm', module: wild, rights: { '/input/': R, '/output/': RW } },
        { path: '/program/harmless.wasm', module: harmless, rights: { '/output/': RW } },
        { path: '/program/tamper.wasm', module: tamper, rights: { '/program/': RW } },
        { path: '/program/forge.wasm', module: forge, rights: { '/input/': RW } },
      ],
      hashed: { '/input/agreed': AGREED },
    }),
  { executor: { warmChildren: 1, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const owners = await GoldenClient.overTcp(enclave.relay.address, owner);
const keepers = await GoldenClient.overTcp(enclave.relay.address, keeper);
t.teardown(() => {
  owners.close();
  keepers.close();
});
const text = (value: string) => Buffer.from(value);

t.test('what the tests are about is brought', async (t) => {
  t.match(await keepers.ask(writeFile('/secret/key', text('a key'))), { status: 1 });
  t.match(await owners.ask(writeFile('/input/data', text('0123456789'))), { status: 1 });
});

/** Spellings of paths that Veracruz led to the same file by other rights. */
const spellings = (folder: string, target: string) => [
  `${folder}/..${target}`,
  `${folder}/.${folder}/../..${target}`,
  `/.${target}`,
  `/${target}`,
  `${target}/.`,
  `${target}/`,
  `${target}\0`,
  `/..${target}`,
];

t.test('a client gets nowhere by another spelling of a path', async (t) => {
  for (const path of spellings('/input', '/secret/key'))
    for (const request of [
      readFile(path),
      writeFile(path, text('x')),
      appendFile(path, text('x')),
      requestResult(path),
    ]) {
      const { status, result, error } = await owners.ask(request);
      t.not(status, 1, JSON.stringify(path));
      t.match(error, /^(PATH_INVALID|ACCESS_DENIED|PROGRAM_UNKNOWN)$/, JSON.stringify(path));
      t.notOk(result?.length);
    }
  t.equal((await keepers.ask(readFile('/secret/key'))).result?.toString(), 'a key');
});

t.test('no spelling of a path evades the hash of a program', async (t) => {
  const paths = [...spellings('/program', '/program/harmless.wasm'), 'program/harmless.wasm'];
  for (const path of paths)
    t.match((await owners.ask(writeFile(path, tamper))).error, /^(PATH_INVALID|FILE_HASH_MISMATCH)$/, path);
  t.match(await owners.ask(requestResult('/program/harmless.wasm')), { error: 'FILE_NOT_FOUND' });
  for (const [name, module] of Object.entries({ wild, harmless, tamper, forge }))
    t.match(await owners.ask(writeFile(`/program/${name}.wasm`, module)), { status: 1 });
});

t.test('a program changes no program and no data with a hash, whatever its rights say', async (t) => {
  // Its own exit code: NOTCAPABLE.
  for (const path of ['/program/tamper.wasm', '/program/forge.wasm'])
    t.match(await owners.ask(requestResult(path)), { status: 6, error: Buffer.of(76, 0, 0, 0).toString() });
  t.match(await owners.ask(requestResult('/program/harmless.wasm')), { status: 1 });
  t.equal((await owners.ask(readFile('/output/harmless'))).result?.toString(), 'ran');
  t.match(await owners.ask(readFile('/input/agreed')), { error: 'FILE_NOT_FOUND' }, 'nothing was forged');
  t.match(await owners.ask(writeFile('/input/agreed', AGREED)), { status: 1 });
});

t.test('wild calls of a program end in errors, and in nothing else', async (t) => {
  t.match(await owners.ask(requestResult('/program/wild.wasm')), { status: 1, result: Buffer.alloc(4) });
  const found = (await owners.ask(readFile('/output/found'))).result!;
  // Source: WASI preview 1, errno.
  const [SUCCESS, BADF, EXIST, FAULT, INVAL, NOTCAPABLE] = [0, 8, 20, 21, 28, 76];
  t.same(
    [...found.subarray(0, 16)],
    [
      ...[SUCCESS, SUCCESS, SUCCESS, SUCCESS],
      ...[FAULT, FAULT, INVAL, FAULT, FAULT],
      ...[NOTCAPABLE, NOTCAPABLE, NOTCAPABLE, NOTCAPABLE],
      ...[BADF, BADF, EXIST],
    ],
  );
  t.equal(found.readUInt32LE(16), 0, 'nothing stands behind the end');
  t.equal(found.readBigUInt64LE(24), 5_000_000n, 'one may seek there');
  t.equal(found.readBigUInt64LE(32), 10n, 'and the file stays as long as it is');
  t.equal((await owners.ask(readFile('/input/data'))).result?.toString(), '0123456789');
});

t.test('a right on a file is for that file, and makes no directory of it', async (t) => {
  t.match(await owners.ask(writeFile('/mine', text('mine'))), { status: 1 });
  t.equal((await owners.ask(readFile('/mine'))).result?.toString(), 'mine');
  t.match(await owners.ask(readFile('/mine/below')), { status: 7 });
  t.match(await owners.ask(readFile('/mine2')), { error: 'ACCESS_DENIED' });
});

t.test('a shorter stdin leaves nothing of the longer one', async (t) => {
  t.match(await owners.ask(writeFile('stdin', text('a long first one'))), { status: 1 });
  t.match(await owners.ask(writeFile('stdin', text('short'))), { status: 1 });
  t.equal((await owners.ask(readFile('stdin'))).result?.toString(), 'short');
});

t.test('a message may come byte by byte, and two at once are two', async (t) => {
  const party = await RawParty.open(enclave.relay.address, owner);
  for (const byte of policyHash()) {
    party.send(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.match(await party.answer(), { status: 1 });
  party.send(policyHash(), readFile('/mine'));
  t.match(await party.answer(), { status: 1, policy_hash: {} });
  t.match(await party.answer(), { status: 1, result: { data: text('mine') } });
  party.close();
});

t.test('a connection that is gone leaves no session behind', async (t) => {
  const before = (await statusWhen(enclave, ({ sessions }) => sessions === 2)).sessions;
  const parties = await Promise.all(
    Array.from({ length: 8 }, () => RawParty.open(enclave.relay.address, owner)),
  );
  await statusWhen(enclave, ({ sessions }) => sessions === before + parties.length);
  for (const [index, party] of parties.entries()) index % 2 === 0 ? party.close() : party.socket.end();
  await statusWhen(enclave, ({ sessions }) => sessions === before);
  t.match(await owners.ask(policyHash()), { status: 1 });
});

t.test('every refusal says which it is', async (t) => {
  const statuses = {
    'a right that is missing': [readFile('/secret/key'), 2],
    'a file that is missing': [readFile('/input/none'), 7],
    'another hash': [writeFile('/program/wild.wasm', text('x')), 7],
    'a program that is none here': [requestResult('/program/none.wasm'), 7],
  } as const;
  const codes = new Set<string | undefined>();
  for (const [what, [request, status]] of Object.entries(statuses)) {
    const answer = await owners.ask(request);
    t.equal(answer.status, status, what);
    codes.add(answer.error);
  }
  t.equal(codes.size, Object.keys(statuses).length);
});
