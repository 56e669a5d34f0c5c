/** One connection of the attestation service: a line comes, an answer goes, and that is all, as in the original. */
import type { Duplex } from 'node:stream';
import { TruceError } from '../../../proto/errors.ts';
import { asTruceError } from '../../manager/incident.ts';
import { failed } from './answers.ts';
import { RequestLine } from './request-line.ts';
import { LONGEST_REQUEST } from './service-request.ts';

/** Answers a request. `gone`: nobody waits for the answer any more. undefined: there is none. */
export type Answering = (line: Uint8Array, gone: () => boolean) => Promise<object | undefined>;

export interface ConnectionTimes {
  /** From the connection to the end of its request. */
  readonly requestMilliseconds: number;
  /** How long a peer may take to take its answer and leave. */
  readonly closeMilliseconds: number;
}

/** What a peer may send after its request, read so that it can come to reading the answer. */
const LONGEST_REST = 1 << 20;

/** Serves the connection; `served` is called once, when its answer has been handed over or it is gone. */
export function serveRequest(
  socket: Duplex,
  answering: Answering,
  times: ConnectionTimes,
  served: () => void,
): void {
  let line: RequestLine | undefined = new RequestLine(LONGEST_REQUEST);
  let rest = 0;
  let timer = setTimeout(() => refuse('no whole request came in time'), times.requestMilliseconds);

  const respond = (answer: object | undefined) => {
    served();
    if (socket.destroyed) return;
    if (answer === undefined) return void socket.destroy();
    socket.end(`${JSON.stringify(answer)}\n`);
    timer = setTimeout(() => socket.destroy(), times.closeMilliseconds);
  };
  const refuse = (reason: string) => {
    line = undefined;
    respond(failed(new TruceError('MESSAGE_INVALID', { reason })));
  };
  const take = (request: Uint8Array) => {
    clearTimeout(timer);
    line = undefined;
    answering(request, () => socket.destroyed)
      .catch((error) => failed(asTruceError(error)))
      .then(respond);
  };

  socket.on('data', (chunk: Uint8Array) => {
    if (line === undefined) {
      rest += chunk.length;
      if (rest > LONGEST_REST) socket.destroy();
      return;
    }
    try {
      const request = line.push(chunk);
      if (request !== undefined) take(request);
    } catch (error) {
      clearTimeout(timer);
      line = undefined;
      respond(failed(asTruceError(error)));
    }
  });
  socket.on('end', () => {
    if (line === undefined) return;
    // A peer that ends its side in place of the line has said all as well; one that said nothing wants nothing.
    if (line.rest.length > 0) return take(line.rest);
    line = undefined;
    socket.end();
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    clearTimeout(timer);
    line = undefined;
    served();
  });
}
