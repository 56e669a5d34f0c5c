/**
 * The program of transpiler children. Each makes one component into JavaScript and core modules, with jco's bindgen
 * (itself a WebAssembly module, loaded before the lock), and sends them back unread: what it makes is never run here.
 */
import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import { exitNow } from '../../native/process-control.ts';
import { TruceError } from '../../proto/errors.ts';
import { importedNames } from '../wasi/component/component-names.ts';
import { scriptOf } from '../wasi/component/generated-script.ts';
import { encodeTranspiled, type Transpiled } from '../wasi/component/transpiled.ts';
import { receiveJob, sayReady, send, sendJson } from './child-socket.ts';
import { lockDown, prepareJail } from './jail.ts';
import { contiguous } from './job-content.ts';
import { FrameType, type RunEnd } from './run-protocol.ts';
import { PIECE_BYTES, type TranspileJob } from './transpile-protocol.ts';

/** An empty component: `\0asm`, version 13 of layer 1. */
const EMPTY_COMPONENT = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);
/** Of what the transpiler says of a component that it refuses. */
const REASON_CHARACTERS = 300;

await $init;
transpile(EMPTY_COMPONENT);
prepareJail();
sayReady();
const { job, memory } = receiveJob<TranspileJob>(({ component }) => [component]);
lockDown(job.limits.jail);
sendJson(FrameType.end, answer(contiguous(job.component, memory)));
exitNow(0);

function answer(component: Uint8Array): RunEnd {
  try {
    for (const part of encodeTranspiled(transpile(component)))
      for (let start = 0; start < part.length; start += PIECE_BYTES)
        send(FrameType.transpiled, part.subarray(start, start + PIECE_BYTES));
    return { exitCode: 0 };
  } catch (error) {
    if (error instanceof TruceError) return { error: { code: error.code, details: plain(error.details) } };
    // Out of memory: WebAssembly's own, which the jail's limit reaches.
    const reason = error instanceof Error ? error.message.slice(0, REASON_CHARACTERS) : 'it is refused';
    return { error: { code: 'COMPONENT_INVALID', details: { reason } } };
  }
}

function transpile(component: Uint8Array): Transpiled {
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

function plain(details: TruceError['details']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}
