/** The engine with next to nothing around it: enough calls for a program to see its arguments, the clock and its output. */
import { writeSync } from 'node:fs';
import { peerArguments } from './arguments.ts';

const NOSYS = 52;
const BADF = 8;
const CHARACTER_DEVICE = 2;
const FDSTAT_BYTES = 24;

const { module, args } = peerArguments();
const strings = args.map((text) => new TextEncoder().encode(`${text}\0`));
let memory: WebAssembly.Memory;
const view = (): DataView => new DataView(memory.buffer);

const calls: Record<string, (...values: number[]) => number> = {
  args_sizes_get(count = 0, size = 0) {
    view().setUint32(count, strings.length, true);
    view().setUint32(
      size,
      strings.reduce((sum, { length }) => sum + length, 0),
      true,
    );
    return 0;
  },
  args_get(pointers = 0, buffer = 0) {
    let [pointer, text] = [pointers, buffer];
    for (const string of strings) {
      view().setUint32(pointer, text, true);
      new Uint8Array(memory.buffer).set(string, text);
      pointer += 4;
      text += string.length;
    }
    return 0;
  },
  clock_time_get(_clock, _precision, result = 0) {
    view().setBigUint64(result, BigInt(Math.round(performance.now() * 1e6)), true);
    return 0;
  },
  fd_fdstat_get(_descriptor, result = 0) {
    new Uint8Array(memory.buffer, result, FDSTAT_BYTES).fill(0);
    view().setUint8(result, CHARACTER_DEVICE);
    return 0;
  },
  fd_prestat_get: () => BADF,
  fd_write(descriptor = 0, vectors = 0, count = 0, written = 0) {
    let total = 0;
    for (let index = 0; index < count; index++) {
      const start = view().getUint32(vectors + 8 * index, true);
      const length = view().getUint32(vectors + 8 * index + 4, true);
      total += writeSync(descriptor, new Uint8Array(memory.buffer, start, length));
    }
    view().setUint32(written, total, true);
    return 0;
  },
  proc_exit: (code) => process.exit(code),
};
const imports = Object.fromEntries(
  WebAssembly.Module.imports(module).map(({ name }) => [name, calls[name] ?? (() => NOSYS)]),
);
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
memory = instance.exports.memory as WebAssembly.Memory;
(instance.exports._start as () => void)();
