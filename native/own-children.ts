/** The children that this process started past node:child_process, and has not reaped: nobody else may reap them. */
const started = new Set<number>();
const listeners = new Set<() => void>();

export function childStarted(pid: number): void {
  started.add(pid);
}

export function childReaped(pid: number): void {
  if (!started.delete(pid)) return;
  for (const listener of listeners) listener();
}

export function wasStartedHere(pid: number): boolean {
  return started.has(pid);
}

/** Calls back whenever one of them has been reaped, until the answer is called. */
export function onChildReaped(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
