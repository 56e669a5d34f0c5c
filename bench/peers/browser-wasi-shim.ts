/** @bjorn3/browser_wasi_shim over its own files in memory. It knows no rights. */
import { writeSync } from 'node:fs';
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';
import { peerArguments } from './arguments.ts';

const { module, args } = peerArguments();
const output = (descriptor: number) =>
  new ConsoleStdout((bytes) => {
    writeSync(descriptor, bytes);
  });
const files = [new OpenFile(new File([])), output(1), output(2), new PreopenDirectory('/', new Map())];
// Its log, which is on unless told otherwise, goes where the program's output goes.
const wasi = new WASI(args, [], files, { debug: false });
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance as Parameters<WASI['start']>[0]);
