/** A child's end of the one socket that it has, to the runtime: how it takes its job and answers. All of it blocks. */
import { closeSync, readSync, writeSync, writevSync } from 'node:fs';
import { mapReadOnly } from '../../native/memory-map.ts';
import { exitNow } from '../../native/process-control.ts';
import { waitReadable } from '../../native/readiness.ts';
import { closeDescriptor, receiveDescriptors } from '../../native/unix-sockets.ts';
import type { JobMemory } from './replica.ts';
import { EXERCISE, FrameType, frameHeader, type JobContent, READY } from './run-protocol.ts';

/** Where the spawner puts the socket to the runtime. */
const SOCKET = 3;
/** In one message. Source: Linux net/scm.h, SCM_MAX_FD. */
const DESCRIPTORS_AT_ONCE = 253;

/** Tells the runtime that a job can come. */
export function sayReady(): void {
  writeSync(SOCKET, Uint8Array.of(READY));
}

/** Whether something has come; waits so long for it. */
export function jobIsHere(milliseconds: number): boolean {
  return waitReadable(SOCKET, milliseconds);
}

/** Waits for the job; `contentsOf` says which of its parts lie in descriptors. `exercise`: what is done until it comes. */
export function receiveJob<J>(
  contentsOf: (job: J) => readonly JobContent[],
  exercise: () => void = () => undefined,
): { job: J; memory: JobMemory } {
  const two = new Uint8Array(2);
  let batches = EXERCISE;
  for (;;) {
    receive(two);
    batches = two[0]! | (two[1]! << 8);
    if (batches !== EXERCISE) break;
    exercise();
  }
  const descriptors: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const { length, descriptors: received } = receiveDescriptors(
      SOCKET,
      two.subarray(0, 1),
      DESCRIPTORS_AT_ONCE,
    );
    if (length !== 1 || received.length !== two[0]) throw new Error('descriptors were lost on the way');
    descriptors.push(...received);
  }
  const job = JSON.parse(new TextDecoder().decode(receiveFrame(FrameType.job))) as J;
  const inline = receiveFrame(FrameType.inline);
  const lengths = new Map<number, number>();
  for (const content of contentsOf(job))
    for (const { descriptor, length } of content.pieces)
      if (descriptor !== undefined) lengths.set(descriptor, length);
  const mappings = descriptors.map((descriptor, index) => {
    const mapping = mapReadOnly(descriptor, lengths.get(index) ?? 0);
    closeDescriptor(descriptor);
    return mapping;
  });
  return { job, memory: { inline, mappings } };
}

export function receiveFrame(type: FrameType): Uint8Array {
  const header = new Uint8Array(5);
  receive(header);
  if (header[0] !== type) throw new Error(`frame ${header[0]} where ${type} was due`);
  const payload = new Uint8Array(new DataView(header.buffer).getUint32(1, true));
  receive(payload);
  return payload;
}

export function send(type: FrameType, ...parts: readonly Uint8Array[]): void {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const buffers = [frameHeader(type, total), ...parts];
  let written = writevSync(SOCKET, buffers);
  // A blocking socket may still take less than all of it.
  for (const buffer of buffers) {
    if (written >= buffer.length) written -= buffer.length;
    else {
      for (let offset = written; offset < buffer.length; ) offset += writeSync(SOCKET, buffer, offset);
      written = 0;
    }
  }
}

/** Sends what is whole frames already. */
export function sendFrames(frames: Uint8Array): void {
  for (let offset = 0; offset < frames.length; )
    offset += writeSync(SOCKET, frames, offset, frames.length - offset);
}

export function sendJson(type: FrameType, value: object): void {
  send(type, new TextEncoder().encode(JSON.stringify(value)));
}

/** There is nothing more to say. */
export function hangUp(): void {
  closeSync(SOCKET);
}

function receive(target: Uint8Array): void {
  for (let filled = 0; filled < target.length; ) {
    const read = readSync(SOCKET, target, filled, target.length - filled, null);
    // The runtime went away before it had a job for us.
    if (read === 0) exitNow(0);
    filled += read;
  }
}
