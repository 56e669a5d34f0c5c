import { createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import { RemoteError } from '../../host-bridge/client/remote-error.ts';
import { Rights } from '../../proto/rights.ts';
import { enclaveStatus } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const OWN =
  READ |
  WRITE |
  Rights.FD_READDIR |
  Rights.PATH_FILESTAT_GET |
  Rights.PATH_UNLINK_FILE |
  Rights.PATH_REMOVE_DIRECTORY |
  Rights.PATH_CREATE_DIRECTORY;

const HASHED = Buffer.from('these bytes and no others');
const [owner, guest, stranger] = await Promise.all(['owner', 'guest', 'stranger'].map(makeParty));

const enclave = await startTestEnclave({
  parties: [
    {
      certificate: owner!.certificate,
      rights: {
        '/data/': OWN,
        '/hashed.bin': READ | WRITE,
        bare: READ | WRITE,
        stdin: READ | WRITE,
        stdout: READ,
      },
    },
    {
      certificate: guest!.certificate,
      rights: {
        '/data/shared/': READ | Rights.FD_READDIR,
        '/data/shared/hidden': 0,
        '/data/deep/down/one.txt': READ,
        '/data/run-only': RUN,
        '/data/shared/size-unknown': Rights.PATH_OPEN,
      },
    },
    { certificate: stranger!.certificate, rights: { '/elsewhere/': OWN } },
  ],
  hashed: { '/hashed.bin': HASHED },
});
t.teardown(() => enclave.stop());
const session = await enclave.connect(owner!);
const guests = await enclave.connect(guest!);
const strangers = await enclave.connect(stranger!);

const text = (value: string) => Buffer.from(value);
const read = async (name: string, from: TruceSession = session) =>
  Buffer.from(await from.readFile(name)).toString();

t.test('files of every size come back as they went', async (t) => {
  for (const size of [0, 1, 255, 65_535, 65_536, 65_537, 262_145, (3 << 20) + 7]) {
    const bytes = randomBytes(size);
    await session.writeFile('/data/sized', bytes);
    t.ok(bytes.equals(await session.readFile('/data/sized')), `${size} bytes`);
    t.match(await session.stat('/data/sized'), { kind: 'file', size });
  }
});

t.test('a file across two chunks of storage, whole and in ranges', async (t) => {
  const bytes = randomBytes((16 << 20) + 1);
  await session.writeFile('/data/large', bytes);
  const back = await session.readFile('/data/large');
  t.equal(createHash('sha256').update(back).digest('hex'), createHash('sha256').update(bytes).digest('hex'));
  for (const [offset, length, expected] of [
    [0, 10, 10],
    [(16 << 20) - 5, 6, 6],
    [(16 << 20) - 5, 100, 6],
    [16 << 20, 1, 1],
    [(16 << 20) + 1, 5, 0],
    [2 ** 40, 5, 0],
    [7, 0, 0],
  ] as const) {
    const range = await session.readRange('/data/large', offset, length);
    t.ok(bytes.subarray(offset, offset + length).equals(range), `${length} from ${offset}`);
    t.equal(range.length, expected);
  }
  await session.remove('/data/large');
  await t.rejects(session.readFile('/data/large'), { code: 'FILE_NOT_FOUND' });
});

t.test('a write replaces the whole file, an append adds to it', async (t) => {
  await session.writeFile('/data/log', text('a longer first content'));
  await session.writeFile('/data/log', text('short'));
  t.equal(await read('/data/log'), 'short');
  await session.appendFile('/data/log', text(' and more'));
  await session.appendFile('/data/log', text(''));
  t.equal(await read('/data/log'), 'short and more');
  await session.appendFile('/data/new-log', text('made by appending'));
  t.equal(await read('/data/new-log'), 'made by appending');
  await session.appendFile('/data/big-log', Buffer.alloc(65_530, 'x'));
  await session.appendFile('/data/big-log', text('across the end of small files'));
  t.equal((await read('/data/big-log')).slice(65_520), 'xxxxxxxxxxacross the end of small files');
});

t.test('requests that are sent at once are carried out in their order', async (t) => {
  const answers = await Promise.all([
    session.writeFile('/data/order', text('one')),
    session.appendFile('/data/order', text('-two')),
    session.readFile('/data/order'),
    session.writeFile('/data/order', text('three')),
    session.readFile('/data/order'),
    session.remove('/data/order'),
    session.stat('/data/order').catch((error: RemoteError) => error.code),
  ]);
  t.equal(Buffer.from(answers[2]).toString(), 'one-two');
  t.equal(Buffer.from(answers[4]).toString(), 'three');
  t.equal(answers[6], 'FILE_NOT_FOUND');
});

t.test('a file is seen when its last byte has come, and not before', async (t) => {
  const other = await enclave.connect(owner!);
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* slowly() {
    yield text('first half, ');
    await held;
    yield text('second half');
  }
  const size = 'first half, second half'.length;
  const upload = session.writeFile('/data/slow', { size, stream: slowly() });
  for (let look = 0; look < 3; look++)
    await t.rejects(other.readFile('/data/slow'), { code: 'FILE_NOT_FOUND' });
  t.notOk((await other.list('/data')).some(({ name }) => name === 'slow'));
  goOn();
  await upload;
  t.equal(await read('/data/slow', other), 'first half, second half');

  const before = await enclaveStatus(enclave);
  const broken = await enclave.connect(owner!);
  async function* never() {
    yield text('half of a new content');
    throw new Error('the disk is gone');
  }
  await t.rejects(broken.writeFile('/data/slow', { size: 1000, stream: never() }), /the disk is gone/);
  t.equal(
    await read('/data/slow', other),
    'first half, second half',
    'half a replacement leaves the file as it was',
  );
  t.same((await enclaveStatus(enclave)).files, before.files);
  await other.close();
});

t.test('a refused upload leaves nothing, and the session goes on', async (t) => {
  const { files: before } = await enclaveStatus(enclave);
  const bytes = randomBytes(3 << 20);
  await t.rejects(strangers.writeFile('/data/x', bytes), { code: 'ACCESS_DENIED' });
  await t.rejects(strangers.appendFile('/data/x', bytes), { code: 'ACCESS_DENIED' });
  await t.rejects(session.writeFile('/hashed.bin', bytes), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.writeFile('/hashed.bin', text('')), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.appendFile('/hashed.bin', HASHED), { code: 'FILE_IMMUTABLE' });
  await t.rejects(session.writeFile('/data', bytes), { code: 'FILE_WRONG_TYPE' }, 'a directory');
  await t.rejects(session.writeFile('/data/log/below-a-file', bytes), { code: 'FILE_WRONG_TYPE' });
  await t.rejects(session.readFile('/hashed.bin'), { code: 'FILE_NOT_FOUND' });
  t.same((await enclaveStatus(enclave)).files, before);
  await strangers.writeFile('/elsewhere/x', text('still here'));
  t.equal(await read('/elsewhere/x', strangers), 'still here');
});

t.test('a file with a hash is written once, and never changes', async (t) => {
  await session.writeFile('/hashed.bin', HASHED);
  await session.writeFile('/hashed.bin', HASHED);
  await t.rejects(session.writeFile('/hashed.bin', text('others')), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.appendFile('/hashed.bin', text('more')), { code: 'FILE_IMMUTABLE' });
  await t.rejects(session.remove('/hashed.bin'), { code: 'ACCESS_DENIED' });
  t.equal(await read('/hashed.bin'), HASHED.toString());
  t.equal(await session.programHash('/hashed.bin'), createHash('sha256').update(HASHED).digest('hex'));
});

t.test('listings and sizes are what is there', async (t) => {
  await session.writeFile('/data/tree/b.txt', text('bb'));
  await session.writeFile('/data/tree/a.txt', text('a'));
  await session.writeFile('/data/tree/inner/c.txt', text('ccc'));
  t.same(await session.list('/data/tree/'), [
    { name: 'a.txt', kind: 'file', size: 1 },
    { name: 'b.txt', kind: 'file', size: 2 },
    { name: 'inner', kind: 'directory', size: 0 },
  ]);
  t.match(await session.stat('/data/tree'), { kind: 'directory', size: 0 });
  await t.rejects(session.list('/data/tree/a.txt'), { code: 'FILE_WRONG_TYPE' });
  await t.rejects(session.readFile('/data/tree'), { code: 'FILE_WRONG_TYPE' });
  await t.rejects(session.remove('/data/tree'), { code: 'FILE_SYSTEM' }, 'not empty');
  for (const name of ['inner/c.txt', 'inner', 'b.txt', 'a.txt']) await session.remove(`/data/tree/${name}`);
  t.same(await session.list('/data/tree'), []);
  await session.remove('/data/tree');
  await t.rejects(session.list('/data/tree'), { code: 'FILE_NOT_FOUND' });
});

t.test('a party sees the entries that it has rights to, the way to them, and nothing else', async (t) => {
  for (const name of [
    'shared/open',
    'shared/hidden',
    'shared/size-unknown',
    'deep/down/one.txt',
    'deep/two.txt',
    'run-only',
  ])
    await session.writeFile(`/data/${name}`, text(name));
  const names = async (path: string) => (await guests.list(path)).map(({ name }) => name);
  t.same(await names('/'), ['data']);
  t.same(await names('/data'), ['deep', 'run-only', 'shared']);
  t.same(await names('/data/deep'), ['down']);
  t.same(await names('/data/deep/down'), ['one.txt']);
  t.same(await guests.list('/data/shared'), [
    { name: 'open', kind: 'file', size: 11 },
    { name: 'size-unknown', kind: 'file', size: 0 },
  ]);
  t.equal(await read('/data/shared/open', guests), 'shared/open');
  t.equal(await read('/data/deep/down/one.txt', guests), 'deep/down/one.txt');
  for (const name of ['shared/hidden', 'shared/size-unknown', 'deep/two.txt', 'run-only', 'log'])
    await t.rejects(guests.readFile(`/data/${name}`), { code: 'ACCESS_DENIED' }, name);
  t.same(
    (await strangers.list('/')).map(({ name }) => name),
    ['elsewhere'],
  );
});

t.test('without rights, what is there and what is not look alike', async (t) => {
  const requests: Record<string, (path: string) => Promise<unknown>> = {
    read: (path) => strangers.readFile(path),
    range: (path) => strangers.readRange(path, 0, 1),
    stat: (path) => strangers.stat(path),
    list: (path) => strangers.list(path),
    remove: (path) => strangers.remove(path),
    hash: (path) => strangers.programHash(path),
    write: (path) => strangers.writeFile(path, text('x')),
    append: (path) => strangers.appendFile(path, text('x')),
    chunk: (path) => strangers.writeChunk(path, text('x'), { final: true }),
    run: (path) => strangers.run(path),
  };
  const places = [
    '/data/log',
    '/data/not-there',
    '/data/log/below',
    '/data/not-there/below',
    '/data',
    '/nowhere',
  ];
  for (const [name, request] of Object.entries(requests)) {
    const answers = new Set<string>();
    for (const place of places) {
      const error = await request(place).catch((caught: RemoteError) => caught);
      t.type(error, RemoteError, `${name} ${place}`);
      if (error instanceof RemoteError)
        answers.add(`${error.status} ${error.code} ${error.message.replaceAll(place, 'PATH')}`);
    }
    t.equal(answers.size, 1, `${name}: ${[...answers].join(' | ')}`);
  }
});

t.test('only canonical names are names; bare ones stand at the root', async (t) => {
  await session.writeFile('bare', text('bare'));
  t.equal(await read('/bare'), 'bare');
  for (const name of [
    '',
    '/data/../bare',
    '/data/./log',
    '//bare',
    '/data//log',
    'a\0b',
    '/\ud800',
    `/${'n'.repeat(256)}`,
  ])
    await t.rejects(session.readFile(name), { code: 'PATH_INVALID' }, JSON.stringify(name));
  await session.writeFile(`/data/${'n'.repeat(255)}`, text('the longest'));
  await session.writeFile('/data/smörgås \u{1f4be}', text('any Unicode'));
  t.ok((await session.list('/data')).some(({ name }) => name === 'smörgås \u{1f4be}'));
  await session.remove(`/data/${'n'.repeat(255)}`);
});

t.test('the streams are files of their own', async (t) => {
  await session.writeFile('stdin', text('input'));
  await session.appendFile('stdin', text(' and more'));
  t.equal(await read('stdin'), 'input and more');
  t.equal(await read('stdout'), '', 'nothing has been printed');
  await t.rejects(session.writeFile('stdout', text('x')), { code: 'ACCESS_DENIED' });
  await t.rejects(session.readFile('stderr'), { code: 'ACCESS_DENIED' });
  await t.rejects(
    session.readFile('/stdin'),
    { code: 'ACCESS_DENIED' },
    'a file of that name is another thing',
  );
  await t.rejects(session.remove('stdin'), { code: 'ACCESS_DENIED' });
  t.notOk((await session.list('/').catch(() => [])).some(({ name }) => name === 'stdin'));
});

t.test('nothing failed inside', async (t) => {
  t.equal((await enclaveStatus(enclave)).phase, 'serving');
  await Promise.all([session.close(), guests.close(), strangers.close()]);
});
