/** What only policies of version 2 say, for the commands that show one. */
import { toHex } from '../../proto/bytes.ts';
import type { RunLimitName } from '../../proto/limits.ts';
import type { Policy, PolicyProgram } from '../../proto/policy/model.ts';
import { limitFieldName } from '../../proto/policy/program-settings.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { printable } from './command-io.ts';

/** For `--json`, beside what the older dialects say. */
export function policySettings(policy: Policy): Record<string, unknown> {
  return {
    liveFiles: [...policy.liveFiles],
    receipts: policy.receipts,
    trustRoots: policy.trustRoots.map((root) => parseCertificate(root).subject.text),
    registers: policy.pcrs.map((set) =>
      Object.fromEntries([...set].map(([index, value]) => [`pcr${index}`, toHex(value)])),
    ),
  };
}

export function programSettings(program: PolicyProgram): Record<string, unknown> {
  const { determinism, fuel, interfaces, limits, outcome } = program;
  return {
    arguments: program.arguments,
    environment: program.environment,
    limits,
    deterministic:
      determinism === undefined
        ? null
        : { seed: toHex(determinism.seed), time: timeText(determinism.realtime) },
    fuel: fuel ?? null,
    interfaces,
    outcome,
  };
}

/** Lines of a name and a value; none for what the policy does not say. */
export function policySettingLines(policy: Policy): [string, string][] {
  const lines: [string, string][] = [];
  if (policy.receipts) lines.push(['receipts', 'for every run']);
  for (const path of policy.liveFiles) lines.push(['live', printable(path)]);
  for (const root of policy.trustRoots)
    lines.push(['trust root', `${parseCertificate(root).subject.text}, where its reader trusts it as well`]);
  for (const set of policy.pcrs)
    lines.push(['registers', [...set].map(([index, value]) => `PCR${index} ${toHex(value)}`).join(', ')]);
  return lines;
}

export function programSettingLines(program: PolicyProgram): [string, string][] {
  const { determinism, fuel, interfaces, limits, outcome } = program;
  const lines: [string, string][] = [];
  const name = `program ${program.id}`;
  const say = (what: string, values: readonly string[]) => {
    if (values.length > 0) lines.push([name, `${what}: ${values.map(printable).join(' ')}`]);
  };
  say('arguments', program.arguments.map(quoted));
  say('environment', program.environment.map(quoted));
  say(
    'limits',
    Object.entries(limits).map(([limit, value]) => `${limitFieldName(limit as RunLimitName)}=${value}`),
  );
  if (determinism !== undefined)
    lines.push([
      name,
      `deterministic: its time begins ${timeText(determinism.realtime)}, seed ${toHex(determinism.seed)}`,
    ]);
  if (fuel !== undefined) lines.push([name, `fuel: ${fuel} instructions`]);
  say('interfaces', interfaces);
  if (outcome === 'success') lines.push([name, 'tells who runs it whether it succeeded, and no more']);
  return lines;
}

/** With its nanoseconds, which a Date does not hold. */
function timeText(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = nanoseconds % 1_000_000_000n;
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(9, '0')}Z`;
}

/** So that one can tell where one text ends and the next begins. */
function quoted(text: string): string {
  return /^[\w./=:@%+,-]+$/.test(text) ? text : JSON.stringify(text);
}
