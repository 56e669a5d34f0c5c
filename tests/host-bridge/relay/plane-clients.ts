/** A real HTTP plane before an enclave of ours that stands in, and what may speak to it: a client, or bytes alone. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Test } from 'tap';
import type { HttpPlane, HttpPlaneOptions } from '../../../host-bridge/relay/http-plane.ts';
import { planeTo } from '../../support/http-plane.ts';
import { type Cut, HttpPlaneClient } from '../../support/http-plane-client.ts';
import { clientHello, type PlaneReply, post } from '../../support/http-plane-post.ts';
import { type StandInEnclave, standInEnclave } from '../../support/stand-in-tls-enclave.ts';
import { makeParty } from '../../support/test-enclave.ts';

export const party = await makeParty('an-old-client');
const credentials = { cert: party.certificate, key: party.key };

export async function both(
  t: Test,
  changes: Partial<HttpPlaneOptions> = {},
): Promise<{ plane: HttpPlane; enclave: StandInEnclave }> {
  const enclave = await standInEnclave(t, party);
  return { enclave, plane: await planeTo(t, enclave.path, changes) };
}

export async function client(t: Test, plane: HttpPlane, cut: Cut = 'record'): Promise<HttpPlaneClient> {
  const made = await HttpPlaneClient.connect(plane.address, credentials, cut);
  t.teardown(() => made.close());
  return made;
}

/** What a connection says until it ends, after all of `text` has been sent. */
export async function converse(plane: HttpPlane, text: string, end = true): Promise<string> {
  const socket = connect(plane.address);
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  if (end) socket.end(text);
  else socket.write(text);
  await once(socket, 'close');
  return said;
}

export function request(body: string, headers = `content-length: ${body.length}`): string {
  return `POST /runtime_manager HTTP/1.1\r\nhost: relay\r\n${headers}\r\n\r\n${body}`;
}

/** A POST that the plane has taken on when this resolves, on a connection of its own, and all that it says to that. */
export async function begun(plane: HttpPlane, body: string): Promise<{ readonly reply: Promise<string> }> {
  const socket = connect(plane.address).on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  const reply = once(socket, 'close').then(() => said);
  const headers = `connection: close\r\ncontent-length: ${body.length}`;
  await new Promise((resolve) => socket.write(request(body, headers), resolve));
  // What has come to the plane later has been answered.
  await post(plane.address, '');
  return { reply };
}

/** Opens a session as far as the enclave's first flight. */
export async function open(plane: HttpPlane, options = {}): Promise<PlaneReply & { readonly id: string }> {
  const reply = await post(plane.address, `0 ${(await clientHello()).toString('base64')}`, options);
  return { ...reply, id: reply.body.split(' ')[0] ?? '' };
}
