import { randomBytes } from 'node:crypto';
import t from 'tap';
import { expectNothing } from '../../host-bridge/client/answers.ts';
import type { RemoteError, TruceSession } from '../../host-bridge/client/index.ts';
import { encodeDataHeader, encodeRequest } from '../../proto/wire/request-codec.ts';
import { compileText } from '../programs/sample-programs.ts';
import { enclaveStatus, statusWhen } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { openConversation } from '../support/raw-conversation.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const HASHED = randomBytes(200_000);
const [owner, reader] = await Promise.all([makeParty('owner'), makeParty('reader')]);
/** Writes over the beginning of /data/journal, a while after it has started. */
const slow = await compileText(`(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "data/journal")
  (data (i32.const 64) "run")
  (func (export "_start")
    (local $turns i32) (local $error i32)
    (loop $again
      (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $turns) (i32.const 400000000))))
    (local.set $error (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 12)
      (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
    (if (local.get $error) (then (call $proc_exit (local.get $error))))
    (i32.store (i32.const 8) (i32.const 64))
    (i32.store (i32.const 12) (i32.const 3))
    (call $proc_exit (call $fd_write (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 4)))))`);

const enclave = await startTestEnclave(
  {
    parties: [
      {
        certificate: owner!.certificate,
        rights: { '/data/': READ | WRITE, '/hashed.bin': READ | WRITE, '/slow.wasm': WRITE | RUN },
      },
      { certificate: reader!.certificate, rights: { '/data/': READ } },
    ],
    programs: [{ path: '/slow.wasm', module: slow, rights: { '/data/': WRITE } }],
    hashed: { '/hashed.bin': HASHED },
  },
  { limits: { vfsBytes: 8 << 20, fileBytes: 4 << 20 } },
);
t.teardown(() => enclave.stop());
const session = await enclave.connect(owner!);
const readers = await enclave.connect(reader!);

const text = (value: string) => Buffer.from(value);
const read = async (name: string, from: TruceSession = session) =>
  Buffer.from(await from.readFile(name)).toString();

t.test('parts make a file in any order, which no one sees before the last', async (t) => {
  await session.writeChunk('/data/parts', text('world'), { truncate: true });
  await session.writeChunk('/data/parts', text('!'), { offset: 12 });
  await session.writeChunk('/data/parts', text('Hello, '), { offset: 0 });
  await session.writeChunk('/data/parts', text('world'), { offset: 7 });
  await t.rejects(session.readFile('/data/parts'), { code: 'FILE_NOT_FOUND' });
  await session.writeChunk('/data/parts', text(''), { final: true });
  t.equal(await read('/data/parts', readers), 'Hello, world!');

  await session.writeChunk('/data/gap', text('end'), { offset: 100_000, truncate: false, final: true });
  t.equal(await read('/data/gap'), `${'\0'.repeat(100_000)}end`, 'what no part covers is zeros');
});

t.test('parts change what a file holds, and cut it', async (t) => {
  await session.writeFile('/data/old', text('abcdefgh'));
  await session.writeChunk('/data/old', text('CD'), { offset: 2 });
  t.equal(await read('/data/old'), 'abcdefgh');
  await session.writeChunk('/data/old', text('F'), { offset: 5, truncate: true, final: true });
  t.equal(await read('/data/old'), 'abCDeF');
  await session.writeChunk('/data/old', text('new'), { truncate: true, final: true });
  t.equal(await read('/data/old'), 'new');
});

t.test('a new beginning drops what came before it', async (t) => {
  await session.writeChunk('/data/again', text('first try'), { truncate: true });
  await session.writeChunk('/data/again', text('2nd'), { truncate: true, final: true });
  t.equal(await read('/data/again'), '2nd');
});

t.test('parts wait for their turn among the other requests', async (t) => {
  await session.writeFile('/slow.wasm', slow);
  await session.writeFile('/data/journal', text('___'));
  const [run] = await Promise.all([
    session.run('/slow.wasm'),
    session.writeChunk('/data/journal', text(' chunk'), { offset: 3, final: true }),
    session.writeChunk('/data/journal', text(' another'), { offset: 9, final: true }),
  ]);
  t.equal(run.exitCode, 0);
  t.equal(await read('/data/journal'), 'run chunk another', 'they change what the run before them left');
});

t.test('a part that fails takes its write along', async (t) => {
  const { files: before } = await enclaveStatus(enclave);
  await session.writeFile('/data/kept', text('kept'));
  await session.writeChunk('/data/kept', text('half of '), { truncate: true });
  await t.rejects(session.writeChunk('/data/kept', Buffer.alloc(16 << 20)), { code: 'STORAGE_FULL' });
  await t.rejects(session.writeChunk('/data/kept', text('a file'), { offset: 8 }), { code: 'WRITE_BROKEN' });
  await t.rejects(session.writeChunk('/data/kept', text('!'), { offset: 14, final: true }), {
    code: 'WRITE_BROKEN',
  });
  t.equal(await read('/data/kept'), 'kept');
  await session.writeChunk('/data/kept', text('K'), { final: true });
  t.equal(await read('/data/kept'), 'Kept', 'after its last part, a write may start again');
  await t.rejects(session.writeChunk('/data/kept', text('x'), { offset: 2 ** 50, final: true }), {
    code: 'STORAGE_FULL',
  });
  await t.rejects(session.writeChunk('/data/kept', text('x'), { offset: 5 << 20, final: true }), {
    code: 'STORAGE_FULL',
  });
  await t.rejects(readers.writeChunk('/data/kept', text('x'), { final: true }), { code: 'ACCESS_DENIED' });
  t.equal(await read('/data/kept'), 'Kept');
  const { files: after } = await enclaveStatus(enclave);
  t.same(after, { bytes: before.bytes + 4, inodes: before.inodes + 1 });
});

t.test('a file with a hash comes in parts from front to back', async (t) => {
  const part = (offset: number, end: number, options = {}) =>
    session.writeChunk('/hashed.bin', HASHED.subarray(offset, end), { offset, ...options });
  await part(0, 70_000, { truncate: true });
  await t.rejects(part(140_000, 200_000), { code: 'RANGE_INVALID' });
  await part(0, 70_000, { truncate: true });
  await part(70_000, 140_000);
  await t.rejects(part(140_000, 199_999, { final: true }), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.readFile('/hashed.bin'), { code: 'FILE_NOT_FOUND' });
  await part(0, 140_000, { truncate: true });
  await part(140_000, 200_000, { final: true });
  t.ok(HASHED.equals(await session.readFile('/hashed.bin')));
  await t.rejects(part(5, 6, { final: true }), { code: 'RANGE_INVALID' });
  await t.rejects(session.writeChunk('/hashed.bin', text('x'), { truncate: true, final: true }), {
    code: 'FILE_HASH_MISMATCH',
  });
  t.ok(HASHED.equals(await session.readFile('/hashed.bin')));
});

t.test('unfinished writes are bounded, and go with their session', async (t) => {
  const before = await enclaveStatus(enclave);
  const other = await enclave.connect(owner!);
  for (let index = 0; index < 16; index++)
    await other.writeChunk(`/data/pending-${index}`, text('never finished'), { truncate: true });
  await t.rejects(other.writeChunk('/data/pending-16', text('x'), { truncate: true }), {
    code: 'WRITES_PENDING_LIMIT',
  });
  await other.writeChunk('/data/pending-0', text(''), { final: true });
  await t.rejects(other.writeChunk('/data/pending-16', text('y'), { offset: 1, final: true }), {
    code: 'WRITE_BROKEN',
  });
  await other.close();
  const { files } = await statusWhen(enclave, ({ files }) => files.inodes === before.files.inodes + 1);
  t.equal(files.bytes, before.files.bytes + 'never finished'.length);
  // The storage of the others is free again: nearly all of the quota can be had.
  await session.writeFile('/data/most', Buffer.alloc(4 << 20));
  t.equal((await session.readFile('/data/most')).length, 4 << 20);
  await session.writeFile('/data/most', text(''));
});

t.test('the runtime itself judges names, whatever a client sends', async (t) => {
  const raw = await openConversation(enclave, owner!);
  const names = [
    '',
    '/data/../hashed.bin',
    '/data/./kept',
    '//data/kept',
    '/data//kept',
    '/data/a\0b',
    `/${'n'.repeat(256)}`,
  ];
  for (const name of names) {
    const requests = [
      (context: number) => encodeRequest({ context, kind: 'read_file', fileName: name }),
      (context: number) =>
        encodeRequest({ context, kind: 'read_range', fileName: name, offset: 0, length: 1 }),
      (context: number) => encodeRequest({ context, kind: 'request_pi_hash', fileName: name }),
      (context: number) => encodeRequest({ context, kind: 'request_result', fileName: name }),
      (context: number) => encodeRequest({ context, kind: 'list', path: name }),
      (context: number) => encodeRequest({ context, kind: 'stat', path: name }),
      (context: number) => encodeRequest({ context, kind: 'remove', path: name }),
      (context: number) => encodeDataHeader({ context, kind: 'write_file', fileName: name, length: 0 }),
      (context: number) => encodeDataHeader({ context, kind: 'append_file', fileName: name, length: 0 }),
      (context: number) =>
        encodeDataHeader({ context, kind: 'write_chunk', fileName: name, length: 0, final: true }),
    ];
    const codes = await Promise.all(
      requests.map((head) =>
        raw.ask({ head }, expectNothing).then(
          () => 'done',
          (error: RemoteError) => error.code,
        ),
      ),
    );
    t.same(new Set(codes), new Set(['PATH_INVALID']), JSON.stringify(name));
  }
  const head = (context: number) =>
    encodeDataHeader({ context, kind: 'write_file', fileName: 'data/bare', length: 0 });
  await raw.ask({ head }, expectNothing);
  t.equal(await read('/data/bare'), '');
  await raw.close();
});

t.test('requests that are not served are refused, and the session goes on', async (t) => {
  const raw = await openConversation(enclave, owner!);
  for (const head of [
    (context: number) => encodeRequest({ context, kind: 'receipt', target: 1, fileName: '' }),
    (context: number) =>
      encodeRequest({ context, kind: 'psa_attestation_init', challenge: new Uint8Array(32), deviceId: 1 }),
  ])
    await t.rejects(raw.ask({ head }, expectNothing), { code: 'REQUEST_UNSUPPORTED' });
  const head = (context: number) => encodeRequest({ context, kind: 'cancel', target: 77 });
  await raw.ask({ head }, expectNothing);
  await raw.close();
  await Promise.all([session.close(), readers.close()]);
});
