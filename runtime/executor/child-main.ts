/**
 * An executor child: warms up, waits for one job, locks itself in, runs the program, sends back what it changed, ends.
 * It holds no key, no device and no socket but the one pair to the runtime. Everything here is synchronous on purpose.
 */
import { readSync, writeSync, writevSync } from 'node:fs';
import { mapReadOnly } from '../../native/memory-map.ts';
import { exitNow } from '../../native/process-control.ts';
import { closeDescriptor, receiveDescriptors } from '../../native/unix-sockets.ts';
import type { ChildLink, LiveFrame } from './child-link.ts';
import { lockDown, prepareJail } from './jail.ts';
import type { RunJournal } from './journal.ts';
import { runProgram, warmUp } from './program.ts';
import type { JobMemory } from './replica.ts';
import {
  EXTENT_BYTES,
  EXTENT_HEADER_BYTES,
  FrameType,
  frameHeader,
  type Job,
  type OutputStream,
  READY,
  type RunEnd,
} from './run-protocol.ts';

/** Where the spawner puts the socket to the runtime. */
const SOCKET = 3;

warmUp();
prepareJail();
writeSync(SOCKET, Uint8Array.of(READY));
const { job, memory } = receiveJob();
lockDown(job.limits.jail);
const { end, journal } = runProgram(job, memory, runtimeLink());
if (end.exitCode !== undefined) sendChanges(journal);
send(FrameType.end, new TextEncoder().encode(JSON.stringify(end satisfies RunEnd)));
// Node's own way out makes calls that the lock denies.
exitNow(0);

function receiveJob(): { job: Job; memory: JobMemory } {
  const two = new Uint8Array(2);
  receive(two);
  const batches = two[0]! | (two[1]! << 8);
  const descriptors: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const { length, descriptors: received } = receiveDescriptors(SOCKET, two.subarray(0, 1), 253);
    if (length !== 1 || received.length !== two[0]) throw new Error('descriptors were lost on the way');
    descriptors.push(...received);
  }
  const job = JSON.parse(new TextDecoder().decode(receiveFrame(FrameType.job))) as Job;
  const inline = receiveFrame(FrameType.inline);
  const lengths = new Map<number, number>();
  for (const content of [job.program, job.stdin, ...job.inodes.flatMap((inode) => inode.content ?? [])])
    for (const { descriptor, length } of content.pieces)
      if (descriptor !== undefined) lengths.set(descriptor, length);
  const mappings = descriptors.map((descriptor, index) => {
    const mapping = mapReadOnly(descriptor, lengths.get(index) ?? 0);
    closeDescriptor(descriptor);
    return mapping;
  });
  return { job, memory: { inline, mappings } };
}

function receiveFrame(type: FrameType): Uint8Array {
  const header = new Uint8Array(5);
  receive(header);
  if (header[0] !== type) throw new Error(`frame ${header[0]} where ${type} was due`);
  const payload = new Uint8Array(new DataView(header.buffer).getUint32(1, true));
  receive(payload);
  return payload;
}

function receive(target: Uint8Array): void {
  for (let filled = 0; filled < target.length; ) {
    const read = readSync(SOCKET, target, filled, target.length - filled, null);
    // The runtime went away before it had a job for us.
    if (read === 0) exitNow(0);
    filled += read;
  }
}

function runtimeLink(): ChildLink {
  const text = new TextEncoder();
  return {
    output: (stream: OutputStream, bytes: Uint8Array) =>
      send(FrameType.output, Uint8Array.of(stream === 'stdout' ? 1 : 2), bytes),
    started: (facts: object) => send(FrameType.started, text.encode(JSON.stringify(facts))),
    trace: (lines: string) => send(FrameType.trace, text.encode(lines)),
    ask: (type: LiveFrame, ...parts: readonly Uint8Array[]) => {
      send(FrameType[type], ...parts);
      return receiveFrame(FrameType.liveAnswer);
    },
  };
}

function sendChanges(journal: RunJournal): void {
  send(FrameType.journal, new TextEncoder().encode(JSON.stringify(journal.finish())));
  const header = new Uint8Array(EXTENT_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const buffer = new Uint8Array(EXTENT_BYTES);
  for (const { file, content } of journal.changedFiles()) {
    for (const extent of content.dirtyExtents()) {
      for (let done = 0; done < extent.length; ) {
        const piece = buffer.subarray(0, Math.min(EXTENT_BYTES, extent.length - done));
        const length = content.read(piece, extent.position + done);
        view.setFloat64(0, file.number, true);
        view.setFloat64(8, extent.position + done, true);
        send(FrameType.extent, header, piece.subarray(0, length));
        done += length;
      }
    }
  }
}

function send(type: FrameType, ...parts: Uint8Array[]): void {
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
