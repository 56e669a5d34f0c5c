/** A component by jco, over @bytecodealliance/preview2-shim, which uses the kernel's files through a thread of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

type Compile = (path: string) => WebAssembly.Module;
interface Transpiled {
  instantiate(compile: Compile, imports: unknown): Record<string, { run(): void }>;
}

const [path = '', directory = '', ...args] = process.argv.slice(2);
const { files } = await transpileBytes(readFileSync(path), {
  name: 'program',
  instantiation: 'sync',
});
const folder = mkdtempSync(join(tmpdir(), 'truce-bench-'));
try {
  const script = join(folder, 'program.mjs');
  writeFileSync(script, files['program.js']!);
  const { instantiate } = (await import(pathToFileURL(script).href)) as Transpiled;
  const shim = new WASIShim({
    sandbox: { preopens: { '/': directory }, env: {}, args: ['program', ...args], enableNetwork: false },
  });
  const compile: Compile = (name) => new WebAssembly.Module(files[name]! as BufferSource);
  const component = instantiate(compile, shim.getImportObject());
  const entry = Object.keys(component).find((name) => name.startsWith('wasi:cli/run'));
  component[entry ?? '']!.run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
