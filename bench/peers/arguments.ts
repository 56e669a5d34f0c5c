/** What every peer's script is given. */
import { readFileSync } from 'node:fs';

/** `node peer.js MODULE DIRECTORY ARGUMENT...`: DIRECTORY is where the program's files are to be, on hosts that use the kernel's. */
export function peerArguments(): { module: WebAssembly.Module; directory: string; args: string[] } {
  const [path, directory, ...rest] = process.argv.slice(2);
  if (path === undefined || directory === undefined) throw new Error('a module and a directory are needed');
  return { module: new WebAssembly.Module(readFileSync(path)), directory, args: ['program', ...rest] };
}
