/**
 * How deep JavaScript and WebAssembly may call on the main thread. V8 reads its flag for it once, when it starts; the
 * function below is the one of its embedding interface (v8-isolate.h) that moves the limit later. Node's binary exports
 * it, as it does all of that interface, for addons.
 */
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import type { Pointer } from './libc.ts';
import { ResourceLimit, setResourceLimit } from './process-control.ts';

/** What Node and our own calls have taken when a program begins: measured 40 KiB. */
const BASE_BYTES = 64 << 10;
/**
 * Below the limit V8's own functions still work, compiling or throwing: they are written for stacks of a megabyte whose
 * limit is 984 KiB. No crash was seen with a sixteenth of this.
 */
const RESERVE_BYTES = 1 << 20;

/** `static Isolate* v8::Isolate::TryGetCurrent()`; `void v8::Isolate::SetStackLimit(uintptr_t)`. */
const CURRENT = 'void *_ZN2v87Isolate13TryGetCurrentEv()';
const SET_LIMIT = 'void _ZN2v87Isolate13SetStackLimitEm(void *isolate, uintptr_t limit)';

/** The address at which the main thread's stack begins; it grows down from there. */
function stackBeginning(): Pointer {
  // address-address perms offset dev inode [stack]. Source: proc_pid_maps(5).
  const end = /^[0-9a-f]+-([0-9a-f]+) .*\[stack\]$/m.exec(readFileSync('/proc/self/maps', 'latin1'))?.[1];
  if (end === undefined) throw new Error('/proc/self/maps shows no stack');
  return BigInt(`0x${end}`);
}

/**
 * Makes ready what takes files and time; to be called on the main thread. The function that it gives opens nothing: from
 * its call on, what would need more than so many bytes of stack is a RangeError, and the kernel lets the stack grow no
 * further than that takes. It throws SystemError where this process may not have as large a stack.
 * @throws Error where this Node has no such function
 */
export function prepareStackLimit(): (bytes: number) => void {
  const beginning = stackBeginning();
  const engine = koffi.load(null);
  const isolate = engine.func(CURRENT)() as Pointer | null;
  if (isolate === null) throw new Error('V8 does not run on this thread');
  const setLimit = engine.func(SET_LIMIT);
  return (bytes) => {
    if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new RangeError('a stack has some bytes');
    const depth = BASE_BYTES + bytes;
    setResourceLimit(ResourceLimit.STACK, depth + RESERVE_BYTES);
    setLimit(isolate, beginning - BigInt(depth));
  };
}
