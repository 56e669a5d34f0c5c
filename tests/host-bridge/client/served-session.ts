/** A session with an enclave that stands in, and whose answers the test gives. */
import type { TLSSocket } from 'node:tls';
import type { Test } from 'tap';
import { connect, type TruceSession } from '../../../host-bridge/client/index.ts';
import { encodeResponse, type ResponseBody } from '../../../proto/wire/response-codec.ts';
import { type Received, StandInEnclave, type StandInOptions } from './stand-in-enclave.ts';

type Serve = NonNullable<StandInOptions['serve']>;

export async function opened(
  t: Test,
  serve: Serve,
): Promise<{ session: TruceSession; received: Received[] }> {
  const enclave = await StandInEnclave.start(t, { serve });
  const session = await connect(enclave.options);
  t.teardown(() => session.close());
  return { session, received: enclave.received };
}

export const contextOf = (received: Received): number =>
  'header' in received ? received.header.context : received.context;

export function answer(socket: TLSSocket, received: Received, body: ResponseBody = { kind: 'none' }): void {
  socket.write(encodeResponse({ context: contextOf(received), status: 1, ...body }));
}

export function fail(
  socket: TLSSocket,
  received: Received,
  code: string,
  message = '',
  error = new Uint8Array(0),
): void {
  socket.write(
    encodeResponse({ context: contextOf(received), status: 4, kind: 'error', code, message, error }),
  );
}

/** What was received after the attestation, without contexts. */
export const asked = (received: readonly Received[]): string[] =>
  received.slice(1).map((one) => ('header' in one ? `${one.header.kind} ${one.header.fileName}` : one.kind));
