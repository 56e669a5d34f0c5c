import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { concatBytes } from '../../proto/bytes.ts';
import { Rights } from '../../proto/rights.ts';
import { encodeDataHeader, encodeRequest, type Request } from '../../proto/wire/request-codec.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { enclaveStatus, statusWhen } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { codeOf, RawParty } from './raw-party.ts';

const [owner, reader] = await Promise.all([makeParty('owner'), makeParty('reader')]);
const loop = await compileSample('endless-loop');
const nothing = await compileText('(module (memory (export "memory") 1) (func (export "_start")))');
const QUEUED = 8;
const enclave = await startTestEnclave(
  {
    parties: [
      {
        certificate: owner.certificate,
        rights: {
          '/input/': READ | WRITE | Rights.FD_READDIR,
          '/output/': READ | WRITE,
          '/program/x.wasm': RUN | WRITE,
          '/program/loop.wasm': RUN | WRITE,
        },
      },
      { certificate: reader.certificate, rights: { '/output/': READ } },
    ],
    programs: [
      { path: '/program/x.wasm', module: nothing, rights: {} },
      { path: '/program/loop.wasm', module: loop, rights: {} },
    ],
  },
  { limits: { requestsQueuedPerSession: QUEUED } },
);
t.teardown(() => enclave.stop());
const { address } = enclave.relay;
const open = (party = owner) => RawParty.open(address, party);
const POLICY_HASH = encodeRequest({ context: 1, kind: 'request_policy_hash' });

function write(context: number, fileName: string, data: Uint8Array): Uint8Array {
  return concatBytes(encodeDataHeader({ context, kind: 'write_file', fileName, length: data.length }), data);
}

function run(context: number, fileName: string): Uint8Array {
  return encodeRequest({ context, kind: 'request_result', fileName });
}

/** Whoever else there is goes on. */
async function othersGoOn(t: Test, other: RawParty): Promise<void> {
  other.send(POLICY_HASH);
  t.equal(codeOf(await other.answer()), '', 'another session goes on');
}

const setUp = await open();
setUp.send(write(1, '/program/loop.wasm', loop), write(2, '/program/x.wasm', nothing));
t.match([await setUp.answer(), await setUp.answer()], [{ status: 1 }, { status: 1 }]);
setUp.close();

t.test("Veracruz's own requests get Veracruz's own answers", async (t) => {
  const golden: [string, string, string][] = [
    ['write_file', '0000000000000010 120e0a082f696e7075742f6112026869', '0000000000000002 0801'],
    [
      'write_file of /output/b',
      '0000000000000011 120f0a092f6f75747075742f6212026869',
      '0000000000000002 0801',
    ],
    ['read_file', '000000000000000d 5a0b0a092f6f75747075742f62', '0000000000000008 080122040a026869'],
    [
      'request_result',
      '0000000000000013 2a110a0f2f70726f6772616d2f782e7761736d',
      '000000000000000a 080122060a0400000000',
    ],
    [
      'request_policy_hash',
      '0000000000000002 5200',
      `0000000000000046 08015a420a40${Buffer.from(sha256(enclave.policy)).toString('hex')}`,
    ],
  ];
  const party = await open();
  for (const [what, request, answer] of golden) {
    party.send(bytesOf(request));
    t.equal((await party.frame())?.toString('hex'), bytesOf(answer).toString('hex'), what);
  }
  party.send(bytesOf('0000000000000005 62030a0130'));
  t.match(await party.answer(), { status: 7 }, 'a pipeline that is not there is an invalid request');
  party.close();
});

t.test('pipelined requests are answered in order, each with its context', async (t) => {
  const party = await open();
  party.send(
    POLICY_HASH,
    write(0xffff_ffff, '/input/note', Buffer.from('hi')),
    encodeRequest({ context: 3, kind: 'read_file', fileName: '/input/note' }),
    run(4, '/program/x.wasm'),
    encodeRequest({ context: 5, kind: 'stat', path: '/input/note' }),
    encodeRequest({ context: 6, kind: 'read_file', fileName: '/nothing' }),
    encodeRequest({ context: 7, kind: 'read_range', fileName: '/input/note', offset: 1, length: 9 }),
    write(8, '/input/note', new Uint8Array(0)),
    encodeRequest({ context: 9, kind: 'list', path: '/input' }),
  );
  const answers = [];
  for (let count = 0; count < 9; count++) answers.push(await party.answer());
  t.match(answers, [
    { context: 1, status: 1, policy_hash: {} },
    { context: 0xffff_ffff, status: 1 },
    { context: 3, status: 1, result: { data: Buffer.from('hi') } },
    { context: 4, status: 1, result: { data: Buffer.alloc(4) } },
    { context: 5, status: 1, file_stat: { size: { low: 2, high: 0 } } },
    { context: 6, status: 2, error: { code: 'ACCESS_DENIED' } },
    { context: 7, status: 1, range: { data: Buffer.from('i'), eof: true } },
    { context: 8, status: 1 },
    { context: 9, status: 1, listing: { entries: [{ name: 'a' }, { name: 'note' }] } },
  ]);
  party.close();
});

t.test('a message that is none gets one answer and a close', async (t) => {
  const other = await open(reader);
  const broken: Record<string, [string, string]> = {
    'no protobuf': ['0000000000000004 ffffffff', 'MESSAGE_INVALID'],
    'an unknown field': ['0000000000000003 9a0600', 'MESSAGE_INVALID'],
    'two members': ['0000000000000004 52004200', 'MESSAGE_INVALID'],
    'no member': ['0000000000000002 0801', 'MESSAGE_INVALID'],
    nothing: ['0000000000000000', 'MESSAGE_INVALID'],
    'a name that is no UTF-8': ['0000000000000005 5a030a01ff', 'MESSAGE_INVALID'],
    'a length inside that lies': ['0000000000000004 5a7f0a01', 'MESSAGE_INVALID'],
    'a length in front that lies': ['ffffffffffffffff', 'FRAME_TOO_LARGE'],
    'one byte more than the limit': ['0000000100000001', 'FRAME_TOO_LARGE'],
    'a small message that is large': ['0000000000200000 5afcff7f0af8ff7f', 'FRAME_TOO_LARGE'],
  };
  for (const [what, [bytes, code]] of Object.entries(broken)) {
    const party = await open();
    party.send(POLICY_HASH, bytesOf(bytes), POLICY_HASH);
    t.match(await party.answer(), { context: 1, status: 1 }, 'what came before is answered');
    t.match(await party.answer(), { context: 0, status: 7, error: { code } }, what);
    t.equal(await party.ended, '', `${what}: a close in order`);
    t.equal(party.received.length, 0, `${what}: nothing else`);
    await othersGoOn(t, other);
  }
  const stubborn = await RawParty.open(address, owner, { allowHalfOpen: true } as object);
  stubborn.send(bytesOf('0000000000000004 ffffffff'));
  t.equal(codeOf(await stubborn.answer()), 'MESSAGE_INVALID');
  await statusWhen(enclave, ({ sessions }) => sessions === 1);
  t.pass('one that does not close its side is closed all the same');
  stubborn.close();
  other.close();
});

t.test('requests that are not served are refused, and the session goes on', async (t) => {
  const party = await open();
  const requests: Request[] = [
    { context: 3, kind: 'receipt', target: 1, fileName: '' },
    { context: 4, kind: 'request_proxy_psa_attestation_token', challenge: randomBytes(32) },
    { context: 5, kind: 'psa_attestation_init', challenge: randomBytes(32), deviceId: 1 },
  ];
  for (const request of requests) {
    party.send(encodeRequest(request));
    const error = { code: 'REQUEST_UNSUPPORTED' };
    t.match(await party.answer(), { context: request.context, status: 7, error }, request.kind);
  }
  for (const length of [0, 15, 513]) {
    party.send(encodeRequest({ context: 6, kind: 'attest', nonce: randomBytes(length) }));
    t.equal(codeOf(await party.answer()), 'MESSAGE_INVALID', `a nonce of ${length} bytes`);
  }
  await othersGoOn(t, party);
  party.close();
});

t.test('a run is cancelled by its session, by its own party, and by nobody else', async (t) => {
  const party = await open();
  const other = await open();
  party.send(run(5, '/program/loop.wasm'));
  await statusWhen(enclave, ({ runs }) => runs.running === 1);
  other.send(encodeRequest({ context: 6, kind: 'cancel', target: 5 }));
  t.match(await other.answer(), { context: 6, status: 1 });
  t.match(await enclaveStatus(enclave), { runs: { running: 1 } }, 'contexts are of one session');

  party.send(
    write(9, '/input/late', Buffer.from('kept')),
    run(10, '/program/loop.wasm'),
    encodeRequest({ context: 11, kind: 'cancel', target: 9 }),
    encodeRequest({ context: 12, kind: 'cancel', target: 10 }),
    encodeRequest({ context: 13, kind: 'cancel', target: 5 }),
    encodeRequest({ context: 14, kind: 'read_file', fileName: '/input/late' }),
  );
  const answers = [];
  for (let count = 0; count < 7; count++) answers.push(await party.answer());
  t.match(answers, [
    { context: 5, error: { code: 'RUN_CANCELLED' } },
    { context: 9, status: 1 },
    { context: 10, error: { code: 'RUN_CANCELLED' } },
    { context: 11, status: 1 },
    { context: 12, status: 1 },
    { context: 13, status: 1 },
    { context: 14, result: { data: Buffer.from('kept') } },
  ]);
  await statusWhen(enclave, ({ runs }) => runs.running === 0);

  party.send(run(20, '/program/loop.wasm'), run(21, '/program/loop.wasm'));
  await statusWhen(enclave, ({ runs }) => runs.running === 1);
  party.close();
  await statusWhen(enclave, ({ runs }) => runs.running === 0 && runs.waiting === 0);
  await othersGoOn(t, other);
  other.close();
});

t.test('a reader that does not read holds up itself alone, and the memory of nobody', async (t) => {
  const REQUESTS = 10_000;
  const FILE = randomBytes(6 << 10);
  const LARGE = randomBytes(24 << 20);
  const party = await open();
  party.send(write(1, '/input/file', FILE), write(2, '/input/large', LARGE));
  t.match([await party.answer(), await party.answer()], [{ status: 1 }, { status: 1 }]);
  const request = encodeRequest({ context: 5, kind: 'read_file', fileName: '/input/file' });
  party.send(request);
  const frame = (await party.frame())!;

  const flood = await open();
  const large = await open();
  flood.socket.pause();
  large.socket.pause();
  const before = residentBytes();
  flood.send(...Array.from({ length: REQUESTS }, () => request));
  large.send(encodeRequest({ context: 6, kind: 'read_file', fileName: '/input/large' }));
  for (let turn = 0; turn < 200; turn++) {
    party.send(request);
    if (!frame.equals((await party.frame())!)) t.fail('another session got something else');
  }
  const growth = residentBytes() - before;
  t.ok(growth < (REQUESTS * FILE.length) / 3, `the runtime grew by ${growth >> 20} MiB`);

  let count = 0;
  let partial = Buffer.alloc(0);
  flood.socket.removeAllListeners('data');
  for await (const chunk of flood.socket) {
    partial = Buffer.concat([partial, chunk as Buffer]);
    for (; partial.length >= frame.length; partial = partial.subarray(frame.length), count++)
      if (!partial.subarray(0, frame.length).equals(frame)) throw new Error(`answer ${count} is another`);
    if (count === REQUESTS) break;
  }
  t.equal(count, REQUESTS, 'whoever reads gets every answer');

  const hash = createHash('sha256');
  let left = -1;
  large.socket.removeAllListeners('data');
  for await (const chunk of large.socket) {
    const bytes = chunk as Buffer;
    // Length, status, context, and the lengths of result and data stand before the contents.
    const head = left < 0 ? bytes.indexOf(LARGE.subarray(0, 16)) : 0;
    if (left < 0) left = LARGE.length;
    hash.update(bytes.subarray(head));
    left -= bytes.length - head;
    if (left === 0) break;
  }
  t.same(hash.digest(), createHash('sha256').update(LARGE).digest(), 'and a large file whole');
  party.close();
});

t.test('request_shutdown is answered, and then everything ends in order', async (t) => {
  const other = await open(reader);
  const party = await open();
  other.send(encodeRequest({ context: 1, kind: 'request_policy_hash' }));
  await other.answer();
  party.send(bytesOf('0000000000000002 4200'));
  t.equal((await party.frame())?.toString('hex'), '00000000000000020801');
  t.equal(await party.ended, '');
  t.equal(await other.ended, '');
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
});

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

/** Hexadecimal, as text. */
function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${enclave.enclave.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
