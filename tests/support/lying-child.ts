/**
 * An executor child that lies, in the words of run-protocol.ts: what a program could send that has broken out of V8. It
 * speaks the protocol honestly up to its job; the name of the program then says which lie it tells.
 */
import { FrameType, NEW_INODE, READY } from '../../runtime/executor/run-protocol.ts';

/** The body of each lie; `job`, `find(path)` and the senders are at hand. Ends with exit 0 unless it says otherwise. */
export const lies = {
  honest: `journal({ operations: [create(1, '/output', 'honest')], contents: [{ inode: fresh(1), size: 6, kept: 0 }] });
    extent(fresh(1), 0, 'honest'); end({ exitCode: 0 });`,

  // Beyond its rights.
  'writes-what-it-reads': `const { number, content } = find('/input/a');
    change(number, content.size); extent(number, 0, 'lie'); end({ exitCode: 0 });`,
  'writes-what-it-never-saw': `change(guess(), 3); extent(guess(), 0, 'lie'); end({ exitCode: 0 });`,
  'cuts-what-it-reads': `journal({ contents: [{ inode: find('/input/a').number, size: 0, kept: 0 }] }); end({ exitCode: 0 });`,
  'creates-where-it-reads': `journal({ operations: [create(1, '/input', 'lie')] }); end({ exitCode: 0 });`,
  'removes-what-it-reads': `journal({ operations: [{ operation: 'unlink', inode: find('/input/a').number, parent: find('/input').number, name: 'a' }] });
    end({ exitCode: 0 });`,
  'moves-what-it-reads': `journal({ operations: [{ operation: 'rename', inode: find('/input/a').number, parent: find('/input').number, name: 'a',
    newParent: find('/output').number, newName: 'stolen' }] }); end({ exitCode: 0 });`,
  'links-what-it-reads': `journal({ operations: [{ operation: 'link', inode: find('/input/a').number, parent: find('/output').number, name: 'stolen' }] });
    end({ exitCode: 0 });`,
  'links-what-it-never-saw': `journal({ operations: [{ operation: 'link', inode: guess(), parent: find('/output').number, name: 'stolen' }] });
    end({ exitCode: 0 });`,
  'replaces-what-has-a-hash': `const { number } = find('/output/fixed'); change(number, 3); extent(number, 0, 'lie'); end({ exitCode: 0 });`,
  'sets-times': `journal({ times: [{ inode: find('/input/a').number, accessed: '1', modified: '1' }] }); end({ exitCode: 0 });`,
  'prints-without-a-right': `frame(${FrameType.output}, Uint8Array.of(2), 'on stderr'); journal({}); end({ exitCode: 0 });`,
  'is-honest-and-then-lies': `journal({ operations: [create(1, '/output', 'x'), create(2, '/input', 'x')] }); end({ exitCode: 0 });`,

  // Over its limits.
  'prints-too-much': `for (let index = 0; index < 64; index++) frame(${FrameType.output}, Uint8Array.of(1), 'x'.repeat(65536)); journal({}); end({ exitCode: 0 });`,
  'writes-too-much': `for (let index = 0; index < 4; index++) extent(fresh(1), index * 65536, 'x'.repeat(65536)); end({ exitCode: 0 });`,
  'makes-too-many': `journal({ operations: Array.from({ length: 101 }, (_, index) => create(index, '/output', 'f' + index)) }); end({ exitCode: 0 });`,
  'grows-beyond-all': `journal({ operations: [create(1, '/output', 'big')], contents: [{ inode: fresh(1), size: 2 ** 50, kept: 0 }] }); end({ exitCode: 0 });`,
  'writes-far-out': `journal({ operations: [create(1, '/output', 'far')], contents: [{ inode: fresh(1), size: 2 ** 50 + 1, kept: 0 }] });
    extent(fresh(1), 2 ** 50, 'x'); end({ exitCode: 0 });`,

  // Not in the protocol.
  garbage: `raw(Uint8Array.from({ length: 5000 }, (_, index) => (index * 37 + 200) & 255));`,
  'sends-a-job-back': `frame(${FrameType.job}, 'x');`,
  'begins-twice': `frame(${FrameType.started}, '{}'); frame(${FrameType.started}, '{}'); end({ exitCode: 0 });`,
  'begins-with-much': `frame(${FrameType.started}, ' '.repeat(5000)); end({ exitCode: 0 });`,
  'names-no-limit': `journal({}); end({ error: { code: 'RUN_WALL_LIMIT', details: {} } });`,
  'traces-unasked': `frame(${FrameType.trace}, 'fd_write(1, [1]) = 1'); journal({}); end({ exitCode: 0 });`,
  'announces-a-huge-journal': `raw(header(${FrameType.journal}, 0xffffffff));`,
  'announces-a-huge-extent': `raw(header(${FrameType.extent}, 1 << 24));`,
  'announces-a-huge-end': `raw(header(${FrameType.end}, 1 << 20));`,
  'journal-of-no-json': `frame(${FrameType.journal}, '{'); end({ exitCode: 0 });`,
  'journal-of-a-million-arrays': `frame(${FrameType.journal}, '['.repeat(1 << 20)); end({ exitCode: 0 });`,
  'journal-of-other-types': `frame(${FrameType.journal}, '{"operations":{},"contents":1,"times":null}'); end({ exitCode: 0 });`,
  'name-that-climbs': `journal({ operations: [create(1, '/output', '../input/lie')] }); end({ exitCode: 0 });`,
  'two-journals': `journal({}); journal({}); end({ exitCode: 0 });`,
  'file-twice': `const { number } = find('/output/old'); const change = { inode: number, size: 3, kept: 3 };
    journal({ contents: [change, change] }); end({ exitCode: 0 });`,
  'no-journal': `end({ exitCode: 0 });`,
  'end-twice': `journal({}); end({ exitCode: 0 }); end({ exitCode: 0 });`,
  'output-after-end': `journal({}); end({ exitCode: 0 }); frame(${FrameType.output}, Uint8Array.of(1), 'late');`,
  'half-a-frame-after-end': `journal({}); end({ exitCode: 0 }); raw(Uint8Array.of(${FrameType.end}, 1));`,
  'exit-code-of-no-sense': `journal({}); end({ exitCode: -1 });`,
  'exit-code-too-large': `journal({}); end({ exitCode: 2 ** 40 });`,
  'error-of-the-runtime': `end({ error: { code: 'SHUTTING_DOWN', details: {} } });`,
  'error-with-a-terminal-sequence': `end({ error: { code: 'RUN_TRAP', details: { reason: 'a\\u001b[31mb' } } });`,
  'extent-of-nothing': `extent(fresh(1), 0, ''); end({ exitCode: 0 });`,
  'extent-before-the-start': `extent(fresh(1), -1, 'x'); end({ exitCode: 0 });`,
  'extent-at-no-number': `extent(fresh(1), NaN, 'x'); end({ exitCode: 0 });`,
  'output-of-nothing': `frame(${FrameType.output}, ''); journal({}); end({ exitCode: 0 });`,
  'output-to-nowhere': `frame(${FrameType.output}, Uint8Array.of(7), 'x'); journal({}); end({ exitCode: 0 });`,

  // About live files; '/input/live' is the first, '/sink/live' the second of them.
  'asks-of-no-live-file': `ask(statusOf(2)); end({ exitCode: 0 });`,
  'asks-in-no-form': `ask(Uint8Array.of(9, 9, 9)); end({ exitCode: 0 });`,
  'asks-twice-at-once': `ask(readOf(0, 600000, 1)); ask(statusOf(0)); end({ exitCode: 0 });`,
  'asks-and-takes-nothing': `for (let index = 0; index < 100; index++) ask(readOf(0, 0, 600000)); end({ exitCode: 0 });`,
  'asks-from-before-the-start': `ask(readOf(0, -1, 1)); end({ exitCode: 0 });`,
  'asks-for-too-much': `ask(readOf(0, 0, 1 << 24)); end({ exitCode: 0 });`,
  'announces-a-huge-question': `raw(header(${FrameType.liveRequest}, 1 << 24));`,
  'announces-a-huge-live-write': `raw(header(${FrameType.liveWrite}, 1 << 24));`,
  'writes-nothing-to-a-live-file': `add(1, ''); end({ exitCode: 0 });`,
  'answers-itself': `frame(${FrameType.liveAnswer}, new Uint8Array(16)); end({ exitCode: 0 });`,
  'adds-to-a-live-file-it-reads': `add(0, 'lie'); receiveFrame(); end({ exitCode: 0 });`,
  'cuts-a-live-file-it-reads': `ask(Uint8Array.of(3, 0, 0, 0, 0)); receiveFrame(); end({ exitCode: 0 });`,
  'reads-a-live-file-it-writes': `ask(readOf(1, 0, 1)); receiveFrame(); end({ exitCode: 0 });`,
  'adds-too-much': `for (let index = 0; index < 4; index++) { add(1, 'x'.repeat(65536)); receiveFrame(); } end({ exitCode: 0 });`,
  'adds-byte-by-byte': `for (let index = 0; index < 400; index++) { add(1, 'x'); receiveFrame(); } end({ exitCode: 0 });`,
  'commits-a-live-file': `change(find('/sink/live').number, 3); extent(find('/sink/live').number, 0, 'lie'); end({ exitCode: 0 });`,
  'removes-a-live-file': `journal({ operations: [{ operation: 'unlink', inode: find('/sink/live').number, parent: find('/sink').number, name: 'live' }] });
    end({ exitCode: 0 });`,
  'moves-what-a-live-file-is-in': `journal({ operations: [{ operation: 'rename', inode: find('/sink').number, parent: 2, name: 'sink',
    newParent: 2, newName: 'sunk' }] }); end({ exitCode: 0 });`,

  // Silent, or gone.
  'does-not-end': `journal({});`,
  'ends-in-a-frame': `raw(header(${FrameType.journal}, 100)); raw(Uint8Array.of(1, 2, 3));`,
  aborts: `process.abort();`,
  'closes-and-hangs': `closeSync(SOCKET); hang();`,
  hangs: `hang();`,
  // It said all: it lies about nothing but its end.
  'hangs-up-and-stays': `journal({}); end({ exitCode: 0 }); closeSync(SOCKET); hang();`,
  'hangs-at-the-end': `journal({ operations: [create(1, '/output', 'x')] }); end({ exitCode: 0 }); hang();`,
} as const;

export type Lie = keyof typeof lies;

/** Leaves when it has seen the beginning of its job. */
export const LEAVES_EARLY = 'leaves-early';

/** An ES module to take the executor child's place. */
export const lyingChild = `
import { closeSync, readSync, writeSync } from 'node:fs';
const SOCKET = 3;
const encoder = new TextEncoder();
writeSync(SOCKET, Uint8Array.of(${READY}));
const two = receive(2);
for (let batch = 0; batch < (two[0] | (two[1] << 8)); batch++) receive(1);
const job = JSON.parse(new TextDecoder().decode(receiveFrame()));
const lie = job.args[0].replace(/^.*\\/|\\..*$/g, '');
if (lie === '${LEAVES_EARLY}') process.exit(0);
receiveFrame();
({ ${Object.entries(lies)
  .map(([name, body]) => `${JSON.stringify(name)}() { ${body} }`)
  .join(',\n')} })[lie]();
process.exit(0);

function receive(length) {
  const target = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const read = readSync(SOCKET, target, filled, length - filled, null);
    if (read === 0) process.exit(0);
    filled += read;
  }
  return target;
}
function receiveFrame() {
  return receive(new DataView(receive(5).buffer).getUint32(1, true));
}
function raw(bytes) {
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(SOCKET, bytes, sent);
}
function header(type, length) {
  const bytes = new Uint8Array(5);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, length, true);
  return bytes;
}
function frame(type, ...parts) {
  const payload = Buffer.concat(parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part)));
  raw(Buffer.concat([header(type, payload.length), payload]));
}
function journal({ operations = [], contents = [], times = [] }) {
  frame(${FrameType.journal}, JSON.stringify({ operations, contents, times }));
}
function change(inode, size) {
  journal({ contents: [{ inode, size, kept: size }] });
}
function extent(inode, position, text) {
  const place = new DataView(new ArrayBuffer(16));
  place.setFloat64(0, inode, true);
  place.setFloat64(8, position, true);
  frame(${FrameType.extent}, new Uint8Array(place.buffer), text);
}
function ask(question) {
  frame(${FrameType.liveRequest}, question);
}
function add(file, text) {
  frame(${FrameType.liveWrite}, Uint8Array.of(file, 0, 0, 0), text);
}
function statusOf(file) {
  return Uint8Array.of(2, file, 0, 0, 0);
}
function readOf(file, position, length) {
  const question = new DataView(new ArrayBuffer(22));
  question.setUint8(0, 1);
  question.setUint32(1, file, true);
  question.setFloat64(5, position, true);
  question.setUint32(17, length, true);
  question.setUint8(21, 1);
  return new Uint8Array(question.buffer);
}
function end(value) {
  frame(${FrameType.end}, JSON.stringify(value));
}
function hang() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
function fresh(index) {
  return ${NEW_INODE} + index;
}
function create(index, directory, name) {
  return { operation: 'create', inode: fresh(index), type: 4, parent: find(directory).number, name };
}
function find(path) {
  let parent = 2;
  let found;
  for (const name of path.slice(1).split('/')) {
    found = job.inodes.find((inode) => inode.names.some((place) => place.parent === parent && place.name === name));
    parent = found.number;
  }
  return found;
}
/** The number of a file that it was not told of. */
function guess() {
  for (let number = 6; ; number++) if (!job.inodes.some((inode) => inode.number === number)) return number;
}
`;
