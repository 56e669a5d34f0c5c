import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { crcProblem, type EifParts, readEif, writeEif, writeEifPieces } from '../../eif/image.ts';
import { measureEif, measureImage, measurementsJson } from '../../eif/measure.ts';
import { parseMetadata } from '../../eif/metadata.ts';
import { toHex } from '../../proto/bytes.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/eif/${name}`, import.meta.url));
const expected = JSON.parse(fixture('expected.json').toString()) as Record<
  string,
  { bytes: number; sha256: string; crc32: string; Measurements: Record<string, string> }
>;

/** What the fixtures were made of, beside their ramdisks. */
const COMMAND_LINE =
  'reboot=k panic=30 pci=off nomodules console=ttyS0 i8042.noaux i8042.nomux i8042.nopnp i8042.dumbkbd random.trust_cpu=on';
const metadata = {
  imageName: 'fixture',
  imageVersion: '1.0',
  buildTime: '1970-01-01T00:00:00+00:00',
  buildTool: 'fixture',
  buildToolVersion: '0',
  operatingSystem: 'Linux',
  kernelVersion: '6.6.79',
};
const parts = (ramdisks: readonly Uint8Array[], changes: Partial<EifParts> = {}): EifParts => ({
  architecture: 'x86_64',
  kernel: Buffer.from('FAKE-BZIMAGE'.repeat(100)),
  commandLine: COMMAND_LINE,
  metadata,
  ramdisks,
  ...changes,
});
const ramdisksOf: Record<string, string[]> = {
  'unsigned.eif': ['r0.cpio', 'r1.cpio'],
  'one-ramdisk.eif': ['r0.cpio'],
};

for (const [name, facts] of Object.entries(expected)) {
  t.test(`${name} of another builder is read, measured and made again byte for byte`, async (t) => {
    const bytes = fixture(name);
    const image = readEif(bytes);
    t.match(image, { version: 4, architecture: 'x86_64', defaultMemory: 1n << 30n, defaultCpus: 2n });
    t.equal(image.crc32.toString(16), facts.crc32);
    t.equal(crcProblem(image, bytes), undefined);
    t.same(measurementsJson(measureEif(image)), facts.Measurements);
    t.same(parseMetadata(image.metadata!), { ...metadata, dockerInfo: null, customMetadata: null });

    const ramdisks = ramdisksOf[name]!.map(fixture);
    const own = parts(ramdisks);
    t.same(measurementsJson(measureImage(own)), facts.Measurements);
    const made = writeEif(own);
    t.equal(made.length, facts.bytes);
    t.equal(createHash('sha256').update(made).digest('hex'), facts.sha256);
    t.ok(Buffer.from(made).equals(bytes));
  });
}

t.test('sections are views of the file, in its order, with their places', async (t) => {
  const bytes = fixture('unsigned.eif');
  const { sections, kernel, commandLine, ramdisks, signature } = readEif(bytes);
  t.same(
    sections.map(({ type, flags }) => [type, flags]),
    [1, 2, 5, 3, 3].map((type) => [type, 0]),
  );
  let offset = 548;
  for (const section of sections) {
    t.equal(section.offset, offset);
    t.equal(section.data.buffer, bytes.buffer);
    t.equal(section.data.byteOffset, bytes.byteOffset + offset + 12);
    offset += 12 + section.data.length;
  }
  t.equal(offset, bytes.length);
  t.equal(new TextDecoder().decode(commandLine), COMMAND_LINE);
  t.equal(kernel.length, 1200);
  t.same(ramdisks.map(toHex), [fixture('r0.cpio'), fixture('r1.cpio')].map(toHex));
  t.equal(signature, undefined);
});

t.test('the bit of the other architecture is written and read', async (t) => {
  const bytes = writeEif(parts([new Uint8Array(4)], { architecture: 'aarch64' }));
  t.same([...bytes.subarray(4, 8)], [0, 4, 0, 1]);
  t.equal(readEif(bytes).architecture, 'aarch64');
});

t.test('pieces are the parts themselves and make the same file', async (t) => {
  const own = parts([fixture('r0.cpio'), fixture('r1.cpio')]);
  const pieces = writeEifPieces(own);
  t.ok(pieces.includes(own.kernel));
  t.ok(pieces.includes(own.ramdisks[1]!));
  t.ok(Buffer.concat(pieces).equals(writeEif(own)));
});

t.test('registers follow the order of the file, and only the first ramdisk counts as boot', async (t) => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  const extend = (...data: Buffer[]) => {
    const inner = createHash('sha384').update(Buffer.concat(data)).digest();
    return createHash('sha384')
      .update(Buffer.concat([Buffer.alloc(48), inner]))
      .digest('hex');
  };
  const kernel = Buffer.from('kernel');
  const line = Buffer.from('line');
  const measured = measurementsJson(measureImage({ kernel, commandLine: 'line', ramdisks: [a, b, c] }));
  t.equal(measured.PCR0, extend(kernel, line, a, b, c));
  t.equal(measured.PCR1, extend(kernel, line, a));
  t.equal(measured.PCR2, extend(b, c));
  t.notOk('PCR8' in measured);
  const late = [
    { type: 1, flags: 0, offset: 0, data: kernel },
    { type: 3, flags: 0, offset: 0, data: a },
    { type: 3, flags: 0, offset: 0, data: b },
    { type: 2, flags: 0, offset: 0, data: line },
    { type: 3, flags: 0, offset: 0, data: c },
  ] as const;
  t.match(measurementsJson(measureEif({ sections: late })), {
    PCR0: extend(kernel, a, b, line, c),
    PCR1: extend(kernel, a, line),
    PCR2: extend(b, c),
  });
  const swapped = [
    { type: 2, flags: 0, offset: 0, data: line },
    { type: 5, flags: 0, offset: 0, data: c },
    { type: 1, flags: 0, offset: 0, data: kernel },
    { type: 3, flags: 0, offset: 0, data: a },
  ] as const;
  t.equal(measurementsJson(measureEif({ sections: swapped }, b)).PCR0, extend(line, kernel, a));
  t.equal(measurementsJson(measureEif({ sections: swapped }, b)).PCR8, extend(b));
});

t.test('parts that no image can have are refused', async (t) => {
  const ramdisk = new Uint8Array(1);
  for (const [part, changes] of [
    ['kernel', { kernel: new Uint8Array() }],
    ['list of ramdisks', { ramdisks: [] }],
    ['list of sections', { ramdisks: Array.from({ length: 30 }, () => ramdisk) }],
    ['command line', { commandLine: 'a\n' }],
    ['command line', { commandLine: 'a\0' }],
    ['command line', { commandLine: 'é' }],
    ['command line', { commandLine: 'x'.repeat(2048) }],
  ] as const)
    t.throws(() => writeEif(parts([ramdisk], changes)), { code: 'EIF_PARTS_INVALID', details: { part } });
  t.equal(readEif(writeEif(parts(Array.from({ length: 29 }, () => ramdisk)))).sections.length, 32);
  t.throws(() => measureImage({ ...parts([ramdisk]), commandLine: '\n' }), { code: 'EIF_PARTS_INVALID' });
});
