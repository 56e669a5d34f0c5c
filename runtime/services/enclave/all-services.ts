/** Every enclave service there is, made once for an enclave's life: whoever adds one adds it here. */
import { POLICY_PCR } from '../../../proto/attestation/measurements.ts';
import { toHex } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { ServicesOptions } from '../start-services.ts';
import { accountService } from './account-service.ts';
import { FunctionService } from './function-service.ts';
import { carriedBytes } from './payload-names.ts';
import { SealedStateService, stateCapacity } from './sealed-state-service.ts';
import { SecretsService } from './secrets-service.ts';
import { type EnclaveService, HOST_CALLER, type KeptState } from './service.ts';
import { KmsStateKeys, type StateKeys } from './state-keys.ts';
import { WalletService } from './wallet-service.ts';

/** Of what all services may keep together, so that one message carries it sealed. The account service keeps 33 bytes. */
const WALLETS_SHARE = 1 / 4;
const SECRETS_SHARE = 1 / 2;

/** Beside these the dispatcher's own: ping, metrics, and attestation of the connection. */
export function makeEnclaveServices(options: ServicesOptions): readonly EnclaveService[] {
  const { enclave, limits, nsm, keys } = options;
  const longest = carriedBytes(limits.serviceMessageBytes);
  const capacity = stateCapacity(longest);
  const wallet = new WalletService({ stateBytes: Math.floor(capacity * WALLETS_SHARE) });
  const secrets = new SecretsService({ stateBytes: Math.floor(capacity * SECRETS_SHARE), keys });
  const kept = [wallet, secrets, accountService()];
  const sealed = new SealedStateService({
    states: new Map(kept.flatMap(({ type, state }): [string, KeptState][] => (state ? [[type, state]] : []))),
    keys: stateKeys(options),
    policyPcr: async () => {
      const { data, locked } = await nsm.describePcr(POLICY_PCR);
      if (!locked) throw new TruceError('POLICY_NOT_SET');
      return toHex(data);
    },
    // Who may end the enclave, and what it keeps with it. In the plain form everything is the host's anyway.
    permits: (caller) => caller === HOST_CALLER || enclave.functions.party(caller).mayShutDown,
    longest,
  });
  enclave.reportOn('state', () => sealed.facts);
  const functions = new FunctionService({
    secrets: secrets.state,
    runs: () => enclave.functions,
    longest,
  });
  return [...kept, functions, sealed];
}

function stateKeys({ configuration, transport, nsm, enclave }: ServicesOptions): StateKeys | undefined {
  const kms = configuration.services?.kms;
  if (kms === undefined) return undefined;
  const connect = () => transport.connectParent(kms.port);
  return new KmsStateKeys({ kms, connect, nsm, instanceId: enclave.instanceId, now: Date.now });
}
