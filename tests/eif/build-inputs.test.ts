/** Where the parts of an image come from: pins, kernels, libraries, the bundle, and the program that compresses. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { readApplication } from '../../eif/application.ts';
import { sha256Hex } from '../../eif/cached-file.ts';
import { openCompressor } from '../../eif/compress.ts';
import { collectLibraries, libraryPackages } from '../../eif/libraries.ts';
import { ensureNode, NODE_PACKAGE, NODE_SHA256, NODE_VERSION } from '../../eif/node.ts';
import { parseBundleManifest } from '../../proto/bundle-manifest.ts';
import { repositoryRoot } from '../support/repository.ts';
import { smallElf } from './small-image.ts';

const text = (path: string) => readFileSync(new URL(path, repositoryRoot), 'utf8');

/** Runs work with other environment variables; tests of one file run one after the other. */
async function withEnvironment<T>(changes: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, changes);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

t.test(
  'Node is pinned by exact version and hash, in three places that agree, and by no address',
  async (t) => {
    const manifest = JSON.parse(text('eif/package.json')) as { dependencies: Record<string, string> };
    t.same(manifest.dependencies, { [NODE_PACKAGE]: NODE_VERSION });
    const lock = JSON.parse(text('eif/package-lock.json')) as { packages: Record<string, object> };
    t.same(Object.keys(lock.packages), ['', `node_modules/${NODE_PACKAGE}`]);
    t.match(lock.packages[`node_modules/${NODE_PACKAGE}`], {
      version: NODE_VERSION,
      integrity: /^sha512-[\w+/]{86}==$/,
    });
    t.notMatch(text('eif/package-lock.json'), /resolved|:\/\//);
    t.match(NODE_SHA256, /^[0-9a-f]{64}$/);
  },
);

t.test(
  'without a cache and without a registry there is no Node, and nothing that looks like it',
  async (t) => {
    const folder = t.testdir();
    const options = { cacheDirectory: join(folder, 'cache'), dataDirectory: dataDirectory() };
    const offline = {
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: join(folder, 'npm'),
      npm_config_fetch_retries: '0',
    };
    await withEnvironment(offline, () =>
      t.rejects(ensureNode(options), { code: 'NODE_UNAVAILABLE', message: /npm ci failed: .*ECONNREFUSED/ }),
    );
    t.same(readdirSync(join(folder, 'cache/node')), []);
    await withEnvironment({ PATH: join(folder, 'none') }, () =>
      t.rejects(ensureNode(options), { code: 'NODE_UNAVAILABLE', message: /npm ci failed: .*ENOENT/ }),
    );
  },
);

t.test('a Node in the cache that is not the pinned one is refused', async (t) => {
  const name = `${NODE_VERSION}-${NODE_SHA256.slice(0, 16)}`;
  const cacheDirectory = t.testdir({
    node: { [name]: { node_modules: { [NODE_PACKAGE]: { bin: { node: 'another' } } } } },
  });
  await t.rejects(ensureNode({ cacheDirectory, dataDirectory: dataDirectory() }), {
    code: 'NODE_UNAVAILABLE',
    message: /is not the pinned binary/,
  });
});

t.test('a lock that names another Node is refused before anything is installed', async (t) => {
  const dataDirectory = t.testdir({
    'package-lock.json': JSON.stringify({
      packages: { [`node_modules/${NODE_PACKAGE}`]: { version: '1.0.0' } },
    }),
  });
  const options = { cacheDirectory: join(dataDirectory, 'cache'), dataDirectory };
  await t.rejects(ensureNode(options), { code: 'NODE_UNAVAILABLE', message: /does not name/ });
  await t.rejects(ensureNode({ ...options, dataDirectory: '/nowhere' }), { code: 'NODE_UNAVAILABLE' });
  t.notOk(existsSync(options.cacheDirectory));
});

t.test('libraries come out of the pinned packages, and what is missing or none is refused', async (t) => {
  const asked: string[] = [];
  let unpacked = '';
  const archive = (lacking?: string, content: Uint8Array = smallElf(200)) => ({
    download: async ({ package: name, versions }: (typeof libraryPackages)[number]['pin']) => {
      asked.push(name);
      return { path: name, version: versions[0]!.version, sha256: versions[0]!.sha256 };
    },
    extract: async (path: string, into: string) => {
      unpacked = into;
      for (const { from } of libraryPackages.find(({ pin }) => pin.package === path)!.files) {
        if (from.endsWith(lacking ?? '-')) continue;
        mkdirSync(dirname(join(into, from)), { recursive: true });
        writeFileSync(join(into, from), content);
      }
    },
  });
  const { files, sources } = await collectLibraries(archive());
  t.same(asked, ['libc6', 'libgcc-s1', 'libstdc++6']);
  t.equal(files.length, 7);
  t.same(
    sources.map(({ package: name, sha256 }) => [name, sha256]),
    libraryPackages.map(({ pin }) => [pin.package, pin.versions[0]!.sha256]),
  );
  t.notOk(existsSync(unpacked), 'nothing is left lying');
  await t.rejects(collectLibraries(archive('libm.so.6')), {
    code: 'PACKAGE_FILE_MISSING',
    details: { package: 'libc6', file: 'lib/x86_64-linux-gnu/libm.so.6' },
  });
  t.notOk(existsSync(unpacked));
  await t.rejects(collectLibraries(archive(undefined, new Uint8Array(200))), { code: 'EXECUTABLE_INVALID' });
});

t.test('the bundle is what its manifest says, or refused', async (t) => {
  const entry = (name: string, content: string) => ({ name, sha256: sha256Hex(content) });
  const folder = t.testdir({ 'runtime.js': 'one', 'more.js': 'two' });
  const write = (manifest: unknown) => writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const files = [entry('runtime.js', 'one'), entry('more.js', 'two')];
  write({ files, sources: { koffi: '3.3.4' } });
  const application = await readApplication(folder);
  t.same(
    application.files.map(({ name, content }) => [name, Buffer.from(content).toString()]),
    [
      ['runtime.js', 'one'],
      ['more.js', 'two'],
    ],
  );
  t.same([...application.sources], [['koffi', '3.3.4']]);
  for (const [name, manifest] of [
    ['changed file', { files: [entry('runtime.js', 'other')] }],
    ['missing file', { files: [...files, entry('gone.js', 'x')] }],
  ] as const) {
    write(manifest);
    await t.rejects(readApplication(folder), { code: 'BUNDLE_INVALID' }, name);
  }
});

t.test("a bundle's manifest is read strictly", (t) => {
  const hash = '00'.repeat(32);
  const runtime = { name: 'runtime.js', sha256: hash };
  const refused: [string, unknown][] = [
    ['no files', {}],
    ['files that are no list', { files: {} }],
    ['no runtime', { files: [{ name: 'a.js', sha256: hash }] }],
    ['a file twice', { files: [runtime, runtime] }],
    ['a path for a name', { files: [runtime, { name: '../a.js', sha256: hash }] }],
    ['a part that is none', { files: [{ ...runtime, part: 'other' }] }],
    ['a short hash', { files: [{ ...runtime, sha256: '00' }] }],
    ['an unknown field', { files: [runtime], more: 1 }],
    ['an unknown field of a file', { files: [{ ...runtime, size: 1 }] }],
    ['sources that are no object', { files: [runtime], sources: [] }],
    ['a version that is no string', { files: [runtime], sources: { koffi: 3 } }],
    [
      'too many files',
      { files: Array.from({ length: 65 }, (_, index) => ({ name: `a${index}`, sha256: hash })) },
    ],
  ];
  for (const [name, manifest] of refused)
    t.throws(() => parseBundleManifest(JSON.stringify(manifest)), { code: 'BUNDLE_INVALID' }, name);
  const parts = { files: [runtime, { name: 'a.js', sha256: hash, part: 'components' }] };
  t.same(
    parseBundleManifest(JSON.stringify(parts)).files.map(({ part }) => part),
    [undefined, 'components'],
  );
  t.same([...parseBundleManifest(JSON.stringify({ files: [runtime] })).sources], []);
  t.throws(() => parseBundleManifest('{"files":[],"files":[]}'), { code: 'JSON_INVALID' });
  t.end();
});

/** A stand-in for the pinned Node, which not every machine has: it says so, counts, and does the work with this Node. */
function standInNode(
  folder: string,
  work = 'eval(script)',
): { path: string; sha256: string; runs(): number } {
  const path = join(folder, 'node');
  const log = join(folder, 'log');
  writeFileSync(log, '');
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(
    path,
    `#!${process.execPath}
    const script = process.argv[3];
    if (Object.keys(process.env).length > 0) throw new Error('an environment was handed on');
    if (script.includes('process.versions')) process.stdout.write('24.0.0,1.3.1,1.5.7');
    else { require('node:fs').appendFileSync(${JSON.stringify(log)}, '.'); ${work} }`,
  );
  chmodSync(path, 0o755);
  return { path, sha256: sha256Hex(work), runs: () => readFileSync(log).length };
}

t.test('ramdisks are compressed by the pinned Node, once', async (t) => {
  const folder = t.testdir();
  const node = standInNode(folder);
  const archive = new TextEncoder().encode('070701'.repeat(1001));
  const cacheDirectory = join(folder, 'cache');
  const gzip = await openCompressor('gzip', { node, cacheDirectory });
  t.same(gzip.program, { node: '24.0.0', zlib: '1.3.1', zstd: '1.5.7' });
  const bytes = async (made: Promise<Uint8Array>) => Buffer.from(await made);
  const first = await bytes(gzip.compress(archive));
  t.equal(first.length % 4, 0, 'the next ramdisk begins at a multiple of four');
  t.same(gunzipSync(first), Buffer.from(archive));
  t.same(await bytes(gzip.compress(archive)), first);
  t.equal(node.runs(), 1);
  await gzip.compress(archive.subarray(1));
  t.equal(node.runs(), 2, 'another archive');
  await (await openCompressor('gzip', { node: { ...node, sha256: 'another' }, cacheDirectory })).compress(
    archive,
  );
  t.equal(node.runs(), 3, 'another Node');
  t.same(await bytes((await openCompressor('gzip', { node })).compress(archive)), first);
  t.equal(node.runs(), 4, 'no cache');
  const plain = await openCompressor('none', { node, cacheDirectory });
  t.same(await bytes(plain.compress(archive.subarray(0, 6))), Buffer.from('070701\0\0'));
});

t.test('a damaged result in the cache is made anew', async (t) => {
  const folder = t.testdir();
  const node = standInNode(folder);
  const cacheDirectory = join(folder, 'cache');
  const gzip = await openCompressor('gzip', { node, cacheDirectory });
  const archive = new TextEncoder().encode('070701');
  const first = Buffer.from(await gzip.compress(archive));
  const ramdisks = join(cacheDirectory, 'ramdisks');
  for (const name of readdirSync(ramdisks).filter((name) => !name.endsWith('.sha256')))
    writeFileSync(join(ramdisks, name), first.subarray(4));
  t.same(Buffer.from(await gzip.compress(archive)), first);
  t.equal(node.runs(), 2);
});

t.test('what goes wrong while compressing is told', async (t) => {
  const folder = t.testdir();
  const archive = new Uint8Array(1 << 20);
  const failing = standInNode(folder, "console.error('no memory'); process.exit(3)");
  await t.rejects((await openCompressor('gzip', { node: failing })).compress(archive), {
    code: 'RAMDISK_COMPRESSION',
    message: /ended with 3: no memory/,
  });
  const dying = standInNode(folder, "process.kill(process.pid, 'SIGKILL')");
  await t.rejects((await openCompressor('gzip', { node: dying })).compress(archive), { message: /SIGKILL/ });
  const controller = new AbortController();
  const hanging = standInNode(folder, 'setInterval(() => {}, 1000)');
  const { compress } = await openCompressor('gzip', { node: hanging, signal: controller.signal });
  const compressing = compress(archive);
  controller.abort(new Error('enough'));
  await t.rejects(compressing, { message: 'enough' });
  await t.rejects(openCompressor('zstd', { node: { path: join(folder, 'none'), sha256: '' } }), {
    code: 'RAMDISK_COMPRESSION',
  });
});

/** package.json and package-lock.json of the image, beside the sources. */
function dataDirectory(): string {
  return new URL('eif', repositoryRoot).pathname;
}
