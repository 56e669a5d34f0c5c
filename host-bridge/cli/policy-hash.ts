/** `truce policy hash FILE`: the policy's identity. It hashes bytes, so a policy that is no longer valid has one too. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { MAXIMUM_POLICY_LENGTH } from '../../proto/policy/model.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { readPolicyFile } from './policy-file.ts';

export function registerPolicyHash(policy: Command, io: CommandIo): void {
  policy
    .command('hash')
    .description('print the SHA-256 of the exact text, which identifies the policy')
    .argument('<file>', 'the policy')
    .option('--json', 'print the hash, and the PCR16 that follows from it, as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const text = await readPolicyFile(file);
      if (text.length > MAXIMUM_POLICY_LENGTH)
        throw new TruceError('POLICY_TOO_LARGE', { limit: MAXIMUM_POLICY_LENGTH });
      const hash = await hashPolicy(text, webcrypto.subtle);
      if (!options.json) {
        io.stdout.write(`${toHex(hash)}\n`);
        return;
      }
      const pcr16 = await policyPcr16(hash, sha384);
      printJson(io, { hash: toHex(hash), pcr16: toHex(pcr16) });
    });
}

async function sha384(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-384', bytes));
}
