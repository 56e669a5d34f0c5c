/** Every enclave service there is, made once for an enclave's life: whoever adds one adds it here. */
import type { ServicesOptions } from '../start-services.ts';
import { accountService } from './account-service.ts';
import type { EnclaveService } from './service.ts';

/** Beside these the dispatcher's own: ping, metrics, and attestation of the connection. */
export function makeEnclaveServices(_options: ServicesOptions): readonly EnclaveService[] {
  return [accountService()];
}
