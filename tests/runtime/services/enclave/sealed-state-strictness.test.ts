import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../../proto/errors.ts';
import {
  openSealedState,
  packStates,
  readSealedState,
  sealState,
  unpackStates,
} from '../../../../runtime/services/enclave/sealed-state-format.ts';
import { ALICE, callService } from '../../../support/service-calls.ts';
import { credentials, invalid, KeysInMemory, life } from './sealed-state-life.ts';

t.test('hostile payloads are one error, before anything is asked', async (t) => {
  const keys = new KeysInMemory();
  const { call, exported } = life(keys);
  const state = await exported();
  const asked = keys.given.length;
  const payload = { code: 'SERVICE_PAYLOAD_INVALID' };
  for (const wrong of [undefined, null, 5, 'x', [], {}, { accessKeyId: 'a' }, { ...credentials, more: 1 }])
    for (const operation of ['export', 'import'])
      await t.rejects(
        call(operation, { credentials: wrong, ...(operation === 'import' ? { state } : {}) }),
        payload,
      );
  for (const member of ['accessKeyId', 'secretAccessKey', 'sessionToken'])
    for (const value of [5, {}, '', 'x'.repeat(8193)])
      await t.rejects(call('export', { credentials: { ...credentials, [member]: value } }), payload);
  for (const value of [undefined, null, 5, '*', Buffer.alloc((1 << 19) + 1).toString('base64')])
    await t.rejects(call('import', { credentials, state: value }), payload);
  for (const name of ['version', 'atLeast'])
    for (const value of [0, -1, 1.5, '1', 2 ** 53, {}])
      await t.rejects(call('import', { credentials, state, [name]: value }), {
        ...payload,
        details: { field: name },
      });
  await t.rejects(call('export', '{"credentials":{},"__proto__":1}'), payload);
  await t.rejects(call('status', { x: 1 }), payload);
  for (const value of ['', 'AAAA', Buffer.from('truce/state\0').toString('base64')])
    await t.rejects(call('import', { credentials, state: value }), invalid);
  t.equal(keys.given.length, asked);
});

t.test('no byte of a sealed state can change, go or come', (t) => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const encryptedKey = crypto.getRandomValues(new Uint8Array(200));
  const plaintext = new Uint8Array(Buffer.from('what it holds'));
  const sealed = sealState(7, { key, encryptedKey }, plaintext);
  const open = (bytes: Uint8Array) => {
    const state = readSealedState(bytes);
    return {
      version: state.version,
      encryptedKey: Uint8Array.from(state.encryptedKey),
      opened: Uint8Array.from(openSealedState(state, key)),
    };
  };
  t.same(open(sealed), { version: 7, encryptedKey, opened: plaintext });
  for (let index = 0; index < sealed.length; index++) {
    const changed = Uint8Array.from(sealed);
    changed[index]! ^= 0x40;
    t.throws(() => open(changed), invalid);
    t.throws(() => open(sealed.subarray(0, index)), invalid);
  }
  t.throws(() => open(Uint8Array.of(...sealed, 0)), invalid);
  t.throws(() => openSealedState(readSealedState(sealed), key.subarray(1)), invalid);
  t.throws(() => openSealedState(readSealedState(sealed), encryptedKey.subarray(0, 32)), invalid);
  t.end();
});

t.test(
  'whatever comes for a sealed state is read or refused, and parts come back as they were packed',
  (t) => {
    const typed = (read: () => unknown) => {
      try {
        read();
        return true;
      } catch (error) {
        return error instanceof TruceError && error.code === 'SEALED_STATE_INVALID';
      }
    };
    const magic = [...Buffer.from('truce/state\0\0\x01', 'latin1')];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const prefixed = Uint8Array.of(...magic, ...bytes);
        return (
          typed(() => readSealedState(bytes)) &&
          typed(() => readSealedState(prefixed)) &&
          typed(() => unpackStates(bytes))
        );
      }),
      { numRuns: 2000 },
    );
    const name = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 300 }))), fc.nat(), (entries, cut) => {
        const states = new Map(entries);
        const packed = packStates(states);
        t.same(unpackStates(packed), states);
        return packed.length === 0 || typed(() => unpackStates(packed.subarray(0, cut % packed.length)));
      }),
      { numRuns: 100 },
    );
    t.end();
  },
);

t.test(
  'whatever a payload holds is done or refused with a typed error, by every service that keeps something',
  async (t) => {
    const { wallet, secrets, call } = life(new KeysInMemory());
    const known = [
      'name',
      'type',
      'path',
      'digest',
      'value',
      'owner',
      'version',
      'readers',
      'credentials',
      'state',
      'atLeast',
    ];
    const field = fc.oneof(fc.constantFrom(...known, '__proto__', 'constructor'), fc.string());
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        'key',
        'p256',
        'bip32',
        'm/0',
        '00'.repeat(32),
        'AAAA',
        ALICE,
        [ALICE],
        1,
        2 ** 53,
        credentials,
      ),
      fc.jsonValue(),
    );
    const operations = [wallet, secrets].flatMap((service) =>
      service.operations.map((operation) => (text: string) => callService(service, ALICE, operation, text)),
    );
    const state = ['status', 'export', 'import'].map((operation) => (text: string) => call(operation, text));
    const any = fc.constantFrom(...operations, ...state);
    let done = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(any, fc.array(fc.tuple(field, value), { maxLength: 4 }), async (ask, members) => {
        const distinct = new Map(members.map(([name, held]) => [name, JSON.stringify(held)]));
        const text = [...distinct].map(([name, held]) => `${JSON.stringify(name)}:${held}`).join();
        try {
          await ask(`{${text}}`);
          done++;
        } catch (error) {
          // What the reader of JSON refuses never comes to a service.
          refused++;
          return error instanceof TruceError;
        }
        return true;
      }),
      { numRuns: 1500 },
    );
    t.ok(done > 10 && refused > 100, `${done} done, ${refused} refused`);
  },
);
