/** The secure module of the machine, over its real driver: QEMU's emulation of it, whose documents carry no signature. */
import assert from 'node:assert/strict';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { NsmDevice } from '../../../native/nsm-device.ts';
import { verifyAttestation } from '../../../proto/attestation/verify.ts';
import { toHex } from '../../../proto/bytes.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import { checkClock } from '../../../runtime/boot/clock.ts';
import { openNsmDevice } from '../../../runtime/boot/nsm-device.ts';
import type { Check } from './report.ts';

const ZEROS = new Uint8Array(48);
const POLICY_REGISTER = 16;
const crypto = webcrypto as Crypto;

/** `fact` gets the registers, which the host compares with what the image's builder has said. */
export function nsmChecks(fact: (name: string, value: string) => void): Check[] {
  const nsm = openNsmDevice();
  const refused = (error: string) => ({ code: 'NSM_REFUSED', details: { error } });
  const refuses = (call: () => Promise<unknown>, error: string) =>
    assert.rejects(call, (thrown: { code: string; details: { error: string } }) => {
      assert.deepEqual({ code: thrown.code, details: { error: thrown.details.error } }, refused(error));
      return true;
    });
  return [
    {
      name: 'it describes itself',
      async run() {
        const { digest, lockedPcrs, maximumPcrs, moduleId } = await nsm.describe();
        assert.equal(digest, 'SHA384');
        assert.equal(maximumPcrs, 32);
        assert.deepEqual([...lockedPcrs], [...Array(16).keys()]);
        assert.ok(moduleId.length > 0);
      },
    },
    {
      name: 'the measured registers are locked and set, the others are zero',
      async run() {
        for (const index of [0, 1, 2, 3, 4, 8, POLICY_REGISTER]) {
          const { data, locked } = await nsm.describePcr(index);
          assert.equal(data.length, 48);
          assert.equal(locked, index < 16, `PCR${index}`);
          if (index < 3) assert.notDeepEqual(data, ZEROS, `PCR${index}`);
          if (index === POLICY_REGISTER) assert.deepEqual(data, ZEROS);
          fact(`PCR${index}`, toHex(data));
        }
      },
    },
    {
      name: 'a register is extended twice, locked, and extended no more',
      async run() {
        let expected = ZEROS;
        for (const text of ['first', 'second']) {
          const data = new TextEncoder().encode(text);
          expected = new Uint8Array(createHash('sha384').update(expected).update(data).digest());
          assert.deepEqual(await nsm.extendPcr(POLICY_REGISTER, data), expected);
        }
        await nsm.lockPcr(POLICY_REGISTER);
        const { data, locked } = await nsm.describePcr(POLICY_REGISTER);
        assert.deepEqual({ data, locked }, { data: expected, locked: true });
        await refuses(() => nsm.extendPcr(POLICY_REGISTER, ZEROS), 'ReadOnlyIndex');
        await refuses(() => nsm.lockPcr(POLICY_REGISTER), 'ReadOnlyIndex');
      },
    },
    {
      name: 'a register that is not there, and a range that is too long, are refused by name',
      async run() {
        await refuses(() => nsm.describePcr(99), 'InvalidIndex');
        await refuses(() => nsm.extendPcr(99, ZEROS), 'InvalidIndex');
        await refuses(() => nsm.lockPcr(99), 'InvalidIndex');
        await refuses(() => nsm.lockPcrs(33), 'InvalidIndex');
      },
    },
    {
      name: 'a range of registers is locked at once',
      async run() {
        await nsm.lockPcrs(18);
        assert.equal((await nsm.describePcr(17)).locked, true);
        assert.equal((await nsm.describePcr(18)).locked, false);
      },
    },
    {
      name: 'random bytes are 256, and other ones each time',
      async run() {
        const [one, other] = await Promise.all([nsm.random(), nsm.random()]);
        assert.equal(one.length, 256);
        assert.notDeepEqual(one, other);
      },
    },
    {
      name: 'a document carries what was asked for, and stands every check but that of a signature',
      async run() {
        const [userData, nonce, publicKey] = [randomBytes(100), randomBytes(32), randomBytes(200)];
        const bytes = await nsm.attest({ userData, nonce, publicKey });
        const expected = { crypto, time: Date.now(), nonce, userData, publicKey };
        const { document, signed } = await verifyAttestation(bytes, { ...expected, trust: 'qemu-emulator' });
        assert.equal(signed, false);
        for (const [index, data] of document.pcrs)
          assert.deepEqual(data, (await nsm.describePcr(index)).data, `PCR${index}`);
        await assert.rejects(verifyAttestation(bytes, expected), { code: 'ATTESTATION_UNSIGNED' });
      },
    },
    {
      name: 'no bytes and nothing at all are two things in a document',
      async run() {
        const verify = async (bytes: Uint8Array) =>
          (await verifyAttestation(bytes, { crypto, time: Date.now(), trust: 'qemu-emulator' })).document;
        const nothing = await verify(await nsm.attest());
        assert.deepEqual(
          [nothing.userData, nothing.nonce, nothing.publicKey],
          [undefined, undefined, undefined],
        );
        const empty = new Uint8Array(0);
        const none = await verify(await nsm.attest({ userData: empty, nonce: empty, publicKey: empty }));
        assert.deepEqual(
          [none.userData, none.nonce, none.publicKey].map((field) => field?.length),
          [0, 0, 0],
        );
      },
    },
    {
      name: 'the largest request there is gets an answer, and one byte more is a typed error',
      async run() {
        // {"Attestation": {"user_data": bytes, "nonce": null, "public_key": null}} around the bytes: 46.
        const largest = new Uint8Array(4096 - 46);
        assert.ok((await nsm.attest({ userData: largest })).length > largest.length);
        await assert.rejects(nsm.attest({ userData: new Uint8Array(4096 - 45) }), { code: 'NSM_TOO_LARGE' });
      },
    },
    {
      name: 'requests made at once are each answered rightly',
      async run() {
        const indexes = [0, 1, 2, 0, 1, 2, 0, 1];
        const [answers, random] = await Promise.all([
          Promise.all(indexes.map((index) => nsm.describePcr(index))),
          nsm.random(),
        ]);
        const alone = await Promise.all([0, 1, 2].map((index) => nsm.describePcr(index)));
        assert.deepEqual(
          answers,
          indexes.map((index) => alone[index]),
        );
        assert.equal(random.length, 256);
      },
    },
    {
      name: 'bytes that are no request are refused by the module, not by us',
      async run() {
        const device = new NsmDevice();
        const answer = await device.exchange(Uint8Array.of(0xff, 0x00));
        assert.match(Buffer.from(answer).toString('latin1'), /Error.*Invalid/);
        const first = device.exchange(Uint8Array.of(0xff));
        await assert.rejects(device.exchange(Uint8Array.of(0xff)), /one request at a time/);
        device.close();
        assert.ok((await first).length > 0, 'one under way still gets its answer');
        await assert.rejects(device.exchange(Uint8Array.of(0xff)), /closed/);
      },
    },
    {
      name: "the machine's clock can be compared with its documents",
      async run() {
        const { aheadMilliseconds, source } = await checkClock(nsm);
        assert.equal(typeof aheadMilliseconds, 'number');
        fact('CLOCK', `${source} ${aheadMilliseconds}`);
      },
    },
    {
      name: 'closed, it takes no more requests',
      async run() {
        const last: NitroSecureModule = openNsmDevice();
        last.close();
        await assert.rejects(last.random(), { code: 'NSM_CLOSED' });
      },
    },
  ];
}
