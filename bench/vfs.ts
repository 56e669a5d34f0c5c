/** The file system's speed next to the kernel's tmpfs: `node build/bench/vfs.js`. Ratios below 1 are faster than tmpfs. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentFactory } from '../runtime/vfs/content.ts';
import { FileSystem } from '../runtime/vfs/file-system.ts';
import { MemfdContents } from '../runtime/vfs/memfd-content.ts';
import { OverlayContents } from '../runtime/vfs/overlay-content.ts';

const MIB = 2 ** 20;
const FILES = 10_000;
const SEQUENTIAL_BYTES = 256 * MIB;
const BLOCK_BYTES = 4096;
const SINGLE_READS = 1_000_000;
const ROUNDS = 5;

type Timings = Record<string, number>;

/** Milliseconds of each step, with the name it is listed under. */
class Stopwatch {
  readonly timings: Timings = {};

  time(name: string, work: () => void): void {
    const start = performance.now();
    work();
    this.timings[name] = performance.now() - start;
  }
}

const names = Array.from({ length: FILES }, (_, index) => `file-${index}.dat`);
const block = Buffer.alloc(BLOCK_BYTES, 0x5a);
const target = Buffer.alloc(BLOCK_BYTES);

function benchTmpfs(): Timings {
  const watch = new Stopwatch();
  const folder = mkdtempSync('/dev/shm/truce-bench-');
  try {
    watch.time('create 10 k', () => {
      for (const name of names) closeSync(openSync(join(folder, name), 'w'));
    });
    watch.time('stat 10 k', () => {
      for (const name of names) statSync(join(folder, name));
    });
    watch.time('unlink 10 k', () => {
      for (const name of names) unlinkSync(join(folder, name));
    });
    const descriptor = openSync(join(folder, 'large'), 'w+');
    watch.time('write 256 MiB by 4 KiB', () => {
      for (let at = 0; at < SEQUENTIAL_BYTES; at += BLOCK_BYTES)
        writeSync(descriptor, block, 0, BLOCK_BYTES, at);
    });
    watch.time('read 256 MiB by 4 KiB', () => {
      for (let at = 0; at < SEQUENTIAL_BYTES; at += BLOCK_BYTES)
        readSync(descriptor, target, 0, BLOCK_BYTES, at);
    });
    watch.time('read 1 M single bytes', () => {
      for (let at = 0; at < SINGLE_READS; at++) readSync(descriptor, target, 0, 1, at * 7);
    });
    closeSync(descriptor);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return watch.timings;
}

function benchVfs(contents: ContentFactory): Timings {
  const watch = new Stopwatch();
  const limits = { bytes: 2 ** 30, inodes: 20_000, nameBytes: 255, pathBytes: 4096, fileBytes: 2 ** 30 };
  const fileSystem = new FileSystem({
    contents,
    limits,
    now: () => BigInt(Math.trunc(performance.now() * 1e6)),
  });
  const { root } = fileSystem;
  watch.time('create 10 k', () => {
    for (const name of names) {
      const { parent, name: last } = fileSystem.resolve(root, name, { followLast: true });
      fileSystem.createFile(parent, last);
    }
  });
  watch.time('stat 10 k', () => {
    for (const name of names)
      if (fileSystem.resolve(root, name, { followLast: true }).inode === undefined) throw new Error(name);
  });
  watch.time('unlink 10 k', () => {
    for (const name of names) {
      const { parent, name: last } = fileSystem.resolve(root, name, { followLast: false });
      fileSystem.unlink(parent, last);
    }
  });
  const file = fileSystem.createFile(root, 'large');
  watch.time('write 256 MiB by 4 KiB', () => {
    for (let at = 0; at < SEQUENTIAL_BYTES; at += BLOCK_BYTES) fileSystem.write(file, block, at);
  });
  watch.time('read 256 MiB by 4 KiB', () => {
    for (let at = 0; at < SEQUENTIAL_BYTES; at += BLOCK_BYTES) fileSystem.read(file, target, at);
  });
  const single = target.subarray(0, 1);
  watch.time('read 1 M single bytes', () => {
    for (let at = 0; at < SINGLE_READS; at++) fileSystem.read(file, single, at * 7);
  });
  fileSystem.unlink(root, 'large');
  return watch.timings;
}

function medians(run: () => Timings): Timings {
  const rounds = Array.from({ length: ROUNDS }, run);
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const sorted = rounds.map((round) => round[name] ?? Number.NaN).sort((a, b) => a - b);
      return [name, sorted[ROUNDS >> 1] ?? Number.NaN];
    }),
  );
}

const tmpfs = medians(benchTmpfs);
const overlay = medians(() => benchVfs(new OverlayContents()));
const memfd = medians(() => benchVfs(new MemfdContents()));
const cell = (milliseconds: number | undefined, base: number): string =>
  milliseconds === undefined ? '-' : `${milliseconds.toFixed(1)} ms (${(milliseconds / base).toFixed(2)})`;
console.log(`medians of ${ROUNDS} rounds; in parentheses the ratio to tmpfs`);
for (const [name, base] of Object.entries(tmpfs)) {
  const columns = [cell(base, base), cell(overlay[name], base), cell(memfd[name], base)];
  console.log([name.padEnd(24), ...columns.map((column) => column.padStart(18))].join(' '));
}
console.log(`${' '.repeat(24)} ${'tmpfs'.padStart(18)} ${'executor'.padStart(18)} ${'runtime'.padStart(18)}`);
