/**
 * A stand-in for what runs in a machine: it answers on a control plane and echoes on a data plane, both Unix sockets. It
 * keeps no secrets, runs nothing and proves nothing.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  decodeControlRequest,
  encodeControlResponse,
} from '../../proto/wire/control-messages.ts';

export interface StandInGuestOptions {
  readonly controlPath: string;
  readonly dataPath: string;
  /** Called when Shutdown has been answered; without it, Shutdown is never answered. */
  readonly shutDown?: () => void;
}

export const STAND_IN_INSTANCE = '5a'.repeat(16);

export async function serveStandInGuest(options: StandInGuestOptions): Promise<void> {
  let policyHash: string | null = null;
  const answer = (request: ControlRequest): ControlResponse => {
    if (request.kind === 'set_policy') policyHash = createHash('sha256').update(request.policy).digest('hex');
    if (request.kind !== 'status') return { kind: 'status', status: 0 };
    return { kind: 'status_report', report: JSON.stringify({ instanceId: STAND_IN_INSTANCE, policyHash }) };
  };
  const control = createServer((socket) => {
    const decoder = new ControlFrameDecoder(1 << 21);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const request = decodeControlRequest(frame);
        const { shutDown } = options;
        if (request.kind === 'shutdown' && shutDown === undefined) continue;
        socket.write(encodeControlFrame(encodeControlResponse(answer(request))), () => {
          if (request.kind === 'shutdown') shutDown?.();
        });
      }
    });
  });
  const data = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await Promise.all([
    new Promise<void>((resolve) => control.listen(options.controlPath, resolve)),
    new Promise<void>((resolve) => data.listen(options.dataPath, resolve)),
  ]);
}
