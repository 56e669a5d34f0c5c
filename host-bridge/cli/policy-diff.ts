/** `truce policy diff FIRST SECOND`: what changes for whom from one policy to the other. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { toHex } from '../../proto/bytes.ts';
import type { PolicyChange } from '../../proto/policy/compare/changes.ts';
import { comparePolicies } from '../../proto/policy/compare/compare.ts';
import { certificateFingerprint } from '../../proto/policy/hash.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { ExitCode, reportFailure } from './failure.ts';
import { foldText } from './fold-text.ts';
import { type LoadedPolicy, loadPolicyFile, type PolicyFileOptions, parseTime } from './policy-file.ts';

/** As diff(1) has it. */
const DiffStatus = { EQUAL: 0, DIFFERENT: 1, TROUBLE: ExitCode.USAGE } as const;
/** Hexadecimal digits of a fingerprint that tell parties of one name apart. */
const FINGERPRINT_DIGITS = 16;

const EXIT_STATUS = `
The exit status is 0 where both mean the same, 1 where they differ, 2 where one cannot be read. Policies of different
dialects can be compared. ! marks what lets somebody do more, or changes what parties rely on.`;

interface DiffOptions extends PolicyFileOptions {
  /** Milliseconds. */
  readonly firstAt?: number;
}

/** @param exit called with the command's exit status */
export function registerPolicyDiff(policy: Command, io: CommandIo, exit: (status: number) => void): void {
  policy
    .command('diff')
    .description('say what changes for whom from one policy to another')
    .argument('<first>', 'the policy as it was')
    .argument('<second>', 'the policy as it is to be')
    .option('--at <time>', 'read both as of then instead of now', parseTime)
    .option('--first-at <time>', 'read the first as of then, such as before it was over', parseTime)
    .option('--json', 'print the changes as JSON')
    .addHelpText('after', EXIT_STATUS)
    .action(async (first: string, second: string, options: DiffOptions) => {
      try {
        const before = await loadPolicyFile(first, options.firstAt ?? options.at);
        const after = await loadPolicyFile(second, options.at);
        const names = await namesOfCertificates([before.policy, after.policy]);
        const changes = comparePolicies(before.policy, after.policy, (der) => names.get(toHex(der))!);
        if (options.json) printJson(io, facts(before, after, changes));
        else io.stdout.write(changesText(before, after, changes));
        exit(changes.length === 0 ? DiffStatus.EQUAL : DiffStatus.DIFFERENT);
      } catch (error) {
        // 1 is taken: a script must be able to tell what differs from what could not be read.
        reportFailure(error, io, { json: options.json ?? false, debug: false });
        exit(DiffStatus.TROUBLE);
      }
    });
}

/** By DER in hexadecimal. */
async function namesOfCertificates(policies: readonly Policy[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { identities, proxy, trustRoots } of policies)
    for (const der of [
      ...identities.map(({ certificate }) => certificate),
      ...(proxy?.certificates ?? []),
      ...trustRoots,
    ]) {
      const fingerprint = await certificateFingerprint(der, webcrypto.subtle);
      const subject = parseCertificate(der).subject.text;
      names.set(toHex(der), `${subject} [${fingerprint.slice(0, FINGERPRINT_DIGITS)}]`);
    }
  return names;
}

function facts(before: LoadedPolicy, after: LoadedPolicy, changes: readonly PolicyChange[]): unknown {
  const side = ({ policy, hash }: LoadedPolicy) => ({ hash, dialect: policy.dialect });
  return { equal: changes.length === 0, first: side(before), second: side(after), changes };
}

function changesText(before: LoadedPolicy, after: LoadedPolicy, changes: readonly PolicyChange[]): string {
  const side = (name: string, { policy, hash }: LoadedPolicy) =>
    `${name}  ${hash} (dialect ${policy.dialect})\n`;
  const heading = side('first ', before) + side('second', after);
  if (changes.length === 0) {
    const texts =
      before.hash === after.hash
        ? 'They are the same to the byte.'
        : 'Both mean the same, but their texts differ and so do their hashes: an enclave proves one of them, not the other.';
    return heading + foldText('', texts);
  }
  const lines = changes.map(({ security, message }) =>
    foldText(security ? '  ! ' : '    ', `${printable(message)}.`),
  );
  const grave = changes.filter(({ security }) => security).length;
  return `${heading}${lines.join('')}changes: ${changes.length}, of which marked: ${grave}\n`;
}
