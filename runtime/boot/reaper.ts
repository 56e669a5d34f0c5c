/**
 * Reaps strangers: processes whose own parents are gone become children of the machine's first process, and stay zombies
 * until it waits for them. The runtime's own children are reaped by those who started them, and must not be taken from
 * them: libuv would hear of a child that never was, and `reapChild` would wait for ever.
 */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onChildReaped, wasStartedHere } from '../../native/own-children.ts';
import { findEndedChild, reapEndedChild } from '../../native/system-control.ts';

/** Where node:child_process tells of each child, before it is started. */
const NODE_CHANNEL = 'child_process';

/** Reaps strangers as SIGCHLD announces them, from now on; the answer ends that. To be called before any child is started. */
export function reapStrangers(reaped: (pid: number) => void = () => undefined): () => void {
  /** Those that libuv will reap, or has not started at all. */
  const nodeChildren = new Set<ChildProcess>();
  const isOwn = (pid: number) => wasStartedHere(pid) || [...nodeChildren].some((child) => child.pid === pid);
  const sweep = () => {
    for (let pid = findEndedChild(); pid !== undefined; pid = findEndedChild()) {
      // It hides those behind it until it is reaped; then comes the next sweep.
      if (isOwn(pid)) return;
      reapEndedChild(pid);
      reaped(pid);
    }
  };
  const remember = (message: unknown) => {
    const { process: child } = message as { readonly process: ChildProcess };
    nodeChildren.add(child);
    const forget = () => {
      if (nodeChildren.delete(child)) sweep();
    };
    child.once('exit', forget);
    // One that could not be started has no exit.
    child.once('error', () => {
      if (child.pid === undefined) forget();
    });
  };
  subscribe(NODE_CHANNEL, remember);
  const stopListening = onChildReaped(sweep);
  process.on('SIGCHLD', sweep);
  sweep();
  return () => {
    unsubscribe(NODE_CHANNEL, remember);
    stopListening();
    process.off('SIGCHLD', sweep);
  };
}
