/** A stand-in for the plain enclave services of an enclave, for the manager's tests: what it answers is the test's to say. */
import { createServer, type Server, type Socket } from 'node:net';
import { encodeServiceFrame, ServiceFrameDecoder } from '../../proto/wire/service-frame.ts';
import {
  decodeServiceRequest,
  encodeServiceAnswer,
  type ServiceRequest,
} from '../../proto/wire/service-message.ts';

/** Answers one request by writing what it likes. */
export type StandInAnswer = (request: ServiceRequest, socket: Socket) => void;

export function serveStandInServices(path: string, answer: StandInAnswer): Promise<Server> {
  const server = createServer((socket) => {
    const decoder = new ServiceFrameDecoder(1 << 20);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) =>
      decoder.push(chunk, (message) => answer(decodeServiceRequest(message), socket)),
    );
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

/** What a service in order answers: the request's own payload. */
export const echo: StandInAnswer = ({ requestId, payload }, socket) => {
  const answer = { requestId, success: true, errorMessage: null, errorCode: null, payload };
  socket.write(encodeServiceFrame(encodeServiceAnswer(answer)));
};
