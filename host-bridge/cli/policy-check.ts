/** `truce policy check FILE`: whether a runtime, or a service, would accept it, and what in it looks like a slip. */
import { type Command, Option } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import type { PolicyWarning } from '../../proto/policy/model.ts';
import { parseFunctionPolicy } from '../../proto/policy/service/function-policy.ts';
import { parseUserPolicy } from '../../proto/policy/service/user-policy.ts';
import { parseVaasPolicy } from '../../proto/policy/service/vaas-policy.ts';
import { type CommandIo, printJson } from './command-io.ts';
import {
  loadPolicyFile,
  type PolicyFileOptions,
  parseTime,
  policyFacts,
  printWarnings,
  readPolicyFile,
} from './policy-file.ts';

/** What services make policies of. */
const partReaders = {
  user: parseUserPolicy,
  function: parseFunctionPolicy,
  vaas: parseVaasPolicy,
} as const;

interface CheckOptions extends PolicyFileOptions {
  readonly part?: keyof typeof partReaders;
}

export function registerPolicyCheck(policy: Command, io: CommandIo): void {
  policy
    .command('check')
    .description('check a policy against everything that a runtime demands')
    .argument('<file>', 'the policy')
    .addOption(
      new Option('--part <name>', 'it is a part that services make policies of').choices(
        Object.keys(partReaders),
      ),
    )
    .option('--at <time>', 'check as of then instead of now', parseTime)
    .option('--json', 'print facts as JSON')
    .action(async (file: string, options: CheckOptions) => {
      const { facts, summary, warnings } = await checked(file, options, io);
      if (options.json) {
        printJson(io, { valid: true, ...facts });
        return;
      }
      io.stdout.write(`${file}: valid (${summary}, warnings: ${warnings.length})\n`);
      if (facts.hash !== undefined) io.stdout.write(`${String(facts.hash)}\n`);
      printWarnings(io, warnings);
    });
}

interface Checked {
  readonly facts: Record<string, unknown>;
  readonly summary: string;
  readonly warnings: readonly PolicyWarning[];
}

/** With `--json` a refusal is a fact as well, besides being the command's failure. */
async function checked(file: string, options: CheckOptions, io: CommandIo): Promise<Checked> {
  try {
    return await (options.part === undefined
      ? checkedPolicy(file, options.at)
      : checkedPart(file, options.part, options.at));
  } catch (error) {
    if (options.json && error instanceof TruceError) {
      const { code, message, details } = error;
      printJson(io, { valid: false, error: { code, message, details } });
    }
    throw error;
  }
}

async function checkedPolicy(file: string, at: number | undefined): Promise<Checked> {
  const loaded = await loadPolicyFile(file, at);
  const { dialect, identities, programs, warnings } = loaded.policy;
  const summary = `dialect ${dialect}; identities: ${identities.length}, programs: ${programs.length}`;
  return { facts: policyFacts(loaded), summary, warnings };
}

async function checkedPart(file: string, part: keyof typeof partReaders, at = Date.now()): Promise<Checked> {
  const { policy, warnings } = partReaders[part](await readPolicyFile(file), { now: at });
  const identities = 'identities' in policy ? [`identities: ${policy.identities.length}`] : [];
  const programs = 'programs' in policy ? [`programs: ${policy.programs.length}`] : [];
  const summary = `${part} policy; ${[...identities, ...programs].join(', ')}`;
  return { facts: { part, warnings }, summary, warnings };
}
