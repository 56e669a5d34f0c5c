/** node:wasi, to be run by Node 24: that of Node 20 and 22 corrupts memory after memory.grow. It uses the kernel's files. */
import { WASI } from 'node:wasi';
import { peerArguments } from './arguments.ts';

const { module, directory, args } = peerArguments();
const wasi = new WASI({ version: 'preview1', args, preopens: { '/': directory } });
wasi.start(new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports));
