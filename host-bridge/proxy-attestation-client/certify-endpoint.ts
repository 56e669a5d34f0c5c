/** One attempt to have an enclave's endpoint certified: challenge, attestation, certificate, into the enclave. */
import type { Socket } from 'node:net';
import { readTruceExtension, TruceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { TruceError } from '../../proto/errors.ts';
import { parseCertificate, splitCertificates } from '../../proto/x509/certificate.ts';
import { parseCertificationRequest } from '../../proto/x509/certification-request.ts';
import { ControlClient } from '../launcher/control-client.ts';
import { refusalIn } from '../launcher/runtime-status.ts';
import type { ProxyAttestationClient } from './proxy-client.ts';

export interface CertifiedEndpoint {
  /** When the certificate ends: milliseconds since 1970. */
  readonly notAfter: number;
}

/**
 * The enclave has its policy already, so that what it asks for names it.
 * @throws TruceError those of the proxy's client and of the control plane, ENDPOINT_NOT_CERTIFIED; or the signal's reason
 */
export async function certifyEndpoint(
  client: ProxyAttestationClient,
  connectControl: () => Promise<Socket>,
  signal?: AbortSignal,
): Promise<CertifiedEndpoint> {
  const challenge = await client.start(signal);
  const control = new ControlClient(await connectControl());
  try {
    const { document, csr } = await attest(control, challenge.nonce, challenge.idBytes);
    const policyHash = readTruceExtension(parseCertificationRequest(csr), TruceExtension.POLICY_HASH);
    const chain = await client.certify(challenge, { document, csr, policyHash }, signal);
    await telling(control, () => control.installCertificate(chain));
    // The enclave has read and judged it: only its end is wanted here.
    return { notAfter: parseCertificate(splitCertificates(chain)[0] ?? chain).notAfter };
  } finally {
    control.close();
  }
}

function attest(
  control: ControlClient,
  nonce: Uint8Array,
  id: Uint8Array,
): Promise<{ document: Uint8Array; csr: Uint8Array }> {
  return telling(control, () => control.attestation(nonce, id));
}

/** Says why the enclave refused, which it tells in its status. */
async function telling<T>(control: ControlClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof TruceError) || cause.code !== 'CONTROL_REFUSED') throw cause;
    throw new TruceError('ENDPOINT_NOT_CERTIFIED', { reason: refusalIn(await control.status()) }, { cause });
  }
}
