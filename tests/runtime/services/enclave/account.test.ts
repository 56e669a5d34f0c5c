import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { readJson } from '../../../../proto/json/reader.ts';
import { accountService } from '../../../../runtime/services/enclave/account-service.ts';
import type { EnclaveService } from '../../../../runtime/services/enclave/service.ts';

type Answer = Record<string, unknown>;

let now = Date.parse('2026-05-01T12:00:00Z');
/** The least that is taken: what is tested is not how long it takes. */
const cost = { ln: 14, p: 1 };
const service = accountService({ now: () => now, cost });

function ask(
  operation: string,
  payload: object,
  caller = 'alice',
  asked: EnclaveService = service,
): Promise<Answer> {
  const root = readJson(JSON.stringify(payload));
  if (root.kind !== 'object') throw new Error('not an object');
  const call = {
    caller: { id: caller },
    operation,
    payload: root.members,
    signal: new AbortController().signal,
  };
  return asked.call(call) as Promise<Answer>;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const HORSE = { account: 'bob@example.org', password: 'correct horse' };

t.test('a hash is of one password, one account and one caller', async (t) => {
  const usual = await ask('hashPassword', HORSE, 'alice', accountService());
  t.match(usual.hash, /^\$truce-scrypt\$v=1\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  const { hash } = (await ask('hashPassword', HORSE)) as { hash: string };
  const again = await ask('hashPassword', HORSE);
  t.not(again.hash, hash, 'each has a salt of its own');
  const verify = async (change: object, caller = 'alice', asked = service) =>
    (await ask('verifyPassword', { ...HORSE, hash, ...change }, caller, asked)).verified;
  t.equal(await verify({}), true);
  t.equal(await verify({ password: 'correct horsf' }), false);
  t.equal(
    await verify({ account: 'eve@example.org' }),
    false,
    "in another account's row it is worth nothing",
  );
  t.equal(await verify({}, 'mallory'), false, 'nor with another caller');
  t.equal(
    await verify({}, 'alice', accountService()),
    false,
    'nor in another enclave, which has another secret',
  );
  const last = hash.at(-2) === 'A' ? 'B' : 'A';
  t.equal(await verify({ hash: hash.slice(0, -2) + last + hash.at(-1) }), false);
});

t.test('a hash cannot ask for more work than the service gives', async (t) => {
  const { hash } = (await ask('hashPassword', HORSE)) as { hash: string };
  const refused = [
    hash.replace('ln=14', 'ln=20'),
    hash.replace('ln=14', 'ln=13'),
    hash.replace('p=1', 'p=9'),
    hash.replace('p=1', 'p=0'),
    hash.replace('r=8', 'r=16'),
    hash.replace('v=1', 'v=2'),
    hash.replace('$truce-scrypt', '$scrypt'),
    `${hash}=`,
    '',
  ];
  for (const other of refused)
    await t.rejects(
      ask('verifyPassword', { ...HORSE, hash: other }),
      { code: 'SERVICE_PAYLOAD_INVALID', details: { field: 'hash' } },
      other.slice(0, 40),
    );
});

t.test('passwords are hashed two at a time, and no caller fills the queue', async (t) => {
  const flood = await Promise.allSettled(Array.from({ length: 14 }, () => ask('hashPassword', HORSE)));
  const refused = flood.filter(({ status }) => status === 'rejected');
  t.equal(refused.length, 4, 'two run and eight wait');
  t.match(refused[0], { reason: { code: 'SERVICE_BUSY' } });
  t.match(await ask('hashPassword', HORSE), { hash: String }, 'and then there is room again');
});

t.test('data come back to the caller that had them encrypted, with the same associated data', async (t) => {
  const associatedData = base64('row 7');
  const data = base64('a secret of an account');
  const { encrypted } = (await ask('encrypt', { data, associatedData })) as { encrypted: string };
  t.same(await ask('decrypt', { encrypted, associatedData }), { data });
  t.not((await ask('encrypt', { data, associatedData })).encrypted, encrypted);
  const code = 'ACCOUNT_DATA_NOT_AUTHENTIC';
  await t.rejects(ask('decrypt', { encrypted, associatedData: base64('row 8') }), { code });
  await t.rejects(ask('decrypt', { encrypted }), { code });
  await t.rejects(ask('decrypt', { encrypted, associatedData }, 'mallory'), { code });
  await t.rejects(ask('decrypt', { encrypted, associatedData }, 'alice', accountService()), { code });
  await t.rejects(ask('decrypt', { encrypted: base64('short'), associatedData }), { code });
  const bytes = Buffer.from(encrypted, 'base64');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    await t.rejects(ask('decrypt', { encrypted: changed.toString('base64'), associatedData }), { code });
  }
});

t.test('whatever is encrypted comes back as it was', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 50 }),
      async (some, associated) => {
        const data = Buffer.from(some).toString('base64');
        const associatedData = Buffer.from(associated).toString('base64');
        const { encrypted } = await ask('encrypt', { data, associatedData });
        return (await ask('decrypt', { encrypted, associatedData })).data === data;
      },
    ),
  );
  t.pass();
});

t.test('a token is of its issuer, for its audience and for its time', async (t) => {
  const wanted = { account: 'bob', audience: 'shop', lifetimeSeconds: 60 };
  const { token, expiresAt } = (await ask('issueToken', wanted)) as { token: string; expiresAt: number };
  t.equal(expiresAt, now / 1000 + 60);
  const check = (change: object = {}, caller = 'alice') =>
    ask('checkToken', { token, audience: 'shop', ...change }, caller);
  t.match(await check(), { valid: true, issuer: 'alice', account: 'bob', audience: 'shop', expiresAt });
  t.same(await check({ audience: 'bank' }), { valid: false, reason: 'audience' });
  t.same(await check({}, 'carol'), { valid: false, reason: 'not-authentic' }, 'nobody takes it for her own');
  t.match(
    await check({ issuer: 'alice' }, 'carol'),
    { valid: true, issuer: 'alice' },
    'but who names its issuer',
  );
  now += 60_000;
  t.same(await check(), { valid: false, reason: 'expired' });
  now -= 61_000;
  t.same(await check(), { valid: false, reason: 'expired' }, 'nor is it valid before it was made');
  now += 1000;
  await t.rejects(ask('issueToken', { ...wanted, lifetimeSeconds: 86_401 }), {
    code: 'SERVICE_PAYLOAD_INVALID',
  });
  await t.rejects(ask('issueToken', { ...wanted, lifetimeSeconds: 0 }), { code: 'SERVICE_PAYLOAD_INVALID' });
});

t.test('no token but those that were issued', async (t) => {
  const { token } = (await ask('issueToken', { account: 'bob', audience: 'shop' })) as { token: string };
  const [header, body, mac] = token.split('.') as [string, string, string];
  t.same(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256', typ: 'JWT' });
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const admin = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'root' }),
  );
  const guessed = createHmac('sha256', '').update(`${header}.${body}`).digest('base64url');
  const forged = [
    `${none}.${body}.`,
    `${none}.${body}.${mac}`,
    `${header}.${admin.toString('base64url')}.${mac}`,
    `${header}.${body}.${guessed}`,
    `${header}.${body}`,
    `${token}=`,
    `${token}.`,
    `.${token}`,
    `x`,
  ];
  for (const other of forged)
    t.same(await ask('checkToken', { token: other, audience: 'shop' }), {
      valid: false,
      reason: 'not-authentic',
    });
  t.match(await ask('checkToken', { token, audience: 'shop' }), { valid: true });
});

t.test('a name of any letters can be in a token', async (t) => {
  const account = '\u0001"\\é'.repeat(51);
  const { token } = (await ask('issueToken', { account, audience: account })) as { token: string };
  t.match(await ask('checkToken', { token, audience: account }), { valid: true, account });
});

t.test('who authenticates gets a token, and nobody else', async (t) => {
  const { hash } = await ask('hashPassword', HORSE);
  const wanted = { ...HORSE, hash, audience: 'shop' };
  const { token, verified } = await ask('authenticate', wanted);
  t.equal(verified, true);
  t.match(await ask('checkToken', { token, audience: 'shop' }), { valid: true, account: HORSE.account });
  t.same(await ask('authenticate', { ...wanted, password: 'wrong' }), { verified: false });
});

t.test('fields are all known, of their kind and bounded; errors quote none', async (t) => {
  const code = 'SERVICE_PAYLOAD_INVALID';
  const refused: [string, object, string][] = [
    ['hashPassword', { account: 'a' }, 'password'],
    ['hashPassword', { ...HORSE, pasword: 'x' }, 'pasword'],
    ['hashPassword', { ...HORSE, password: '' }, 'password'],
    ['hashPassword', { ...HORSE, password: 'x'.repeat(1025) }, 'password'],
    ['hashPassword', { ...HORSE, account: 7 }, 'account'],
    ['encrypt', { data: 'no base64!' }, 'data'],
    ['encrypt', { data: base64('x'), associatedData: base64('x'.repeat(4097)) }, 'associatedData'],
    ['issueToken', { account: 'a', audience: 'b', lifetimeSeconds: 1.5 }, 'lifetimeSeconds'],
  ];
  for (const [operation, payload, field] of refused)
    await t.rejects(ask(operation, payload), { code, details: { field } }, `${operation}: ${field}`);
  const odd = { 'a secret in the wrong place \n': 1 };
  await t.rejects(ask('encrypt', odd), { code, message: "the payload's fields are not all known here" });
});

t.test('the secret can be taken along, and says whether anybody relies on it', async (t) => {
  const [first, second] = [accountService(), accountService()];
  t.equal(first.state?.inUse, false);
  const { encrypted } = await ask('encrypt', { data: base64('kept') }, 'alice', first);
  t.equal(first.state?.inUse, true);
  second.state?.prepare(first.state!.export())();
  t.same(await ask('decrypt', { encrypted }, 'alice', second), { data: base64('kept') });
  const code = 'SEALED_STATE_INVALID';
  for (const state of [new Uint8Array(0), new Uint8Array(33), new Uint8Array(34).fill(1)])
    t.throws(() => second.state?.prepare(state), { code });
  t.same(
    await ask('decrypt', { encrypted }, 'alice', second),
    { data: base64('kept') },
    'a wrong one changes nothing',
  );
});
