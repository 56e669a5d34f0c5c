/** Enclaves that ask a server of proxy attestation for a certificate, honestly and otherwise. */
import type { Test } from 'tap';
import { readAttempts } from '../../../host-bridge/proxy-attestation/attempt-log.ts';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import { AttestationAuthority, nodeCrypto } from '../../support/attestation-authority.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { freshDatabase, start } from './fresh-proxy-server.ts';

export const authority = await AttestationAuthority.create({ time: Date.now() });
export const policyHash = new Uint8Array(32).fill(7);
export const pcr0 = new Uint8Array(48).fill(1);

/** A server of the test's own, for enclaves that `authority` stands behind. */
export async function serve(t: Test, options: Partial<ProxyAttestationOptions> = {}) {
  const database = freshDatabase();
  const warnings: string[] = [];
  const server = await start({
    database,
    trustRoots: [authority.root],
    measurements: [new Map([[0, pcr0]])],
    warn: (line) => warnings.push(line),
    ...options,
  });
  t.teardown(() => server.close());
  const log = async () => {
    const open = await ProxyDatabase.openToRead(database);
    try {
      return readAttempts(open, 1000);
    } finally {
      open.close();
    }
  };
  return { ...server, warnings, log };
}

export const enclave = () => new ProxyEnclave(authority, policyHash, pcr0);

/** A whole attempt that would succeed but for what `bend` changes. */
export async function attempt(
  url: string,
  bend: (parts: {
    one: ProxyEnclave;
    nonce: Uint8Array;
    csr: Uint8Array;
  }) => Promise<{ token: Uint8Array; csr: Uint8Array; policyHash?: Uint8Array }>,
  request?: Parameters<ProxyEnclave['request']>[0],
  one = enclave(),
) {
  const { id, nonce } = await startRest(url);
  const csr = await one.request(request);
  return submitRest(url, id, await bend({ one, nonce, csr }));
}

export const honest: Parameters<typeof attempt>[1] = async ({ one, nonce, csr }) => ({
  token: await one.document(nonce, csr),
  csr,
});

/** What untagged documents have of a request. */
export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await nodeCrypto.subtle.digest('SHA-256', new Uint8Array(data)));
}
