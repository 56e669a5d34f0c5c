/** The services that the dispatcher has of its own: is it there, how does it do, and what is it. */
import type { TLSSocket } from 'node:tls';
import { encodeBase64 } from '../../../proto/base64.ts';
import { toHex } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { Enclave } from '../../manager/enclave.ts';
import { onlyFields, requireBytes } from './payload.ts';
import type { EnclaveService } from './service.ts';

/** What a nonce may be is for the attestation of channels to say; this only bounds what is decoded. */
const MOST_NONCE_BYTES = 1024;

/** Says that somebody is there. Source of its answer: Neo service layer. */
export function pingService(): EnclaveService {
  return {
    type: 'ping',
    operations: [],
    call: async () => ({ status: 'OK' }),
  };
}

/**
 * Figures of the runtime's process. Its programs run in processes of their own and are not in them.
 * Source of the fields: Neo service layer.
 * @param requests how many have come so far
 */
export function metricsService(requests: () => number): EnclaveService {
  return {
    type: 'metrics',
    operations: [],
    call: async () => ({
      cpuUsage: processorShare(),
      memoryUsage: process.memoryUsage.rss(),
      uptime: Math.floor(process.uptime()),
      requestCount: requests(),
      timestamp: new Date().toISOString(),
    }),
  };
}

/** Per cent of one processor over all of the process's life, to two places. */
function processorShare(): number {
  const { user, system } = process.cpuUsage();
  const microseconds = process.uptime() * 1e6;
  return Math.round(((user + system) / microseconds) * 10_000) / 100;
}

/**
 * Attests the very channel that it is asked on, so that a caller knows whom it speaks to before it sends anything.
 * It proves what the data plane's `attest` proves.
 */
export function channelAttestationService(enclave: Enclave, socket: TLSSocket): EnclaveService {
  return {
    type: 'attestation',
    operations: ['attest'],
    call: async ({ payload }) => {
      onlyFields(payload, ['nonce']);
      const nonce = requireBytes(payload, 'nonce', { most: MOST_NONCE_BYTES });
      const document = await enclave.attestChannel(socket, nonce);
      return { document: encodeBase64(document), instanceId: toHex(enclave.instanceId) };
    },
  };
}

/** In its place where the host reads all: a document of such a channel would look like a promise. */
export function plainAttestationService(): EnclaveService {
  return {
    type: 'attestation',
    operations: ['attest'],
    call: async () => {
      throw new TruceError('SERVICE_CHANNEL_PLAIN');
    },
  };
}
