/** What the boot has made of the machine. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { NSM_GENERATOR, requireEntropy } from '../../../runtime/boot/entropy.ts';
import { machineMemory } from '../../../runtime/boot/memory-limit.ts';
import type { Check } from './report.ts';

const COMMON_DEVICES = new Set(['null', 'zero', 'full', 'random', 'urandom']);

function read(path: string): string {
  return readFileSync(path, 'latin1').trim();
}

/** Type and flags of what is mounted at a path, the last one where several are. */
function mountAt(target: string): { readonly type: string; readonly flags: ReadonlySet<string> } {
  const lines = read('/proc/mounts').split('\n');
  const found = lines.map((line) => line.split(' ')).findLast(([, path]) => path === target);
  assert.ok(found, `something is mounted at ${target}`);
  return { type: found[2]!, flags: new Set(found[3]!.split(',')) };
}

export function machineChecks(): Check[] {
  return [
    {
      name: 'this is the first process, with an empty environment and the arguments of an image',
      run() {
        assert.equal(process.pid, 1);
        assert.deepEqual({ ...process.env }, {});
        assert.deepEqual(process.argv.slice(2), ['--init', '--boot', '/app/boot.json']);
        assert.equal(process.umask(), 0o077);
      },
    },
    {
      name: 'nothing of the image can be replaced',
      run() {
        for (const path of ['/app/runtime.js', '/init', '/new-file'])
          assert.throws(() => writeFileSync(path, ''), { code: 'EROFS' }, path);
      },
    },
    {
      name: 'every mount has the flags it should have',
      run() {
        const [suid, devices, execution] = ['nosuid', 'nodev', 'noexec'];
        for (const [target, type, ...flags] of [
          ['/dev', 'devtmpfs', suid, execution],
          ['/proc', 'proc', suid, devices, execution],
          ['/sys', 'sysfs', 'ro', suid, devices, execution],
          ['/tmp', 'tmpfs', suid, devices, execution],
          ['/run', 'tmpfs', suid, devices, execution],
          ['/sys/fs/cgroup', 'cgroup2', suid, devices, execution],
        ] as string[][]) {
          const mount = mountAt(target!);
          assert.equal(mount.type, type, target);
          for (const flag of flags) assert.ok(mount.flags.has(flag), `${target} is ${flag}`);
        }
      },
    },
    {
      name: 'what can be written besides is small',
      run() {
        for (const folder of ['/tmp', '/run']) {
          assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
          assert.throws(() => writeFileSync(`${folder}/large`, Buffer.alloc(2 << 20)), { code: 'ENOSPC' });
          rmSync(`${folder}/large`);
        }
      },
    },
    {
      name: 'only the common devices are for everybody',
      run() {
        const devices = readdirSync('/dev', { withFileTypes: true }).filter((entry) =>
          entry.isCharacterDevice(),
        );
        assert.ok(devices.some(({ name }) => name === 'nsm'));
        for (const { name } of devices) {
          const mode = statSync(`/dev/${name}`).mode & 0o777;
          assert.equal(mode, COMMON_DEVICES.has(name) ? 0o666 : 0o600, name);
        }
      },
    },
    {
      name: 'limits: many descriptors, no core files, never killed for memory',
      run() {
        const limits = read('/proc/self/limits');
        assert.match(limits, /^Max open files +65536 +65536/m);
        assert.match(limits, /^Max core file size +0 +0/m);
        assert.equal(read('/proc/self/oom_score_adj'), '-1000');
      },
    },
    {
      name: 'settings of the kernel',
      run() {
        assert.equal(read('/proc/sys/kernel/panic'), '-1');
        for (const controller of ['memory', 'pids'])
          assert.ok(
            read('/sys/fs/cgroup/cgroup.subtree_control').split(' ').includes(controller),
            controller,
          );
      },
    },
    {
      name: "random numbers come from the secure module's generator, and another one would be refused",
      run() {
        assert.equal(requireEntropy(), NSM_GENERATOR);
        writeFileSync('/tmp/generator', 'virtio_rng.0\n');
        assert.throws(() => requireEntropy('/tmp/generator'), { code: 'BOOT_ENTROPY' });
        assert.throws(() => requireEntropy('/tmp/nothing'), { code: 'BOOT_ENTROPY' });
      },
    },
    {
      name: 'there is no network: not even the loopback is up',
      run() {
        // Present and down, or not compiled in at all.
        const lines = read('/proc/net/dev').split('\n').slice(2);
        assert.deepEqual(
          lines.map((line) => line.trim().split(':')[0]).filter((name) => name !== 'lo'),
          [],
        );
        assert.ok(machineMemory() > 0);
      },
    },
  ];
}
