/** The real parts of an image: Node and koffi run with the libraries that are in it, and need all of them. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { applicationRamdisk } from '../../eif/application.ts';
import type { CpioEntry } from '../../eif/cpio.ts';
import { collectParts } from '../../eif/image-parts.ts';
import { findKernel } from '../../eif/kernel/kernel.ts';
import { agreesWithKnown } from '../../eif/kernel/known-kernels.ts';
import { bootRamdisk } from '../../eif/rootfs.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { repositoryRoot } from '../support/repository.ts';

const dist = (path: string) => fileURLToPath(new URL(`dist/${path}`, repositoryRoot));
const parts = await collectParts({
  cacheDirectory: cacheDirectory(),
  dataDirectory: dist('eif'),
  runtimeDirectory: dist('runtime'),
  kernel: { kind: 'built' },
});
const boot = bootRamdisk({ init: parts.init, node: parts.node.content, libraries: parts.libraries.files });
const application = applicationRamdisk(parts.application, { limits: {} });

t.test('the kernel has the bytes that its sources and tools are known to give', async (t) => {
  const kernel = await findKernel({ cacheDirectory: cacheDirectory(), dataDirectory: dist('eif') });
  if (kernel === undefined) throw new Error('there is no kernel in the cache: npm run nitro:local');
  const told: string[] = [];
  const agrees = await agreesWithKnown(dist('eif/kernel'), kernel.provenance, (line) => told.push(line));
  // Other tools than the known ones may give other bytes; the same ones may not.
  t.not(agrees, false, told.join());
});

const root = mkdtempSync(join(tmpdir(), 'truce-image-'));
t.teardown(() => rmSync(root, { recursive: true, force: true }));
for (const entry of [...boot, ...application]) unpack(entry);

function unpack(entry: CpioEntry): void {
  const path = join(root, entry.path);
  if (entry.kind === 'directory') mkdirSync(path, { recursive: true });
  if (entry.kind !== 'file') return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, entry.content);
  chmodSync(path, entry.mode);
}

const folder = join(root, 'lib/x86_64-linux-gnu');
const loader = join(root, 'lib64/ld-linux-x86-64.so.2');
/** The image's loader with the image's libraries: those of this machine may fill no gap. */
const load = (...args: string[]) =>
  promisify(execFile)(loader, ['--inhibit-cache', '--library-path', folder, ...args], { env: {} });
const libraries = boot.filter(({ path }) => path.includes('.so'));

t.test('Node and koffi need every library that is in the image, and no other', async (t) => {
  const needed = new Set<string>();
  for (const file of ['bin/node', 'app/koffi.node']) {
    const { stdout } = await load('--list', join(root, file));
    for (const [, name, path] of stdout.matchAll(/^\t(\S+) => (\S+|not found)/gm)) {
      t.ok(path!.startsWith(root), `${file}: ${name} is ${path}`);
      needed.add(basename(name!));
    }
  }
  needed.add('ld-linux-x86-64.so.2');
  t.same([...needed].sort(), libraries.map(({ path }) => basename(path)).sort());
});

t.test(
  'Node starts with them, and has its languages, time zones, certificates and WebAssembly inside',
  async (t) => {
    const script = `
    require(${JSON.stringify(join(root, 'app/koffi.node'))});
    const mapped = require('node:fs').readFileSync('/proc/self/maps', 'utf8').match(/\\S+\\.so[.\\d]*$/gm);
    console.log(JSON.stringify({
      version: process.version,
      foreign: [...new Set(mapped)].filter((path) => !path.startsWith(${JSON.stringify(root)})),
      date: new Date(0).toLocaleString('de', { timeZone: 'Asia/Kathmandu', dateStyle: 'long' }),
      certificates: require('node:tls').rootCertificates.length > 100,
      webAssembly: WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      zstd: typeof require('node:zlib').zstdCompressSync,
      keys: require('node:crypto').generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.asymmetricKeyType,
    }));`;
    const { stdout } = await load(join(root, 'bin/node'), '-e', script);
    t.same(JSON.parse(stdout), {
      version: `v${parts.node.version}`,
      foreign: [],
      date: '1. Januar 1970',
      certificates: true,
      webAssembly: true,
      zstd: 'function',
      keys: 'ec',
    });
  },
);
