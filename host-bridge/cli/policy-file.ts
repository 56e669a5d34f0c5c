/** A policy in a file, as the commands that look at one take it. */
import { webcrypto } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { toHex } from '../../proto/bytes.ts';
import { hashPolicyHex } from '../../proto/policy/hash.ts';
import { MAXIMUM_POLICY_LENGTH, type Policy, type PolicyWarning } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { CommandIo } from './command-io.ts';
import { readLocalFile } from './local-files.ts';

export interface LoadedPolicy {
  readonly policy: Policy;
  /** SHA-256 of the exact bytes, in hexadecimal. */
  readonly hash: string;
}

/** Options of the commands that read a policy. */
export interface PolicyFileOptions {
  /** Milliseconds. */
  readonly at?: number;
  readonly json?: boolean;
}

export function readPolicyFile(path: string): Promise<Uint8Array> {
  // One byte more is let through, for the policy's own error about its length.
  return readLocalFile(path, MAXIMUM_POLICY_LENGTH + 1);
}

/** Reads and checks a policy as of `at`, or of now. */
export async function loadPolicyFile(path: string, at = Date.now()): Promise<LoadedPolicy> {
  const text = await readPolicyFile(path);
  const policy = parsePolicy(text, { now: at });
  return { policy, hash: await hashPolicyHex(text, webcrypto.subtle) };
}

/** An option's time as ISO 8601 or RFC 2822 write it, in milliseconds. */
export function parseTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('a time such as 2030-01-31T12:00Z is due.');
  return time;
}

export function printWarnings(io: CommandIo, warnings: readonly PolicyWarning[]): void {
  for (const { code, message, paths } of warnings) {
    io.stderr.write(`warning: ${message} [${code}]\n`);
    for (const path of paths) io.stderr.write(`  at ${path}\n`);
  }
}

/** Facts about a policy that are the same for every command's `--json`. */
export function policyFacts({ policy, hash }: LoadedPolicy): Record<string, unknown> {
  return {
    hash,
    dialect: policy.dialect,
    server: policy.serverAddress.text,
    proxy: policy.proxy?.server.text ?? null,
    cipherSuite: policy.cipherSuite.name,
    tlsVersion: policy.cipherSuite.tlsVersion,
    expiry: new Date(policy.certificateExpiry).toISOString(),
    strategy: policy.strategy,
    clock: policy.enableClock,
    debug: policy.debug,
    maxMemoryMib: policy.maxMemoryMib ?? null,
    measurements: Object.fromEntries([...policy.measurements].map(([name, hash]) => [name, toHex(hash)])),
    warnings: policy.warnings,
  };
}
