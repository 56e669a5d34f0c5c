/**
 * The lifeline: a pipe that a supervisor holds open to each process that it starts. However the supervisor ends, the
 * kernel closes it, and the process at the other end stops. It is the process's standard input.
 */

/** What a supervisor writes that lets go of a program which is to outlive it. */
export const DETACH = 'detach\n';

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

/** As `onLifelineEnd`, but a supervisor that says `DETACH` before it goes is not waited for. */
export function onDetachableLifelineEnd(ended: () => void): void {
  let heard = '';
  process.stdin.on('data', (chunk) => {
    if (heard.length <= DETACH.length) heard += String(chunk);
  });
  onLifelineEnd(() => {
    if (heard !== DETACH) ended();
  });
}
