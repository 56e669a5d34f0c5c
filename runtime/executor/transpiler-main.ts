/**
 * The program of transpiler children. Each makes one component into JavaScript and core modules, with jco's bindgen
 * (itself a WebAssembly module, loaded before the lock), and sends them back unread: what it makes is never run here.
 */
import { exitNow } from '../../native/process-control.ts';
import { TruceError } from '../../proto/errors.ts';
import { encodeTranspiled } from '../wasi/component/transpiled.ts';
import { receiveJob, sayReady, send, sendJson } from './child-socket.ts';
import { loadBindgen, transpileComponent } from './component-transpiler.ts';
import { lockDown, prepareJail } from './jail.ts';
import { contiguous } from './job-content.ts';
import { FrameType, type RunEnd } from './run-protocol.ts';
import { PIECE_BYTES, type TranspileJob } from './transpile-protocol.ts';

/** An empty component: `\0asm`, version 13 of layer 1. */
const EMPTY_COMPONENT = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);
/** Of what the transpiler says of a component that it refuses. */
const REASON_CHARACTERS = 300;

void serve();

async function serve(): Promise<never> {
  await loadBindgen();
  transpileComponent(EMPTY_COMPONENT);
  prepareJail();
  sayReady();
  const { job, memory } = receiveJob<TranspileJob>(({ component }) => [component]);
  lockDown(job.limits.jail);
  sendJson(FrameType.end, answer(contiguous(job.component, memory)));
  return exitNow(0);
}

function answer(component: Uint8Array): RunEnd {
  try {
    for (const part of encodeTranspiled(transpileComponent(component)))
      for (let start = 0; start < part.length; start += PIECE_BYTES)
        send(FrameType.transpiled, part.subarray(start, start + PIECE_BYTES));
    return { exitCode: 0 };
  } catch (error) {
    if (error instanceof TruceError) return { error: { code: error.code, details: plain(error.details) } };
    const reason = error instanceof Error ? error.message.slice(0, REASON_CHARACTERS) : 'it is refused';
    return { error: { code: 'COMPONENT_INVALID', details: { reason } } };
  }
}

function plain(details: TruceError['details']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}
