/** What the boot reads and decides, without a machine to boot; the rest is in tests/enclave/guest. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { encodeCbor } from '../../../proto/cbor/writer.ts';
import { TruceError } from '../../../proto/errors.ts';
import { CLOCK_TOLERANCE_MILLISECONDS, checkClock, describeClock } from '../../../runtime/boot/clock.ts';
import { NSM_GENERATOR, requireEntropy } from '../../../runtime/boot/entropy.ts';
import { sendHeartbeat } from '../../../runtime/boot/heartbeat.ts';
import { parentCidOf } from '../../../runtime/boot/kernel-command-line.ts';
import { unixTransport } from '../../../runtime/boot/transport.ts';

const directory = mkdtempSync(join(tmpdir(), 'truce-boot-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

t.test('the parent is 3, or the one that the kernel command line names', async (t) => {
  const line = 'reboot=k panic=-1 console=ttyS0 virtio_mmio.device=512@0xfeb00e00:12';
  t.equal(parentCidOf(line), 3);
  t.equal(parentCidOf(''), 3);
  t.equal(parentCidOf(`${line} parent_cid=2\n`), 2);
  t.equal(parentCidOf('parent_cid=4294967294'), 0xfffffffe);
  t.equal(parentCidOf('x.parent_cid=9 not_parent_cid=9'), 3, 'other words are other words');
});

t.test('a parent that is malformed, or named twice, is an error', async (t) => {
  const bad = [
    '',
    '=',
    '=0',
    '=1',
    '=4294967295',
    '=99999999999',
    '=-2',
    '=+2',
    '=02',
    '=2x',
    '=0x2',
    '=2.0',
  ];
  for (const value of bad)
    t.throws(() => parentCidOf(`quiet parent_cid${value}`), { code: 'BOOT_FAILED' }, value);
  t.throws(() => parentCidOf('parent_cid=2 parent_cid=2'), { code: 'BOOT_FAILED' });
});

t.test('whatever the command line, the parent is a CID that a parent can have', async () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.nat().map((cid) => `parent_cid=${cid}`),
        ),
      ),
      (words) => {
        try {
          const cid = parentCidOf(words.join(' '));
          return Number.isInteger(cid) && cid >= 2 && cid < 0xffffffff;
        } catch (error) {
          return error instanceof TruceError;
        }
      },
    ),
  );
});

t.test("only the secure module's generator is good enough", async (t) => {
  const file = join(directory, 'rng_current');
  const reason = (text: string) => {
    writeFileSync(file, text);
    try {
      return requireEntropy(file);
    } catch (error) {
      return error instanceof TruceError && error.code === 'BOOT_ENTROPY' ? error.message : error;
    }
  };
  t.equal(reason(`${NSM_GENERATOR}\n`), NSM_GENERATOR);
  t.match(reason('tpm-rng-0\n'), /is "tpm-rng-0" and not nsm-hwrng/);
  t.match(reason('\n'), /is "" and/);
  t.throws(() => requireEntropy(join(directory, 'nothing')), { code: 'BOOT_ENTROPY', message: /ENOENT/ });
});

/** A document of the emulator's shape that was made at `timestamp`. */
function documentOf(timestamp: number): Uint8Array {
  const zeros = new Uint8Array(64);
  const payload = encodeCbor(
    new Map<string, never>(
      Object.entries({
        module_id: 'i-234-enc5678',
        digest: 'SHA384',
        timestamp,
        pcrs: new Map([[0, new Uint8Array(48)]]),
        certificate: zeros,
        cabundle: [zeros],
        public_key: null,
        user_data: null,
        nonce: null,
      }) as [string, never][],
    ),
  );
  return encodeCbor([Uint8Array.of(0xa1, 0x01, 0x20), new Map(), payload, zeros]);
}

t.test(
  "the clock is compared with a document's time, and only what lies outside is a difference",
  async (t) => {
    const times = [10_000_000, 10_000_400];
    const check = async (timestamp: number) => {
      const left = [...times];
      return checkClock({ attest: async () => documentOf(timestamp) }, () => left.shift()!);
    };
    t.match(await check(10_000_200), { aheadMilliseconds: 0, agrees: true });
    t.match(await check(9_996_000), { aheadMilliseconds: 4000, agrees: true });
    t.match(await check(10_000_400 + CLOCK_TOLERANCE_MILLISECONDS), { agrees: true });
    const behind = await check(10_020_400);
    t.match(behind, { aheadMilliseconds: -20_000, agrees: false });
    t.match(describeClock(behind), /^clock: \S+ is 20\.0 s behind the secure module's documents$/);
    const ahead = await check(9_990_000);
    t.match(ahead, { aheadMilliseconds: 10_000, agrees: false });
    t.match(describeClock(ahead), /10\.0 s ahead of/);
  },
);

t.test('a document that cannot be read is told so, and no more', async (t) => {
  const report = await checkClock({ attest: async () => Uint8Array.of(0x80) });
  t.match(report, { aheadMilliseconds: undefined, agrees: false });
  t.match(describeClock(report), /cannot be read/);
  const broken = new TruceError('NSM_DEVICE', { reason: 'EIO' });
  await t.rejects(checkClock({ attest: () => Promise.reject(broken) }), broken);
});

t.test('the heartbeat is the byte back, and nothing else', async (t) => {
  const doors = unixTransport(directory);
  const answers: [string, (socket: Socket) => void, RegExp | undefined][] = [
    ['the byte', (socket) => socket.pipe(socket), undefined],
    ['another byte', (socket) => socket.write(Uint8Array.of(0)), /its byte/],
    ['the end', (socket) => socket.end(), /its byte/],
    ['nothing', () => undefined, /no answer in 50 ms/],
    ['a reset', (socket) => socket.destroy(), /./],
  ];
  for (const [name, answer, failure] of answers) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      answer(socket.resume());
    });
    const path = join(directory, 'parent_9000');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const beat = sendHeartbeat(doors, name === 'nothing' ? 50 : 30_000);
    if (failure === undefined) await t.resolves(beat, name);
    else await t.rejects(beat, { code: 'HEARTBEAT_FAILED', message: failure }, name);
    await new Promise((resolve) => {
      server.close(resolve);
      rmSync(path, { force: true });
    });
  }
  await t.rejects(sendHeartbeat(doors), { code: 'HEARTBEAT_FAILED', message: /ENOENT|ECONNREFUSED/ });
});
