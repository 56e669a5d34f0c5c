/** The Nitro Secure Module of the enclave that the runtime is in: /dev/nsm, and no other. */
import { NsmDevice } from '../../native/nsm-device.ts';
import { TruceError } from '../../proto/errors.ts';
import { createNsm, type NitroSecureModule } from '../../proto/nsm.ts';

/** @throws TruceError NSM_DEVICE; each request may throw it too */
export function openNsmDevice(): NitroSecureModule {
  const device = failingTyped(() => new NsmDevice());
  return createNsm(
    async (request) => {
      try {
        return await device.exchange(request);
      } catch (error) {
        throw deviceError(error);
      }
    },
    () => device.close(),
  );
}

function failingTyped<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw deviceError(error);
  }
}

function deviceError(error: unknown): TruceError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new TruceError('NSM_DEVICE', { reason: code ?? message }, { cause: error });
}
