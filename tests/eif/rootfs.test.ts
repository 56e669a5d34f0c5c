/** What lies in the two ramdisks, as the kernel will find it. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import t from 'tap';
import { loadedPart } from '../../eif/elf.ts';
import { bootRamdisk } from '../../eif/rootfs.ts';
import { parseBootConfiguration } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import { archivesOf, buildSmall, smallElf, smallParts } from './small-image.ts';

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const DATA = 0o100644;

t.test('the boot ramdisk holds /init, Node, its libraries and empty folders, and nothing else', async (t) => {
  const { boot } = archivesOf(await buildSmall());
  t.same(
    boot.map(({ path, mode }) => [path, mode]),
    [
      ['app', DIRECTORY],
      ['bin', DIRECTORY],
      ['bin/node', PROGRAM],
      ['dev', DIRECTORY],
      ['init', PROGRAM],
      ['lib', DIRECTORY],
      ['lib/x86_64-linux-gnu', DIRECTORY],
      ['lib/x86_64-linux-gnu/libc.so.6', PROGRAM],
      ['lib/x86_64-linux-gnu/libdl.so.2', PROGRAM],
      ['lib/x86_64-linux-gnu/libgcc_s.so.1', PROGRAM],
      ['lib/x86_64-linux-gnu/libm.so.6', PROGRAM],
      ['lib/x86_64-linux-gnu/libpthread.so.0', PROGRAM],
      ['lib/x86_64-linux-gnu/libstdc++.so.6', PROGRAM],
      ['lib64', DIRECTORY],
      ['lib64/ld-linux-x86-64.so.2', PROGRAM],
      ['proc', DIRECTORY],
      ['run', DIRECTORY],
      ['sys', DIRECTORY],
      ['tmp', DIRECTORY],
    ],
  );
});

t.test('the application ramdisk holds the bundle and the boot configuration, and nothing else', async (t) => {
  const { application } = archivesOf(await buildSmall());
  t.same(
    application.map(({ path, mode }) => [path, mode]),
    [
      ['app', DIRECTORY],
      ['app/boot.json', DATA],
      ['app/koffi.node', PROGRAM],
      ['app/runtime.js', DATA],
    ],
  );
});

t.test('nothing of a user or a moment is in either', async (t) => {
  const { boot, application } = archivesOf(await buildSmall());
  for (const { path, uid, gid, mtime } of [...boot, ...application])
    t.same([uid, gid, mtime], [0, 0, 0], path);
});

t.test('the boot configuration says vsock, /dev/nsm and the jail, and the limits in one order', async (t) => {
  const configure = async (limits: Parameters<typeof buildSmall>[1]) => {
    const { application } = archivesOf(await buildSmall({}, limits));
    return Buffer.from(application.find(({ path }) => path === 'app/boot.json')!.content).toString();
  };
  const plain = await configure({});
  t.same(parseBootConfiguration(plain), {
    transport: { kind: 'vsock' },
    nsm: { kind: 'device' },
    executor: { warmChildren: 1, namespaces: 'required', exercise: true },
    limits: {},
  });
  t.equal(parseBootConfiguration(await configure({ legacyAttestation: true })).legacyAttestation, true);
  const limits = { runs: 3, sessions: 9, run: { openFiles: 20, wallMilliseconds: 5 } };
  const turned = { run: { wallMilliseconds: 5, openFiles: 20 }, sessions: 9, runs: 3 };
  const text = await configure({ limits });
  t.same(parseBootConfiguration(text).limits, limits);
  t.equal(await configure({ limits: turned }), text, 'however they were given');
  await t.rejects(buildSmall({}, { limits: { runs: 0 } }), {
    code: 'LIMIT_INVALID',
    details: { name: 'runs' },
  });
  await t.rejects(buildSmall({}, { limits: { runz: 1 } as object }), { code: 'LIMIT_UNKNOWN' });
});

t.test('what only components need is in images that are built for them', async (t) => {
  const files = [
    { name: 'runtime.js', content: Buffer.from('one') },
    { name: 'for-components.js', content: Buffer.from('two'), part: 'components' as const },
  ];
  const found = async (components: boolean) => {
    const { application } = archivesOf(
      await buildSmall({ application: { files, sources: new Map() } }, { components }),
    );
    const boot = application.find(({ path }) => path === 'app/boot.json')!.content;
    return {
      held: application.some(({ path }) => path === 'app/for-components.js'),
      allowed: parseBootConfiguration(Buffer.from(boot).toString()).executor.components ?? false,
    };
  };
  t.same(await found(true), { held: true, allowed: true });
  t.same(await found(false), { held: false, allowed: false });
});

t.test('Node goes in as far as a loader reads it, unchanged', async (t) => {
  const content = smallElf(900, {
    type: 2,
    segments: [
      { offset: 0, length: 232 },
      { offset: 400, length: 300 },
      { offset: 300, length: 50 },
    ],
  });
  const { boot } = archivesOf(await buildSmall({ node: { ...smallParts().node, content } }));
  const node = boot.find(({ path }) => path === 'bin/node')!.content;
  t.same(Buffer.from(node), Buffer.from(content.subarray(0, 700)));
});

t.test('what is no program for this machine is refused', async (t) => {
  const library = (content: Uint8Array) => ({
    libraries: { files: [{ path: 'lib/liba.so', content }], sources: [] },
  });
  const node = (content: Uint8Array) => ({ node: { ...smallParts().node, content } });
  const native = (content: Uint8Array) => ({
    application: { files: [{ name: 'koffi.node', content }], sources: new Map<string, string>() },
  });
  const cases: [string, Parameters<typeof buildSmall>[0], RegExp][] = [
    ['text for a library', library(new TextEncoder().encode('GROUP ( libc.so.6 )'.repeat(9))), /not an ELF/],
    ['empty library', library(new Uint8Array()), /not an ELF/],
    ['library of another machine', library(smallElf(200, { machine: 183 })), /not for x86-64/],
    ['object file', library(smallElf(200, { type: 1 })), /neither a program nor a library/],
    ['native file of another machine', native(smallElf(200, { machine: 183 })), /koffi.node.*not for x86-64/],
    ['script for Node', node(new TextEncoder().encode('#!/bin/sh\n'.repeat(20))), /not an ELF/],
    ['Node without segments', node(smallElf(200, { segments: [] })), /unusual program headers/],
    ['Node cut short', node(smallElf(200, { segments: [{ offset: 0, length: 201 }] })), /beyond its end/],
    ['Node with headers beyond it', node(smallElf(130).subarray(0, 100)), /headers beyond its end/],
  ];
  for (const [name, parts, message] of cases)
    await t.rejects(buildSmall(parts), { code: 'EXECUTABLE_INVALID', message }, name);
});

t.test('no file is too strange to be cut or refused', (t) => {
  const base = smallElf(300);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(127), fc.nat(255)), { maxLength: 12 }),
      fc.nat(300),
      (edits, length) => {
        const file = base.slice(0, length);
        for (const [at, value] of edits) if (at < file.length) file[at] = value;
        try {
          const part = loadedPart('file', file);
          return part.length <= file.length && Buffer.compare(part, file.subarray(0, part.length)) === 0;
        } catch (error) {
          return error instanceof TruceError && error.code === 'EXECUTABLE_INVALID';
        }
      },
    ),
  );
  t.end();
});

t.test("a kernel's own module goes in as a file", (t) => {
  const { init, node, libraries } = smallParts();
  const nsmModule = new Uint8Array([1, 2, 3]);
  const entries = bootRamdisk({ init, node: node.content, libraries: libraries.files, nsmModule });
  t.same(
    entries.filter(({ path }) => path === 'nsm.ko'),
    [{ kind: 'file', path: 'nsm.ko', mode: 0o644, content: nsmModule }],
  );
  t.end();
});
