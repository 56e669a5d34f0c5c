import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { resolveProxyOptions } from '../../../host-bridge/cli/proxy-attestation-options.ts';
import { readSettings } from '../../../host-bridge/proxy-attestation/settings.ts';
import { TruceError } from '../../../proto/errors.ts';
import { at, start } from './fresh-proxy-server.ts';

const digest = createHash('sha256').update('x').digest('hex');
const whole = {
  listen: '127.0.0.1:3010',
  database: 'attestations.db',
  ca_certificate: 'ca.pem',
  ca_key: '/elsewhere/key.pem',
  trust_roots: ['aws', 'root.pem'],
  measurements: [{ pcr0: '01'.repeat(48) }],
  policies: ['policy.json'],
  lifetime_minutes: 60,
  legacy: true,
  allow_debug: false,
  psa: { keys: [{ public_key: 'key.pem', kid: '0102' }], measurements: [digest] },
  devices: [{ device_id: 1, public_key_hash: digest, enclave_name: 'one' }],
  limits: { challenges: 10 },
};

t.test('a configuration file is read whole and strictly', (t) => {
  const read = (value: unknown) => readSettings(JSON.stringify(value), at('proxy.json'));
  t.same(read(whole), {
    listen: { host: '127.0.0.1', port: 3010 },
    database: at('attestations.db'),
    certificateFile: at('ca.pem'),
    keyFile: '/elsewhere/key.pem',
    trustRoots: ['aws', at('root.pem')],
    measurements: [new Map([[0, new Uint8Array(48).fill(1)]])],
    policyFiles: [at('policy.json')],
    lifetimeMilliseconds: 3_600_000,
    legacy: true,
    allowDebug: false,
    psa: {
      keys: [{ publicKeyFile: at('key.pem'), keyId: new Uint8Array([1, 2]) }],
      measurements: [new Uint8Array(Buffer.from(digest, 'hex'))],
    },
    devices: [{ deviceId: 1, publicKeyHash: digest, enclaveName: 'one' }],
    limits: { challenges: 10 },
  });
  t.same(read({}), {});
  t.equal(read({ measurements: 'any' }).measurements, 'any');
  const refused: Record<string, unknown>[] = [
    { unknown: 1 },
    { legacy: 'yes' },
    { measurements: [] },
    { measurements: 'all' },
    { measurements: [{ pcr0: '00'.repeat(48) }] },
    { measurements: [{ pcr3: '01'.repeat(48) }] },
    { trust_roots: [] },
    { lifetime_minutes: 0 },
    { lifetime_minutes: 1441 },
    { listen: '3010' },
    { psa: { keys: [], measurements: 'any' } },
    { psa: { keys: [{ public_key: 'k', kid: 'zz' }], measurements: 'any' } },
    { psa: { keys: [{ public_key: 'k' }] } },
    { devices: [...whole.devices, ...whole.devices] },
    { limits: { challenges: 0 } },
    { limits: { other: 1 } },
    { database: '' },
  ];
  for (const value of refused)
    t.throws(() => read(value), { code: 'PROXY_CONFIGURATION_INVALID' }, JSON.stringify(value));
  t.throws(() => readSettings('{"legacy": true, "legacy": false}', 'x'), {
    code: 'PROXY_CONFIGURATION_INVALID',
  });
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        readSettings(text, 'x');
        return true;
      } catch (error) {
        return error instanceof TruceError && error.code === 'PROXY_CONFIGURATION_INVALID';
      }
    }),
  );
  t.end();
});

t.test('options go before the file, and who is accepted has to be said', async (t) => {
  writeFileSync(
    at('proxy.json'),
    JSON.stringify({ measurements: 'any', listen: '127.0.0.1:1', legacy: true }),
  );
  const resolved = await resolveProxyOptions({
    config: at('proxy.json'),
    listen: { host: '::1', port: 2 },
    database: at('own.db'),
  });
  t.match(resolved, { measurements: 'any', listen: { host: '::1', port: 2 }, legacy: true });
  await t.rejects(resolveProxyOptions({ database: at('own.db') }), { code: 'PROXY_CONFIGURATION_INVALID' });
  const invalid = { code: 'PROXY_CONFIGURATION_INVALID' };
  await t.rejects(start({ measurements: [] }), invalid);
  await t.rejects(start({ trustRoots: [] }), invalid);
  await t.rejects(start({ lifetimeMilliseconds: 25 * 3_600_000 }), invalid);
  await t.rejects(start({ limits: { attempts: 0 } }), { code: 'LIMIT_INVALID' });
  const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = secret.export({ type: 'pkcs8', format: 'pem' }).toString();
  await t.rejects(start({ psa: { keys: [{ publicKey: pem }], measurements: 'any' } }), {
    code: 'PROXY_TOKEN_INVALID',
  });
});
