/** One enclave asked by `truce attest`, and what came of it. */
import { encodeBase64 } from '../../proto/base64.ts';
import { TruceError } from '../../proto/errors.ts';
import {
  type AttestationResponse,
  type VerifiedResponse,
  VsockAttestationClient,
} from '../attestation-client/client.ts';
import type { ServiceStatus } from '../attestation-client/service-answer.ts';
import type { ServiceExpectations } from '../attestation-client/verify-answer.ts';
import type { FoundEnclave } from '../launcher/running-enclaves.ts';
import type { AttestMode, AttestOptions } from './attest-options.ts';
import { writeTogether } from './whole-files.ts';

export type Outcome =
  | { readonly kind: 'failed'; readonly error: TruceError }
  | { readonly kind: 'ping'; readonly message: string; readonly timestamp: number }
  | { readonly kind: 'status'; readonly status: ServiceStatus }
  | { readonly kind: 'attest'; readonly response: AttestationResponse }
  | { readonly kind: 'verify'; readonly response: VerifiedResponse };

const SECOND = 1000;

/** @throws the signal's reason; what else can go wrong is an outcome of its own, since others may be asked too */
export async function ask(
  enclave: FoundEnclave,
  mode: AttestMode,
  options: AttestOptions,
  verification: ServiceExpectations,
  signal: AbortSignal,
): Promise<Outcome> {
  const { port, timeout, save, userData, nonce, generateKey } = options;
  const client = new VsockAttestationClient({
    target: enclave.target(port),
    timeoutMilliseconds: timeout * SECOND,
    verification,
  });
  const request = {
    signal,
    ...(userData === undefined ? {} : { userData }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(generateKey === undefined ? {} : { generateKey }),
  };
  try {
    if (mode === 'ping') return { kind: mode, ...(await client.hail(signal)) };
    if (mode === 'status') return { kind: mode, status: await client.status(signal) };
    const outcome: Outcome =
      mode === 'attest'
        ? { kind: mode, response: await client.requestAttestation(request) }
        : { kind: mode, response: await client.requestAndVerify(request) };
    // One that is not valid is kept too: to be looked at.
    if (save !== undefined) await writeTogether([[save, encodeBase64(outcome.response.document)]]);
    return outcome;
  } catch (error) {
    if (signal.aborted || !(error instanceof TruceError)) throw error;
    return { kind: 'failed', error };
  }
}
