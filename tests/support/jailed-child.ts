/**
 * An executor child for tests of the pool: gets ready, waits for one word on its socket, locks itself in and does what
 * the word says.
 */
import { readlinkSync, readSync, writeSync } from 'node:fs';
import { exitNow } from '../../native/process-control.ts';
import { lockDown, prepareJail } from '../../runtime/executor/jail.ts';

const SOCKET = 3;

prepareJail();
writeSync(SOCKET, Uint8Array.of(0x01));
const buffer = new Uint8Array(64);
const length = readSync(SOCKET, buffer, 0, buffer.length, null);
if (length === 0) exitNow(0);
const word = new TextDecoder().decode(buffer.subarray(0, length));
const facts = {
  pid: process.pid,
  user: process.getuid?.(),
  environment: process.env,
  namespaces: ['pid', 'net', 'ipc', 'mnt'].map((name) => readlinkSync(`/proc/self/ns/${name}`)),
};
lockDown({ dataBytes: 256 << 20, stackBytes: 1 << 20, cpuMilliseconds: 30_000, openFiles: 64, fileBytes: 0 });
if (word === 'describe') writeSync(SOCKET, JSON.stringify(facts));
if (word === 'complain') writeSync(2, `${'x'.repeat(5000)} the last words`);
if (word === 'hang') {
  writeSync(SOCKET, 'hanging');
  for (;;);
}
exitNow(word === 'fail' ? 9 : 0);
