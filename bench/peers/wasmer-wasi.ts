/** @wasmer/wasi over its own files in memory. It knows no rights, and prints when the program has ended. */
import { init, MemFS, WASI } from '@wasmer/wasi';
import { peerArguments } from './arguments.ts';

const { module, args } = peerArguments();
await init();
const fs = new MemFS();
fs.createDir('/work');
const wasi = new WASI({ args, env: {}, preopens: { '/work': '/work' }, fs });
wasi.instantiate(module, {});
process.exitCode = wasi.start();
process.stdout.write(wasi.getStdoutString());
