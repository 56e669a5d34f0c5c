import assert from 'node:assert';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { toHex } from '../../../../proto/bytes.ts';
import { TruceError } from '../../../../proto/errors.ts';
import { defaultLimits } from '../../../../proto/limits.ts';
import type { AttestationRequest } from '../../../../proto/nsm.ts';
import { accountService } from '../../../../runtime/services/enclave/account-service.ts';
import { makeEnclaveServices } from '../../../../runtime/services/enclave/all-services.ts';
import {
  openSealedState,
  packStates,
  readSealedState,
  sealState,
  unpackStates,
} from '../../../../runtime/services/enclave/sealed-state-format.ts';
import {
  type SealedStateOptions,
  SealedStateService,
} from '../../../../runtime/services/enclave/sealed-state-service.ts';
import { SecretsService } from '../../../../runtime/services/enclave/secrets-service.ts';
import type { KeptState } from '../../../../runtime/services/enclave/service.ts';
import {
  KmsStateKeys,
  type KmsStateKeysOptions,
  type StateKeys,
} from '../../../../runtime/services/enclave/state-keys.ts';
import { WalletService } from '../../../../runtime/services/enclave/wallet-service.ts';
import type { ServicesOptions } from '../../../../runtime/services/start-services.ts';
import { AttestationAuthority } from '../../../support/attestation-authority.ts';
import { ALICE, BOB, CAROL, callService } from '../../../support/service-calls.ts';
import { StandInKms } from '../../../support/stand-in-kms.ts';

const region = 'eu-west-1';
const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/of+tests',
  sessionToken: 'session/token+of/tests==',
};
const authority = await AttestationAuthority.create({ time: Date.now() });
const pcr = (fill: number) => new Uint8Array(48).fill(fill);
const [IMAGE, POLICY, OTHER_POLICY] = [1, 17, 99];
const invalid = { code: 'SEALED_STATE_INVALID' };

const conditions: Record<number, string> = {};
const kms = await StandInKms.start({
  region,
  credentials,
  root: authority.root,
  keys: { [keyId]: conditions },
});
t.teardown(() => kms.close());
const keysByPolicy = new Map<number, StateKeys>();

/** Keys as an enclave with this policy has them, by way of a stand-in for KMS. Made once: an RSA key takes a while. */
function kmsKeys(policy: number): StateKeys {
  const keys = keysByPolicy.get(policy) ?? makeKmsKeys(policy);
  keysByPolicy.set(policy, keys);
  return keys;
}

function makeKmsKeys(policy: number): StateKeys {
  const pcrs = new Map([0, 1, 2].map((index): [number, Uint8Array] => [index, pcr(IMAGE!)])).set(
    16,
    pcr(policy),
  );
  return new KmsStateKeys({
    kms: { region, keyId, port: 8000, roots: [kms.certificate] },
    nsm: {
      attest: ({ userData, publicKey }: AttestationRequest = {}) =>
        authority.document({
          timestamp: Date.now(),
          pcrs,
          userData: userData ?? null,
          publicKey: publicKey ?? null,
        }),
    },
    instanceId: new Uint8Array(16).fill(policy),
    now: Date.now,
    connect: async () => {
      const socket = connect(kms.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  });
}

/** Stands in for KMS where nothing but the state is looked at: keys by what they are bound to, with all that it handed out. */
class KeysInMemory implements StateKeys {
  readonly given: Uint8Array[] = [];
  readonly #keys = new Map<string, Uint8Array>();
  meanwhile: () => Promise<void> = async () => undefined;

  async make({ context }: { context: object }) {
    await this.meanwhile();
    const encryptedKey = new Uint8Array(Buffer.from(JSON.stringify([this.#keys.size, context])));
    this.#keys.set(toHex(encryptedKey), crypto.getRandomValues(new Uint8Array(32)));
    return { key: this.#give(encryptedKey), encryptedKey };
  }

  async open(encryptedKey: Uint8Array, { context }: { context: object }) {
    await this.meanwhile();
    if (
      !Buffer.from(encryptedKey)
        .toString()
        .endsWith(`,${JSON.stringify(context)}]`)
    )
      throw new TruceError('KMS_CIPHERTEXT_REFUSED', { type: '', reason: '' });
    return this.#give(encryptedKey);
  }

  #give(encryptedKey: Uint8Array): Uint8Array {
    const key = this.#keys.get(toHex(encryptedKey));
    if (key === undefined) throw new TruceError('KMS_CIPHERTEXT_REFUSED', { type: '', reason: '' });
    this.given.push(Uint8Array.from(key));
    return this.given.at(-1)!;
  }
}

/** One life of an enclave: services, and the state that they share. Bob may not export. */
function life(keys: StateKeys | undefined, policy = POLICY!, changed: Partial<SealedStateOptions> = {}) {
  const wallet = new WalletService();
  const secrets = new SecretsService();
  const account = accountService();
  const state = new SealedStateService({
    states: new Map<string, KeptState>([
      ['wallet', wallet.state],
      ['secrets', secrets.state],
      ['account', account.state!],
    ]),
    keys,
    policyPcr: async () => toHex(pcr(policy)),
    permits: (caller) => caller !== BOB,
    longest: 1 << 19,
    ...changed,
  });
  const call = (operation: string, payload?: object | string, caller = ALICE) =>
    callService(state, caller, operation, payload);
  const store = (text: string) =>
    callService(secrets, BOB, 'put', { name: 'key', value: Buffer.from(text).toString('base64') });
  const stored = async () => {
    const { value } = await callService(secrets, BOB, 'get', { name: 'key' });
    return Buffer.from(String(value), 'base64').toString();
  };
  const exported = async () => (await call('export', { credentials })).state as string;
  return { wallet, secrets, account, call, store, stored, exported };
}

/** What the key's policy asks for from now on. */
function setConditions(asked: Record<number, string>): void {
  for (const register of Object.keys(conditions)) delete conditions[Number(register)];
  Object.assign(conditions, asked);
}

t.test('what one enclave exported, another with the same image and policy goes on with', async (t) => {
  setConditions({ 0: toHex(pcr(IMAGE!)), 16: toHex(pcr(POLICY!)) });
  const first = life(kmsKeys(POLICY!));
  t.same(await first.call('status'), { durability: 'sealed-by-kms', version: 0, imported: false, inUse: [] });
  const key = await callService(first.wallet, BOB, 'create', { name: 'key', type: 'bip32' });
  await first.store('of the first life');
  t.match(await first.call('export', { credentials }), { version: 1 });
  t.match(await first.call('export', { credentials }), { version: 2 });
  await first.store('later');
  const { state, version } = await first.call('export', { credentials });
  t.equal(version, 3);
  t.same(
    kms.asked.map(({ parameters }) => parameters.EncryptionContext),
    [1, 2, 3].map((number) => ({
      'truce:policy-pcr16': toHex(pcr(POLICY!)),
      'truce:state-version': String(number),
    })),
  );

  const second = life(kmsKeys(POLICY!));
  t.same(await second.call('import', { credentials, state, version: 3, atLeast: 2 }), { version: 3 });
  t.match(await second.call('status'), {
    version: 3,
    imported: true,
    inUse: ['wallet', 'secrets', 'account'],
  });
  t.equal(await second.stored(), 'later');
  t.same(await callService(second.wallet, BOB, 'publicKey', { name: 'key' }), key);
  t.match(await second.call('export', { credentials }), { version: 4 }, 'versions go on');
});

t.test('another policy gets nothing, by the context alone as by the conditions of the key', async (t) => {
  setConditions({});
  const first = life(kmsKeys(POLICY!));
  await first.store('for this policy');
  const state = await first.exported();
  const other = life(kmsKeys(OTHER_POLICY!), OTHER_POLICY!);
  await t.rejects(other.call('import', { credentials, state }), { code: 'KMS_CIPHERTEXT_REFUSED' });
  setConditions({ 16: toHex(pcr(POLICY!)) });
  await t.rejects(other.call('import', { credentials, state }), { code: 'KMS_ACCESS_DENIED' });
  t.match(await other.call('status'), { version: 0, imported: false, inUse: [] });
});

t.test('credentials that KMS does not know are refused, and none is said anywhere', async (t) => {
  setConditions({});
  const said: string[] = [];
  for (const method of ['log', 'error', 'warn', 'info'] as const) {
    const before = console[method];
    console[method] = (...words: unknown[]) => said.push(words.join(' '));
    t.teardown(() => {
      console[method] = before;
    });
  }
  const { call } = life(kmsKeys(POLICY!));
  for (const changed of [
    { sessionToken: undefined },
    { secretAccessKey: 'wrong-secret' },
    { secretAccessKey: 'a\nb' },
  ]) {
    const used = { ...credentials, ...changed };
    const error: TruceError = await call('export', { credentials: used }).then(
      () => t.fail('it was exported'),
      (reason) => reason,
    );
    const text = JSON.stringify([error.code, error.message, error.details, String(error.stack)]);
    for (const secret of [used.secretAccessKey, credentials.secretAccessKey, credentials.sessionToken])
      t.notOk(text.includes(secret), error.code);
  }
  t.same(said, []);
  t.match(await call('status'), { version: 0 }, 'what failed took no version');
});

t.test('callers demand a version, and an older state than that is not even shown to KMS', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('old');
  const old = await first.exported();
  await first.store('new');
  const state = await first.exported();
  const asked = keys.given.length;
  const { call, stored } = life(keys);
  const version = (demand: object, sealed = old) => call('import', { credentials, state: sealed, ...demand });
  await t.rejects(version({ atLeast: 2 }), {
    code: 'SEALED_STATE_VERSION',
    details: { version: 1, demand: 'at least 2' },
  });
  await t.rejects(version({ version: 2 }), {
    details: { demand: 'exactly 2' },
    code: 'SEALED_STATE_VERSION',
  });
  await t.rejects(version({ version: 1 }, state), { code: 'SEALED_STATE_VERSION' });
  t.equal(keys.given.length, asked);
  const renumbered = Buffer.from(old, 'base64');
  renumbered.writeBigUint64BE(2n, 14);
  await t.rejects(version({ atLeast: 2 }, renumbered.toString('base64')), { code: 'KMS_CIPHERTEXT_REFUSED' });
  t.same(await version({ atLeast: 1, version: 2 }, state), { version: 2 });
  t.equal(await stored(), 'new');

  const emptied = life(keys);
  for (const _ of [1, 2]) await emptied.exported();
  await t.rejects(emptied.call('import', { credentials, state: old }), { code: 'SEALED_STATE_VERSION' });
});

t.test('nothing that callers have left is taken from them', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('sealed');
  const state = await first.exported();
  const used = { code: 'SEALED_STATE_IN_USE', details: { services: 'secrets' } };
  const second = life(keys);
  await second.store('here already');
  await t.rejects(second.call('import', { credentials, state }), used);
  t.equal(await second.stored(), 'here already');
  const third = life(keys);
  keys.meanwhile = async () => void (await third.store('while KMS was asked'));
  await t.rejects(third.call('import', { credentials, state }), used);
  t.equal(await third.stored(), 'while KMS was asked');
  keys.meanwhile = async () => undefined;
  const fourth = life(keys);
  await fourth.call('import', { credentials, state });
  await t.rejects(fourth.call('import', { credentials, state }), { code: 'SEALED_STATE_IN_USE' });
});

t.test(
  'who may end the enclave may export and import, one at a time, and anyone sees what becomes of the state',
  async (t) => {
    const keys = new KeysInMemory();
    const { call, exported } = life(keys);
    for (const operation of ['export', 'import'])
      await t.rejects(call(operation, { credentials }, BOB), { code: 'SEALED_STATE_DENIED' });
    t.match(await call('status', {}, BOB), { version: 0 });
    keys.meanwhile = async () => {
      await t.rejects(call('export', { credentials }, CAROL), { code: 'SEALED_STATE_BUSY' });
    };
    await exported();
    keys.meanwhile = async () => undefined;
    t.match(await call('export', { credentials }, CAROL), { version: 2 });
  },
);

t.test(
  'in an enclave those are the parties that may shut it down, once its policy is proven; and the host where it reads all',
  async (t) => {
    const pcr16 = { data: pcr(POLICY!), locked: false };
    const parties = new Map([
      [ALICE, { mayShutDown: true }],
      [BOB, { mayShutDown: false }],
    ]);
    const reports = new Map<string, () => unknown>();
    const services = makeEnclaveServices({
      configuration: { services: { kms: { region, keyId, port: 8000 } } },
      transport: { connectParent: async () => Promise.reject(new Error('nobody listens')) },
      nsm: {
        describePcr: async (index: number) => (index === 16 ? pcr16 : t.fail('another register')),
        attest: ({ userData, publicKey }: AttestationRequest) =>
          authority.document({ timestamp: Date.now(), userData: userData!, publicKey: publicKey! }),
      },
      enclave: {
        instanceId: new Uint8Array(16),
        functions: {
          party: (id: string) => parties.get(id) ?? assert.fail(new TruceError('IDENTITY_UNKNOWN')),
        },
        reportOn: (name: string, report: () => unknown) => reports.set(name, report),
      },
      limits: defaultLimits,
    } as unknown as ServicesOptions);
    const state = services.find(({ type }) => type === 'state')!;
    const code = (caller: string) =>
      callService(state, caller, 'export', { credentials }).catch((error) => error.code);
    t.equal(await code(BOB), 'SEALED_STATE_DENIED');
    t.equal(await code(CAROL), 'IDENTITY_UNKNOWN');
    t.equal(await code(ALICE), 'POLICY_NOT_SET');
    pcr16.locked = true;
    for (const caller of [ALICE, 'host']) t.equal(await code(caller), 'KMS_UNREACHABLE');
    t.same(reports.get('state')!(), { durability: 'sealed-by-kms', version: 0, imported: false });
    t.same(services.map(({ type }) => type).sort(), ['account', 'function', 'secrets', 'state', 'wallet']);
    const refused = (named: { region: string; keyId: string }) =>
      t.throws(
        () => new KmsStateKeys({ kms: { ...named, port: 8000 } } as KmsStateKeysOptions),
        { code: 'KMS_REQUEST_INVALID' },
        JSON.stringify(named),
      );
    refused({ region: 'nowhere', keyId });
    refused({ region: 'eu-west-2', keyId });
    // KMS would look for these in the account of the credentials, which the caller brings along.
    for (const other of ['alias/truce', keyId.split('/')[1]!, keyId.replace(/key\/.*/, 'alias/truce')])
      refused({ region, keyId: other });
  },
);

t.test('without KMS the state is lost with the enclave, and says so', async (t) => {
  const { call } = life(undefined);
  for (const operation of ['export', 'import'])
    await t.rejects(call(operation, { credentials }), { code: 'SEALED_STATE_UNAVAILABLE', message: /lost/ });
  t.match(await call('status'), { durability: 'lost-with-the-enclave', version: 0 });
});

t.test('keys are cleared when they have been used', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('x');
  const state = await first.exported();
  await life(keys).call('import', { credentials, state });
  const changed = Buffer.from(state, 'base64');
  changed[changed.length - 1]! ^= 1;
  await t.rejects(life(keys).call('import', { credentials, state: changed.toString('base64') }), invalid);
  await t.rejects(life(keys, POLICY!, { longest: 100 }).exported(), { code: 'SEALED_STATE_TOO_LARGE' });
  t.equal(keys.given.length, 4);
  for (const key of keys.given) t.ok(key.every((byte) => byte === 0));
});

t.test('where one service refuses its part, all keep what they had', async (t) => {
  const keys = new KeysInMemory();
  const first = life(keys);
  await first.store('x');
  const state = await first.exported();
  const wallet = new WalletService();
  const before = wallet.state.export();
  const refusing: KeptState = {
    inUse: false,
    export: () => new Uint8Array(1),
    import: (bytes) => {
      if (bytes.length !== 1) throw new TruceError('SEALED_STATE_INVALID', { reason: 'not mine' });
    },
  };
  const states = new Map([
    ['wallet', wallet.state],
    ['secrets', refusing],
    ['account', accountService().state!],
  ]);
  const { call } = life(keys, POLICY!, { states });
  await t.rejects(call('import', { credentials, state }), invalid);
  t.same(wallet.state.export(), before);
  t.match(await call('status'), { version: 0, imported: false, inUse: [] });
  const fewer = life(keys, POLICY!, { states: new Map([['wallet', wallet.state]]) });
  await t.rejects(fewer.call('import', { credentials, state }), invalid);
});

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
