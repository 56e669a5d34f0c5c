import { createCipheriv, randomBytes } from 'node:crypto';
import t from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import { type CipherRequest, encodeCipherRequest } from '../../proto/native-modules/requests.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { compileText } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

/** Writes what its standard input holds to the special file that its argument names; the exit code is the errno. */
const asker = await compileText(`(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)
  (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func $length (param $text i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (loop $again
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $again))))
    (i32.sub (local.get $end) (local.get $text)))
  (func (export "_start")
    (call $check (call $args_get (i32.const 16) (i32.const 64)))
    (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.load (i32.const 20))
      (call $length (i32.load (i32.const 20))) (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.store (i32.const 8) (i32.const 65536))
    (i32.store (i32.const 12) (i32.const 65536))
    (call $check (call $fd_read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 4)))
    (i32.store (i32.const 12) (i32.load (i32.const 4)))
    (call $check (call $fd_write (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 4)))))`);

const SERVICES = {
  'AEAD Service': '/services/aead.dat',
  'Counter mode AES Service': '/services/aesctr.dat',
  'Postcard Service': '/services/postcard_string.dat',
} as const;
const AEAD = SERVICES['AEAD Service'];
const AGREED = Buffer.from('agreed');
const ASK = Rights.PATH_OPEN | Rights.FD_WRITE | Rights.FD_SEEK | Rights.PATH_FILESTAT_SET_SIZE;

const [owner, asking] = await Promise.all([makeParty('owner'), makeParty('asking')]);
/** By what the one argument of each says. */
const programs = { aead: AEAD, postcard: SERVICES['Postcard Service'] };
const enclave = await startTestEnclave((pcr0) =>
  versionTwoPolicy(
    {
      pcr0,
      parties: [
        {
          certificate: owner.certificate,
          rights: {
            '/bin/': WRITE | RUN,
            '/in/': READ | WRITE,
            '/agreed': READ | WRITE,
            '/out/': READ | Rights.PATH_UNLINK_FILE,
            '/services/': READ | Rights.FD_READDIR | Rights.PATH_UNLINK_FILE,
            stdin: WRITE,
          },
        },
        {
          certificate: asking.certificate,
          rights: {
            '/in/open': READ,
            '/out/party': READ | WRITE,
            '/agreed': READ | WRITE,
            '/services/': ASK,
            '/services/postcard_result.dat': READ | WRITE,
          },
        },
      ],
      programs: Object.keys(programs).map((name) => ({
        path: `/bin/${name}`,
        module: asker,
        rights: {
          '/in/open': READ,
          '/out/': WRITE,
          '/services/': WRITE,
          '/agreed': READ | WRITE,
          stdin: READ,
        },
      })),
      hashed: { '/agreed': AGREED },
    },
    {
      native_modules: Object.entries(SERVICES).map(([name, special_file]) => ({
        name,
        type: { Static: { special_file } },
      })),
    },
    Object.fromEntries(
      Object.entries(programs).map(([name, path]) => [`/bin/${name}`, { arguments: [path.slice(1)] }]),
    ),
  ),
);
t.teardown(() => enclave.stop());
const [session, party] = await Promise.all([enclave.connect(owner), enclave.connect(asking)]);
const TEXT = Buffer.from('some text of a party');
for (const name of Object.keys(programs)) await session.writeFile(`/bin/${name}`, asker);
await session.writeFile('/in/open', TEXT);
await session.writeFile('/in/closed', TEXT);
await session.writeFile('/agreed', AGREED);

const KEY = Buffer.from('a key of 16 byte');
const IV = Buffer.from('a vector of its ');
const AAD = Buffer.from('header');
function request(change: Partial<CipherRequest> = {}): Uint8Array {
  const seal = { mode: 'gcm', key: KEY, iv: IV, aad: AAD, encrypt: true } as const;
  return encodeCipherRequest({ ...seal, inputPath: '/in/open', outputPath: '/out/sealed', ...change });
}
function sealed(text: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-gcm', KEY, IV).setAAD(AAD);
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
const read = async (name: string, from: TruceSession = session) => Buffer.from(await from.readFile(name));

t.test(
  'a program asks a module from within its jail, and what it makes is committed with the run',
  async (t) => {
    const run = async (name: string, bytes: Uint8Array) => {
      await session.writeFile('stdin', bytes);
      return (await session.run(`/bin/${name}`)).exitCode;
    };
    t.equal(await run('aead', request()), 0);
    t.same(await read('/out/sealed'), sealed(TEXT));
    t.equal(
      await run('aead', request({ inputPath: '/out/sealed', outputPath: '/out/opened', encrypt: false })),
      Errno.NOTCAPABLE,
      'it may write there, and not read',
    );
    t.equal(await run('aead', request({ encrypt: false })), Errno.BADMSG);
    t.equal(await run('aead', request({ inputPath: '/in/closed' })), Errno.NOTCAPABLE);
    t.equal(await run('aead', request({ outputPath: '/agreed' })), Errno.NOTCAPABLE, 'a hash is for ever');
    t.equal(await run('aead', Buffer.concat([request(), KEY])), Errno.INVAL);
    t.equal(await run('postcard', Uint8Array.of(1, 2, 1, 2, 2, 2, 3)), 0);
    t.match(JSON.parse(String(await read('/services/postcard_result.dat'))), [{ e1: { ENUM2_3: 1 } }]);
    await t.rejects(read('/out/opened'), { code: 'FILE_NOT_FOUND' });
    t.same(await read('/out/sealed'), sealed(TEXT), 'what failed left nothing');
  },
);

t.test('a party asks by writing to the special file, in any of the ways to write', async (t) => {
  const to = (name: string) => request({ outputPath: name });
  await party.writeFile(AEAD, to('/out/party'));
  t.same(await read('/out/party', party), sealed(TEXT));
  await party.appendFile(AEAD, to('/out/party'));
  t.same(await read('/out/party', party), Buffer.concat([sealed(TEXT), sealed(TEXT)]), 'results are added');
  await session.remove('/out/party');
  const whole = to('/out/party');
  await party.writeChunk(AEAD, whole.subarray(0, 20));
  await party.writeChunk(AEAD, whole.subarray(20), { offset: 20, final: true });
  t.same(await read('/out/party', party), sealed(TEXT));
  await party.writeFile(SERVICES['Postcard Service'], Uint8Array.of(0));
  t.equal(String(await read('/services/postcard_result.dat', party)), '[]');
  t.equal((await read(AEAD)).length, 0, 'nothing is kept of it');
  t.match(await session.list('/services/'), [{ name: 'aead.dat', size: 0 }]);
  await t.rejects(session.remove(AEAD), { code: 'FILE_SYSTEM' });
  t.same(await read('/out/sealed'), sealed(TEXT), 'the program’s');
});

t.test('a module has no rights but those of the party that asks', async (t) => {
  const ask = (change: Partial<CipherRequest>) =>
    party.writeFile(AEAD, request({ outputPath: '/out/party', ...change }));
  await t.rejects(ask({ inputPath: '/in/closed' }), { code: 'ACCESS_DENIED', message: /read \/in\/closed/ });
  await t.rejects(ask({ inputPath: '/missing' }), { code: 'ACCESS_DENIED' });
  await t.rejects(ask({ outputPath: '/out/other' }), {
    code: 'ACCESS_DENIED',
    message: /append \/out\/other/,
  });
  await t.rejects(ask({ outputPath: '/agreed' }), { code: 'FILE_IMMUTABLE' });
  await t.rejects(ask({ encrypt: false }), { code: 'NATIVE_NOT_AUTHENTIC', message: /\/in\/open/ });
  await t.rejects(ask({ outputPath: AEAD }), { code: 'NATIVE_REQUEST_INVALID', message: /special file/ });
  await t.rejects(ask({ inputPath: '/in/../in/open' }), { code: 'NATIVE_REQUEST_INVALID' });
  for (const bytes of [
    new Uint8Array(0),
    request().subarray(1),
    Buffer.concat([request(), KEY]),
    Buffer.alloc(2 << 20),
  ])
    await t.rejects(party.writeFile(AEAD, bytes), { code: 'NATIVE_REQUEST_INVALID' });
  await t.rejects(session.writeFile(AEAD, request()), { code: 'ACCESS_DENIED' }, 'who may not write it');
  t.same(await read('/out/party', party), sealed(TEXT), 'what failed left nothing');
});

t.test('others get their answers while a large file is enciphered', async (t) => {
  const large = randomBytes(32 << 20);
  await session.writeFile('/in/open', large);
  /** How many. The first may be asked for before, and the last answered behind. */
  const meanwhile = async () => {
    await session.remove('/out/party');
    let done = false;
    const asked = party.writeFile(AEAD, request({ outputPath: '/out/party' })).then(() => {
      done = true;
    });
    let answers = 0;
    for (; !done; answers++) await session.policyHash();
    await asked;
    return answers;
  };
  // A machine may be busy with others all the while, but not every time.
  let most = 0;
  for (let time = 0; time < 10 && most < 4; time++) most = Math.max(most, await meanwhile());
  t.ok(most >= 4, `${most} answers meanwhile`);
  t.ok(sealed(large).equals(await party.readFile('/out/party')));
  await Promise.all([session.close(), party.close()]);
});
