import { createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { AttestedKeys } from '../../../../runtime/services/attestation/attested-keys.ts';

const pair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const der = (key: ReturnType<typeof pair>['publicKey']) =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }));
const open = (publicKey: Uint8Array) =>
  createPublicKey({ key: Buffer.from(publicKey), type: 'spki', format: 'der' });
const text = (value: string) => new TextEncoder().encode(value);

t.test('a signature is for its purpose, and verifies under the attested key', async (t) => {
  const keys = new AttestedKeys();
  const { id, publicKey } = await keys.create();
  const message = text('what a service says');
  const signature = keys.sign(id, 'wallet', message);
  const signed = (purpose: string) =>
    Buffer.concat([text(`truce/attested-key/sign/v1\0${purpose}\0`), message]);
  t.ok(verify('sha384', signed('wallet'), open(publicKey), signature));
  t.notOk(verify('sha384', signed('secrets'), open(publicKey), signature));
  t.notOk(verify('sha384', message, open(publicKey), signature), 'never a bare message');
});

t.test('what is agreed is what the other side computes', async (t) => {
  const keys = new AttestedKeys();
  const { id, publicKey } = await keys.create();
  const other = pair('secp384r1');
  const agreed = keys.agree(id, 'secrets', der(other.publicKey), 32);
  const secret = diffieHellman({ privateKey: other.privateKey, publicKey: open(publicKey) });
  const info = Buffer.concat([
    text('truce/attested-key/agree/v1\0secrets\0'),
    publicKey,
    der(other.publicKey),
  ]);
  t.same(agreed, new Uint8Array(hkdfSync('sha384', secret, new Uint8Array(0), info, 32)));
  t.notSame(keys.agree(id, 'wallet', der(other.publicKey), 32), agreed, 'another purpose, another secret');
});

t.test('keys of other kinds and bytes that are no key are refused', async (t) => {
  const keys = new AttestedKeys();
  const { id } = await keys.create();
  const refused = { code: 'MESSAGE_INVALID' };
  t.throws(() => keys.agree(id, 'x', der(pair('P-256').publicKey), 32), refused);
  t.throws(() => keys.agree(id, 'x', der(generateKeyPairSync('ed25519').publicKey), 32), refused);
  t.throws(() => keys.agree(id, 'x', new Uint8Array(0), 32), refused);
  const off = der(pair('secp384r1').publicKey);
  off[off.length - 1]! ^= 1;
  t.throws(() => keys.agree(id, 'x', off, 32), refused, 'a point that is not on the curve');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        keys.agree(id, 'x', bytes, 32);
      } catch (error) {
        if ((error as { code?: string }).code === 'MESSAGE_INVALID') return;
      }
      throw new Error('it was taken, or refused otherwise');
    }),
    { numRuns: 200 },
  );
  t.throws(() => keys.agree(id, 'x', der(pair('secp384r1').publicKey), 0), RangeError);
});

t.test('keys go when they expire, the oldest when there are too many, all with the enclave', async (t) => {
  let now = 1000;
  const keys = new AttestedKeys({ most: 2, lifeMilliseconds: 100, now: () => now });
  const unknown = { code: 'ATTESTED_KEY_UNKNOWN' };
  const use = (id: string) => keys.sign(id, 'x', new Uint8Array(1));
  const [one, two, three] = [await keys.create(), await keys.create(), await keys.create()];
  t.equal(keys.size, 2);
  t.throws(() => use(one.id), unknown);
  t.ok(use(two.id));
  t.equal(three.expires, 1100);
  now = 1099;
  t.ok(use(three.id));
  now = 1100;
  t.throws(() => use(three.id), unknown);
  t.equal(keys.size, 0);
  const { id } = await keys.create();
  keys.close();
  t.throws(() => use(id), unknown);
  t.throws(() => use(''), unknown);
});

t.test('nothing that the store gives or shows holds a private half', async (t) => {
  const keys = new AttestedKeys();
  const key = await keys.create();
  t.same(Object.keys(key).sort(), ['expires', 'id', 'publicKey']);
  t.equal(open(key.publicKey).type, 'public');
  t.same(Object.keys(keys), []);
  t.notMatch(inspect(keys, { depth: 9, showHidden: true }), /PrivateKey|privateKey/);
  t.equal(JSON.stringify(keys), '{}');
});
