/** Hands a job over to a child: its descriptors first, then what it is and the bytes that come with it. */
import type { Socket } from 'node:net';
import { SystemError } from '../../native/errno.ts';
import { sendDescriptors } from '../../native/unix-sockets.ts';
import { DESCRIPTORS_PER_BATCH, EXERCISE, FrameType, frameHeader } from './run-protocol.ts';
import type { JobParts } from './snapshot.ts';

/** How a write to a child ends that has died since it was ready. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

/** Lets a child make use of the time until its job comes. */
export function sendExercise(descriptor: number): void {
  unlessGone(() => sendDescriptors(descriptor, Uint8Array.of(EXERCISE & 0xff, EXERCISE >> 8), []));
}

/** False where the child is gone already. */
export function sendBatches(descriptor: number, descriptors: readonly number[]): boolean {
  const batches = Math.ceil(descriptors.length / DESCRIPTORS_PER_BATCH);
  if (batches >= EXERCISE) throw new RangeError(`${batches} batches of descriptors`);
  return unlessGone(() => {
    sendDescriptors(descriptor, Uint8Array.of(batches & 0xff, batches >> 8), []);
    for (let index = 0; index < descriptors.length; index += DESCRIPTORS_PER_BATCH) {
      const batch = descriptors.slice(index, index + DESCRIPTORS_PER_BATCH);
      sendDescriptors(descriptor, Uint8Array.of(batch.length), batch);
    }
  });
}

function unlessGone(send: () => void): boolean {
  try {
    send();
    return true;
  } catch (error) {
    if (error instanceof SystemError && GONE.has(error.code)) return false;
    throw error;
  }
}

export function sendJob(socket: Socket, job: object, parts: JobParts): void {
  const text = new TextEncoder().encode(JSON.stringify(job));
  socket.cork();
  socket.write(frameHeader(FrameType.job, text.length));
  socket.write(text);
  socket.write(frameHeader(FrameType.inline, parts.inlineBytes));
  for (const bytes of parts.inline) socket.write(bytes);
  socket.uncork();
}
