/** Wallets whose draws a test may choose, and what their callers have signed. */
import { createHash } from 'node:crypto';
import { WalletService } from '../../../../runtime/services/enclave/wallet-service.ts';
import { ALICE, callService } from '../../../support/service-calls.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
export const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
export const digest = sha256('a transaction');

/** A wallet, and one caller's way to it; `secrets` are what it draws, in their order. */
export function wallet(...secrets: string[]) {
  const service = new WalletService(
    secrets.length === 0 ? {} : { random: () => bytes(secrets.length > 1 ? secrets.shift()! : secrets[0]!) },
  );
  const as = (caller: string) => (operation: string, payload?: object | string) =>
    callService(service, caller, operation, payload);
  return { service, as, call: as(ALICE) };
}
