import { createHash, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { Devices } from '../../../host-bridge/proxy-attestation/devices.ts';
import type { ProxyRequest } from '../../../proto/wire/proxy-attestation-messages.ts';
import { device, labelled, placed, point, token } from './device-tokens.ts';
import { freshDatabase } from './fresh-proxy-server.ts';
import { begin, send, serveDevice } from './message-exchange.ts';
import { enclave } from './proxy-attempts.ts';

t.test('/VerifyPAT gives what a token says, where its device is known by number and key', async (t) => {
  const known = {
    deviceId: 77,
    publicKeyHash: createHash('sha256').update(point(device.publicKey)).digest('hex'),
  };
  const url = await serveDevice(t, { devices: [{ ...known, enclaveName: 'linux-1' }] });
  const payload = placed(new Uint8Array(32).fill(3), new Uint8Array(1));
  const verify = (changed: Partial<Extract<ProxyRequest, { kind: 'verify' }>> = {}) =>
    send(
      url,
      '/VerifyPAT',
      {
        kind: 'verify',
        token: token(payload),
        publicKey: point(device.publicKey),
        deviceId: 77,
        ...changed,
      },
      false,
    );
  const reply = await verify();
  t.equal(reply.status, 200, reply.text);
  t.same(Buffer.from(reply.text, 'base64'), Buffer.from(payload));
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const unknown = { status: 403, text: /^PROXY_DEVICE_UNKNOWN: / };
  t.match(await verify({ deviceId: 78 }), unknown);
  t.match(await verify({ publicKey: point(stranger.publicKey) }), unknown);
  t.match(await verify({ token: token(payload, { key: stranger.privateKey }) }), {
    status: 403,
    text: /^PROXY_TOKEN_SIGNATURE: /,
  });
  // An enclave that was attested here is known by its number and the key that was certified.
  const one = enclave();
  const csr = await one.request({ extensions: [] });
  const { challenge, deviceId } = await begin(url, 'psa');
  const ownPoint = one.publicKey.subarray(-65);
  const own = { token: token(payload, { key: one.privateKey }), publicKey: ownPoint, deviceId };
  t.match(await verify(own), unknown, 'not before');
  await send(url, '/PSA', { kind: 'psa', token: token(labelled(challenge, csr)), deviceId, csr });
  t.equal((await verify(own)).status, 200);
});

t.test('so many attested devices are known, and every configured one', async (t) => {
  const database = await ProxyDatabase.open(freshDatabase());
  t.teardown(() => database.close());
  const device = (deviceId: number) => ({ deviceId, publicKeyHash: `hash ${deviceId}`, enclaveName: 'x' });
  const devices = new Devices(database, [device(1)], { attestedDevices: 3 });
  for (const deviceId of [9, 8, 7, 6, 5]) devices.attested(device(deviceId), 1000 - deviceId, 0);
  for (const deviceId of [1, 7, 6, 5]) t.equal(devices.publicKeyHash(deviceId, 0), `hash ${deviceId}`);
  for (const deviceId of [9, 8])
    t.throws(
      () => devices.publicKeyHash(deviceId, 0),
      { code: 'PROXY_DEVICE_UNKNOWN' },
      'the oldest go first',
    );
});
