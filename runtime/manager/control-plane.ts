/**
 * The control plane: framed bincode messages from the relay's side, which nobody inside trusts. It can bring a policy,
 * ask how things are, and end the enclave, which the host can do anyway.
 */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import {
  type ControlRequest,
  type ControlResponse,
  ControlStatus,
  decodeControlRequest,
  encodeControlResponse,
} from '../../proto/wire/control-messages.ts';
import type { Enclave } from './enclave.ts';

/** A policy of 1 MiB and its framing. */
const LONGEST_MESSAGE = (1 << 20) + (64 << 10);

export function serveControlPlane(enclave: Enclave, socket: Socket): void {
  const decoder = new ControlFrameDecoder(LONGEST_MESSAGE);
  // One answer after the other, in the order of the questions.
  let last: Promise<void> = Promise.resolve();
  socket.on('error', () => socket.destroy());
  socket.on('end', () => void last.then(() => socket.end()));
  socket.on('data', (chunk) => {
    let frames: Uint8Array[];
    try {
      frames = decoder.push(chunk);
    } catch {
      // The framing is lost: nothing that follows can be told apart. What came before is still answered.
      socket.pause();
      void last.then(() => socket.end(() => socket.destroy()));
      return;
    }
    if (frames.length === 0) return;
    // Nothing more is read until the answers to this have been taken.
    socket.pause();
    last = answerAll(enclave, socket, frames).then(() => void socket.resume());
  });
}

async function answerAll(enclave: Enclave, socket: Socket, frames: readonly Uint8Array[]): Promise<void> {
  for (const frame of frames) {
    if (socket.destroyed) return;
    const response = await answer(enclave, frame);
    const bytes = encodeControlFrame(encodeControlResponse(response));
    // Called in any case: with an error where the peer is gone, which ends the socket as well.
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  }
}

async function answer(enclave: Enclave, frame: Uint8Array): Promise<ControlResponse> {
  let request: ControlRequest;
  try {
    request = decodeControlRequest(frame);
  } catch (error) {
    if (error instanceof TruceError) return status(ControlStatus.FAIL);
    throw error;
  }
  switch (request.kind) {
    case 'set_policy':
      try {
        await enclave.setPolicy(request.policy);
        return status(ControlStatus.SUCCESS);
      } catch (error) {
        // Which rule it broke is in the status report.
        if (error instanceof TruceError) return status(ControlStatus.FAIL);
        throw error;
      }
    case 'status':
      return { kind: 'status_report', report: JSON.stringify(enclave.status()) };
    case 'shutdown':
      enclave.shutDown();
      return status(ControlStatus.SUCCESS);
    default:
      // Attestation, Initialize and InstallCertificate come with the proxy attestation server; sessions of Veracruz's
      // server are connections here.
      return status(ControlStatus.UNIMPLEMENTED);
  }
}

function status(code: ControlStatus): ControlResponse {
  return { kind: 'status', status: code };
}
