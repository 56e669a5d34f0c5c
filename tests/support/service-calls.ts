/** Calls an enclave service as its dispatcher does: the payload comes out of JSON, and the answer goes into it. */
import { readJson } from '../../proto/json/reader.ts';
import type { EnclaveService } from '../../runtime/services/enclave/service.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** Caller ids of parties, as SHA-256 of their certificates would be. */
export const ALICE = 'a1'.repeat(32);
export const BOB = 'b0'.repeat(32);
export const CAROL = 'c4'.repeat(32);

/** @param payload an object, or the JSON text of one */
export async function callService(
  service: EnclaveService,
  caller: string,
  operation: string,
  payload: object | string = {},
  signal = new AbortController().signal,
): Promise<Answer> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const root = readJson(text, { bytes: 64 << 20 });
  if (root.kind !== 'object') throw new TypeError('a payload is an object');
  const answer = await service.call({ caller: { id: caller }, operation, payload: root.members, signal });
  return JSON.parse(JSON.stringify(answer)) as Answer;
}
