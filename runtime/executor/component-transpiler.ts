/** jco's bindgen, with the settings that the rest here goes by. */
import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import { importedNames } from '../wasi/component/component-names.ts';
import { scriptOf } from '../wasi/component/generated-script.ts';
import type { Transpiled } from '../wasi/component/transpiled.ts';

/** Bindgen is a WebAssembly module itself: resolves when it is loaded. */
export async function loadBindgen(): Promise<void> {
  await $init;
}

/** Throws what bindgen says of a component that it refuses, or a TruceError. */
export function transpileComponent(component: Uint8Array): Transpiled {
  const { files, exports } = generate(component, {
    name: 'component',
    instantiation: { tag: 'sync' },
    importBindings: { tag: 'optimized' },
    noTypescript: true,
    noNodejsCompat: true,
    // No module is written into the script.
    base64Cutoff: 0,
    map: [],
  });
  const modules = new Map<string, Uint8Array>();
  let script = '';
  for (const [name, bytes] of files)
    if (name.endsWith('.js')) script = new TextDecoder().decode(bytes);
    else if (name.endsWith('.wasm')) modules.set(name, bytes);
  return {
    imports: importedNames(component),
    exports: exports.map(([name]) => name),
    script: scriptOf(script),
    modules,
  };
}
