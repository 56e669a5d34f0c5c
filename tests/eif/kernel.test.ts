/** The kernel's configuration and what surrounds its build; the build itself needs Debian's tools and minutes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withBuildLock } from '../../eif/build-lock.ts';
import { sha256Hex } from '../../eif/cached-file.ts';
import { checkConfiguration, parseConfiguration } from '../../eif/kernel/configuration.ts';
import type { KernelProvenance } from '../../eif/kernel/kernel.ts';
import { agreesWithKnown } from '../../eif/kernel/known-kernels.ts';
import { kernelSource, upstreamVersion } from '../../eif/kernel/source-tree.ts';
import { checkBuildPackages, missingBuildPackages } from '../../eif/kernel/toolchain.ts';
import { runTool, ToolError } from '../../eif/run-tool.ts';
import { withWorkFolder } from '../../eif/work-folder.ts';
import { repositoryRoot } from '../support/repository.ts';

t.test(
  'the fragment keeps out what an enclave must not have, and has what the jail and the devices need',
  async (t) => {
    const text = readFileSync(new URL('eif/kernel/enclave.config', repositoryRoot), 'utf8');
    const options = new Map(parseConfiguration(text).map(({ name, value }) => [name, value]));
    const off =
      'MODULES INET PACKET NETFILTER NETDEVICES PCI ACPI IO_URING IA32_EMULATION X86_X32_ABI MODIFY_LDT_SYSCALL ' +
      'KEXEC KEXEC_FILE HIBERNATION DEVMEM PROC_KCORE DEBUG_FS KPROBES FTRACE BPF_SYSCALL MAGIC_SYSRQ USERFAULTFD ' +
      'COREDUMP KEYS USER_NS SYSVIPC BLOCK SWAP KALLSYMS';
    for (const name of off.split(' '))
      t.ok(options.has(name) && options.get(name) === undefined, `${name} is off`);
    const on =
      'SECURITY_LOCKDOWN_LSM LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY RANDOMIZE_BASE RANDOMIZE_MEMORY ' +
      'STACKPROTECTOR_STRONG FORTIFY_SOURCE HARDENED_USERCOPY INIT_ON_ALLOC_DEFAULT_ON STRICT_KERNEL_RWX VMAP_STACK ' +
      'CPU_MITIGATIONS LEGACY_VSYSCALL_NONE BUG_ON_DATA_CORRUPTION PANIC_ON_OOPS ' +
      'SECCOMP_FILTER PID_NS NET_NS IPC_NS UTS_NS MEMCG CGROUP_PIDS ' +
      'NSM VIRTIO_VSOCKETS VSOCKETS_LOOPBACK VIRTIO_MMIO_CMDLINE_DEVICES PTP_1588_CLOCK_KVM KVM_GUEST RD_ZSTD DEVTMPFS';
    for (const name of on.split(' ')) t.equal(options.get(name), 'y', `${name} is on`);
  },
);

t.test('a configuration that Kconfig did not take as it stands is refused', (t) => {
  const symbols = new Set(['A', 'B', 'C']);
  const fragment = 'CONFIG_A=y\n# a comment\n# CONFIG_B is not set\nCONFIG_C="x y"\n';
  checkConfiguration(fragment, 'CONFIG_A=y\nCONFIG_C="x y"\nCONFIG_D=y\n', symbols);
  const refused = (final: string, options: string) =>
    t.throws(() => checkConfiguration(fragment, final, symbols), {
      code: 'KERNEL_CONFIG',
      details: { options },
    });
  refused('CONFIG_C="x y"\n', 'A');
  refused('CONFIG_A=m\nCONFIG_C="x y"\n', 'A');
  refused('CONFIG_A=y\nCONFIG_B=y\nCONFIG_C="x"\n', 'B, C');
  t.throws(() => checkConfiguration('CONFIG_MISSPELT=y\n', 'CONFIG_MISSPELT=y\n', symbols), {
    code: 'KERNEL_CONFIG',
    message: /MISSPELT: this kernel has no such option/,
  });
  t.throws(() => parseConfiguration('CONFIG_A=y\n# CONFIG_A is not set\n'), { message: /A: named twice/ });
  t.end();
});

t.test('missing build tools are one error that names the packages and the command', (t) => {
  const missing = missingBuildPackages((path) => !/\/(?:flex|bc)$|gelf\.h$/.test(path));
  t.strictSame(missing, ['flex', 'bc', 'libelf-dev']);
  t.throws(() => checkBuildPackages(missing), {
    code: 'KERNEL_TOOLS_MISSING',
    details: { command: 'apt-get install --no-install-recommends flex bc libelf-dev' },
  });
  checkBuildPackages([]);
  t.end();
});

t.test('every pinned source is of the series that the package is named for', (t) => {
  for (const { version } of kernelSource.versions)
    t.match(`linux-source-${upstreamVersion(version)}`, new RegExp(`^${kernelSource.package}\\.\\d+$`));
  t.equal(upstreamVersion('6.12.95-1~bpo12+1'), '6.12.95');
  t.end();
});

t.test('a kernel that differs from a known one is told, naming both hashes', async (t) => {
  const built: KernelProvenance = {
    source: { package: 'linux-source-6.12', version: '6.12.1-1', sha256: 's' },
    tools: { compiler: 'gcc 1', binutils: 'ld 1', compressor: 'z', make: 'm', flex: 'f', bison: 'b' },
    fragmentSha256: 'f',
    patchSha256: 'p',
    configSha256: 'c',
    imageSha256: 'this one',
  };
  const compare = async (content: unknown): Promise<[boolean | undefined, string[]]> => {
    const folder = t.testdir({ 'known-kernels.json': JSON.stringify(content) });
    const messages: string[] = [];
    return [await agreesWithKnown(folder, built, (message) => messages.push(message)), messages];
  };
  t.strictSame(await compare({ kernels: [built] }), [true, []]);
  const [agrees, messages] = await compare({ kernels: [{ ...built, imageSha256: 'that one' }] });
  t.equal(agrees, false);
  t.match(messages, [/WARNING.*this one.*that one/]);
  const other = { ...built, tools: { ...built.tools, compiler: 'gcc 2' }, imageSha256: 'that one' };
  t.strictSame(await compare({ kernels: [other] }), [undefined, []], 'other tools give other bytes');
  await t.rejects(compare([]), { code: 'KERNEL_BUILD' });
  await t.rejects(
    agreesWithKnown(join(t.testdir({}), 'none'), built, () => undefined),
    { code: 'KERNEL_BUILD' },
  );
});

t.test('the result of the preferred source with the committed fragment and patch is known', async (t) => {
  const read = (name: string) => readFileSync(new URL(`eif/kernel/${name}`, repositoryRoot));
  t.ok(read('vsock-replies.patch').includes('+++ b/net/vmw_vsock/virtio_transport.c'));
  const { kernels } = JSON.parse(read('known-kernels.json').toString()) as { kernels: KernelProvenance[] };
  const inputs = [
    kernelSource.versions[0]?.sha256,
    sha256Hex(read('enclave.config')),
    sha256Hex(read('vsock-replies.patch')),
  ];
  // Who changes an input builds the kernel again, and notes what came out.
  const known = kernels.find(
    ({ source, fragmentSha256, patchSha256 }) =>
      JSON.stringify([source.sha256, fragmentSha256, patchSha256]) === JSON.stringify(inputs),
  );
  t.match(known?.imageSha256, /^[0-9a-f]{64}$/);
});

t.test(
  'a tool that fails says so with its last words, and an aborted one ends with all it started',
  async (t) => {
    await t.rejects(runTool('sh', ['-c', 'echo out; echo why >&2; exit 3']), {
      message: /sh ended with 3: why/,
    });
    await t.rejects(runTool('/no/such/tool', []), ToolError);
    const lines: string[] = [];
    await runTool('printf', ['a\\nb\\n'], { onLine: (line) => lines.push(line) });
    t.strictSame(lines, ['a', 'b']);
    const controller = new AbortController();
    const folder = t.testdir({});
    const script = `(sleep 600; :) & echo $! > pid; echo started; wait`;
    const running = runTool('sh', ['-c', script], {
      directory: folder,
      signal: controller.signal,
      onLine: () => controller.abort(new Error('enough')),
    });
    await t.rejects(running, { message: 'enough' });
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    // The kernel may take a moment to reap it.
    while (existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    t.pass('the child of the tool is dead too');
  },
);

t.test('work folders go, whatever happens, and so do those of processes that are gone', async (t) => {
  const gone = 2 ** 22 + 1; // above the largest pid of 64-bit Linux
  const folder = t.testdir({ [`attempt-${gone}-aaaaaa`]: { half: '' }, kept: {} });
  await t.rejects(
    withWorkFolder(folder, async (work) => {
      writeFileSync(join(work, 'half'), '');
      throw new Error('broken off');
    }),
    { message: 'broken off' },
  );
  t.strictSame(readdirSync(folder), ['kept']);
});

t.test(
  'one process builds a thing and the others wait; a lock of a process that is gone does not count',
  async (t) => {
    const folder = t.testdir({ stale: String(2 ** 22 + 1) });
    t.equal(await withBuildLock(join(folder, 'stale'), {}, async () => 'built'), 'built');
    const path = join(folder, 'lock');
    const order: string[] = [];
    const told: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = withBuildLock(path, {}, async () => {
      order.push('first');
      await held;
    });
    const progress = (message: string): void => {
      told.push(message);
      release();
    };
    while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 1));
    await withBuildLock(path, { progress }, async () => order.push('second'));
    await first;
    t.strictSame(order, ['first', 'second']);
    t.strictSame(told, ['waiting for another process that builds the same']);
    t.strictSame(readdirSync(folder), []);
    const controller = new AbortController();
    const third = withBuildLock(path, {}, () =>
      withBuildLock(
        path,
        { signal: controller.signal, progress: () => controller.abort(new Error('no')) },
        async () => 1,
      ),
    );
    await t.rejects(third);
  },
);
