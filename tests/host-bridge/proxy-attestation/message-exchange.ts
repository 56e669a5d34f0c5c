/** Speaks the messages of Veracruz's earlier server to servers that know the key of one device. */
import type { Test } from 'tap';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import {
  type CertificateChain,
  decodeProxyResponse,
  encodeProxyRequest,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../proto/wire/proxy-attestation-messages.ts';
import { devicePem, runtimeHash } from './device-tokens.ts';
import { serve } from './proxy-attempts.ts';

/** The address of a server of the test's own. */
export async function serveDevice(t: Test, options: Partial<ProxyAttestationOptions> = {}): Promise<string> {
  const { url } = await serve(t, {
    measurements: 'any',
    psa: { keys: [{ publicKey: devicePem }], measurements: [runtimeHash] },
    ...options,
  });
  return url;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

export async function post(url: string, path: string, body: string): Promise<Reply> {
  const answer = await fetch(url + path, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
}

export function send(url: string, path: string, request: ProxyRequest, prefixed = true): Promise<Reply> {
  return post(url, path, Buffer.from(encodeProxyRequest(request, { prefixed })).toString('base64'));
}

const responseOf = ({ text }: Reply): ProxyResponse =>
  decodeProxyResponse(new Uint8Array(Buffer.from(text, 'base64')));

export function chainOf(reply: Reply): CertificateChain {
  const response = responseOf(reply);
  if (response.kind !== 'chain') throw new Error('no chain');
  return response;
}

/** Asks for a challenge; `zero` says whether the answer has a length before it. */
export async function begin(url: string, protocol: string, prefixed = true) {
  const reply = await send(url, '/Start', { kind: 'start', protocol, firmwareVersion: '0.0' }, prefixed);
  const response = responseOf(reply);
  if (response.kind !== 'challenge') throw new Error('no challenge');
  return { ...response, zero: Buffer.from(reply.text, 'base64')[0] === 0 };
}
