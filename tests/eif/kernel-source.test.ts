/** The kernels that images can have: what is read of them, and what is refused. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sha256Hex } from '../../eif/cached-file.ts';
import type { Compression } from '../../eif/compress.ts';
import { kernelOfBlobs, kernelOfBuild, kernelOfFile } from '../../eif/kernel-source.ts';
import { smallElf, smallKernel } from './small-image.ts';

t.test('a kernel says its version; the wrong kind of file is refused', async (t) => {
  const folder = t.testdir();
  const put = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const kernel = smallKernel('6.12.94-cloud (builder@host) #1 SMP');
  const { version, compression, provenance } = await kernelOfFile(put('good', kernel));
  t.same([version, compression], ['6.12.94', 'zstd']);
  t.same(provenance, { origin: 'file', version: '6.12.94', sha256: sha256Hex(kernel) });
  t.notMatch(JSON.stringify(provenance), folder, 'nothing of this machine is told');
  const cases: [string, string, () => Promise<unknown>][] = [
    ['ELF file', 'KERNEL_FORMAT', () => kernelOfFile(put('vmlinux', smallElf(2000)))],
    ['text', 'KERNEL_FORMAT', () => kernelOfFile(put('text', 'kernel'.repeat(200)))],
    ['empty file', 'KERNEL_FORMAT', () => kernelOfFile(put('empty', ''))],
    ['no version', 'KERNEL_UNSUITABLE', () => kernelOfFile(put('mute', smallKernel('linux')))],
    ['header alone', 'KERNEL_UNSUITABLE', () => kernelOfFile(put('short', kernel.subarray(0, 0x206)))],
    ['nothing', 'KERNEL_UNSUITABLE', () => kernelOfFile(join(folder, 'none'))],
    ['folder', 'KERNEL_UNSUITABLE', () => kernelOfFile(folder)],
    ['no blobs', 'NITRO_CLI_BLOBS_MISSING', () => kernelOfBlobs(folder)],
    [
      'built kernel that changed',
      'KERNEL_UNSUITABLE',
      () =>
        kernelOfBuild({
          image: put('built', kernel),
          sha256: '00',
          version: '',
          config: '',
          provenance: {} as never,
        }),
    ],
  ];
  for (const [name, code, refused] of cases) await t.rejects(refused(), { code }, name);
});

t.test("a kernel's configuration decides the compression and the module, and may rule it out", async (t) => {
  const needed = [
    'VIRTIO_MMIO_CMDLINE_DEVICES',
    'VIRTIO_VSOCKETS',
    'NAMESPACES',
    'PID_NS',
    'NET_NS',
    'SECCOMP_FILTER',
    'MEMCG',
    'CGROUP_PIDS',
  ];
  const folder = t.testdir();
  const blobs = (name: string, options: readonly string[], module?: string) => {
    const directory = join(folder, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'bzImage'), smallKernel('6.6.79-1.amzn (a@b)'));
    const config = options.map((option) => `CONFIG_${option}=y\n`).join('');
    writeFileSync(join(directory, 'bzImage.config'), `# Linux/x86 6.6.79 Kernel Configuration\n${config}`);
    if (module !== undefined) writeFileSync(join(directory, 'nsm.ko'), module);
    return kernelOfBlobs(directory);
  };
  const compressionOf = async (name: string, ...options: string[]): Promise<Compression> =>
    (await blobs(name, [...needed, 'NSM', ...options])).compression;
  t.equal(await compressionOf('zstd', 'RD_GZIP', 'RD_ZSTD'), 'zstd');
  t.equal(await compressionOf('gzip', 'RD_GZIP'), 'gzip');
  t.equal(await compressionOf('neither'), 'none');
  const withModule = await blobs('module', needed, 'driver');
  t.equal(Buffer.from(withModule.nsmModule!).toString(), 'driver');
  t.equal(withModule.provenance.nsmModule, sha256Hex('driver'));
  const builtIn = await blobs('built-in', [...needed, 'NSM'], 'driver');
  t.equal(builtIn.nsmModule, undefined, 'a driver that is inside needs no module');
  await t.rejects(blobs('no-driver', needed), { code: 'KERNEL_UNSUITABLE', message: /without NSM$/ });
  await t.rejects(blobs('bare', ['NSM', ...needed.slice(2)]), {
    message: /without VIRTIO_MMIO_CMDLINE_DEVICES, VIRTIO_VSOCKETS$/,
  });
});

t.test('what lies beside a kernel is read up to a bound, and only where it is a file', async (t) => {
  const folder = t.testdir({ 'bzImage.config': {} });
  writeFileSync(join(folder, 'bzImage'), smallKernel('6.12.94 (a@b)'));
  const refused = { code: 'KERNEL_UNSUITABLE' };
  await t.rejects(kernelOfFile(join(folder, 'bzImage')), { ...refused, message: /not a file/ });
  const large = t.testdir({ 'nsm.ko': '', 'bzImage.config': '' });
  writeFileSync(join(large, 'bzImage'), smallKernel('6.12.94 (a@b)'));
  truncateSync(join(large, 'nsm.ko'), (16 << 20) + 1);
  await t.rejects(kernelOfBlobs(large), { ...refused, message: /nsm\.ko.*longer than/ });
  truncateSync(join(large, 'nsm.ko'), 0);
  truncateSync(join(large, 'bzImage.config'), (4 << 20) + 1);
  await t.rejects(kernelOfBlobs(large), { ...refused, message: /config.*longer than/ });
});
