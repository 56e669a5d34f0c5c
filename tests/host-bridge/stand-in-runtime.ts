/**
 * A stand-in for the runtime, for tests of the launcher alone: it keeps the runtime's promises to the launcher (boot
 * file, heartbeat, control plane, lifeline) or breaks one of them, as its mode says. It serves no data and holds no policy.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import {
  CONTROL_PORT,
  DATA_PORT,
  HEARTBEAT,
  HEARTBEAT_SOCKET,
  parseBootConfiguration,
} from '../../proto/boot.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlResponse,
  decodeControlRequest,
  encodeControlResponse,
} from '../../proto/wire/control-messages.ts';

export type StandInMode = 'good' | 'silent' | 'failing' | 'stubborn' | 'with-descendant';

export function standIn(mode: StandInMode): void {
  const boot = parseBootConfiguration(readFileSync(process.argv[process.argv.indexOf('--boot') + 1] ?? ''));
  if (boot.transport.kind !== 'unix') throw new TypeError('the stand-in speaks over Unix sockets only');
  const { directory } = boot.transport;
  if (mode === 'failing') {
    process.stderr.write('stand-in: fatal: told to fail\n');
    process.exit(3);
  }
  if (mode === 'stubborn') process.on('SIGTERM', () => {});
  else if (process.argv.includes('--lifeline')) process.stdin.on('end', () => process.exit(0)).resume();
  if (mode === 'with-descendant') {
    const descendant = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(join(directory, 'descendant'), String(descendant.pid));
  }
  const environment = JSON.stringify(process.env);
  createServer((socket) => {
    const decoder = new ControlFrameDecoder(1 << 21);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const request = decodeControlRequest(frame);
        let response: ControlResponse = { kind: 'status', status: 0 };
        if (request.kind === 'status') response = { kind: 'status_report', report: environment };
        else if (request.kind === 'set_policy' && request.policy === '')
          response = { kind: 'status', status: 1 };
        else if (request.kind === 'attestation') response = { kind: 'status', status: 2 };
        if (mode === 'stubborn' && request.kind === 'shutdown') continue;
        socket.write(encodeControlFrame(encodeControlResponse(response)), () => {
          if (request.kind === 'shutdown') process.exit(0);
        });
      }
    });
  }).listen(join(directory, String(CONTROL_PORT)));
  createServer((socket) => socket.pipe(socket)).listen(join(directory, String(DATA_PORT)));
  if (mode === 'silent') return;
  const parent = connect(join(directory, HEARTBEAT_SOCKET));
  parent.write(Uint8Array.of(HEARTBEAT));
  parent.once('data', () => parent.destroy());
}
