/**
 * The lifeline: a pipe that a supervisor holds open to each process that it starts. However the supervisor ends, the
 * kernel closes it, and the process at the other end stops. It is the process's standard input.
 */

/** Calls `ended` once when the supervisor is gone. Keeps the process alive no longer than it would live otherwise. */
export function onLifelineEnd(ended: () => void): void {
  let called = false;
  const once = () => {
    if (!called) ended();
    called = true;
  };
  process.stdin.once('end', once);
  process.stdin.once('close', once);
  process.stdin.once('error', once);
  // Nothing is ever sent; what comes all the same is thrown away so that the end behind it is seen.
  process.stdin.resume();
}
