/** `truce policy generate`: a policy out of certificates, programs and capabilities, or out of its parts. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { hashPolicyHex } from '../../proto/policy/hash.ts';
import type { PolicyWarning } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { PolicyPlace, PolicyPlan } from '../../proto/policy/plan.ts';
import { completedParts, vaasPolicyOf } from '../../proto/policy/service/complete.ts';
import { formOf, type VaasPolicy } from '../../proto/policy/service/shapes.ts';
import { parseVaasPolicy } from '../../proto/policy/service/vaas-policy.ts';
import { translatePlan } from '../../proto/policy/translate.ts';
import { policyJson, writePolicy } from '../../proto/policy/write.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { addGenerateOptions, type GeneratedDialect, type GenerateOptions } from './generate-options.ts';
import { partsProblem, readParts, usesParts } from './generate-parts.ts';
import { DEFAULT_LIFETIME, planOfPrincipals, readPlace, readVersion2 } from './generate-plan.ts';
import { writeLocalFile } from './local-files.ts';
import { policyFacts, printWarnings } from './policy-file.ts';
import { PrincipalList } from './policy-principals.ts';

export function registerPolicyGenerate(policy: Command, io: CommandIo): void {
  const principals = new PrincipalList();
  const command = policy
    .command('generate')
    .description('write a policy; give each certificate, program and pipeline its capabilities');
  addGenerateOptions(command, principals);
  command.action((options: GenerateOptions) => generate(options, principals, command, io));
}

/** A text that has passed its reader, and what to tell of it. */
interface Generated {
  readonly text: string;
  readonly facts: Record<string, unknown>;
  readonly warnings: readonly PolicyWarning[];
}

async function generate(
  options: GenerateOptions,
  principals: PrincipalList,
  command: Command,
  io: CommandIo,
): Promise<void> {
  const given = (option: keyof GenerateOptions) => command.getOptionValueSource(option) === 'cli';
  const usage = (problem: string) => command.error(`error: ${problem}`, { exitCode: 2, code: 'truce.usage' });
  const problem = optionProblem(options, principals, given);
  if (problem !== undefined) usage(problem);
  const now = options.at ?? Date.now();
  const generated = usesParts(options)
    ? await fromParts(options, given('maxMemoryMib'), now, usage)
    : await fromPrincipals(options, principals, now, usage);
  const { text, facts, warnings } = generated;
  if (options.output !== undefined) await writeLocalFile(options.output, text);
  if (options.json)
    printJson(io, {
      ...(options.output === undefined ? { policy: text } : { file: options.output }),
      ...facts,
    });
  else {
    if (options.output === undefined) io.stdout.write(text);
    else io.stdout.write(`${String(facts.hash)}\n`);
    printWarnings(io, warnings);
  }
}

function dialectOf({ dialect, vaas }: GenerateOptions): GeneratedDialect | undefined {
  return vaas ? 'vaas' : dialect;
}

/** What commander cannot see: options that exclude or need each other. */
function optionProblem(
  options: GenerateOptions,
  principals: PrincipalList,
  given: (option: keyof GenerateOptions) => boolean,
): string | undefined {
  const { proxy, proxyCertificate } = options;
  const parts = usesParts(options);
  const dialect = dialectOf(options) ?? (parts ? undefined : 'veracruz');
  if (options.vaas && options.dialect !== undefined && options.dialect !== 'vaas')
    return '--vaas is a dialect itself';
  if (parts) {
    if (!principals.empty)
      return 'certificates, programs and the like stand in the parts: give one or the other';
    const problem = partsProblem(options, given);
    if (problem !== undefined) return problem;
  } else {
    if (principals.certificates.length === 0 && principals.problem() === undefined)
      return 'give each party with --certificate, or parts with --user-policy and --function-policy';
    const problem = principals.problem() ?? principalsProblem(options, principals, dialect);
    if (problem !== undefined) return problem;
  }
  if (options.server === undefined && dialect !== 'vaas') return '--server is due: where clients connect';
  if ((proxy === undefined) !== (proxyCertificate === undefined))
    return '--proxy and --proxy-certificate need each other';
  if (options.measurement !== undefined && options.pcrFile !== undefined)
    return '--measurement and --pcr-file say the same';
  const version2 = (['shutdown', 'live', 'receipts', 'trustRoot', 'pcr'] as const).find(given);
  if (version2 !== undefined && dialect !== 'truce-2') return `--dialect version2 alone knows --${version2}`;
  return undefined;
}

function principalsProblem(
  options: GenerateOptions,
  principals: PrincipalList,
  dialect: GeneratedDialect | undefined,
): string | undefined {
  const { loader, instanceId, stdin, stdout, stderr } = options;
  if (loader !== undefined) return '--loader goes with --user-policy and --function-policy';
  if (instanceId !== undefined && dialect !== 'vaas') return '--instance-id goes with --vaas';
  const { pipelines, hashes, nativeModules, settingsFiles } = principals;
  if (dialect === 'seed-004' && pipelines.length + hashes.length + nativeModules.length > 0)
    return 'seed004 has neither pipelines nor hashes of data nor native modules';
  if (dialect === 'vaas' && pipelines.length + nativeModules.length > 0)
    return 'requests to VaaS have neither pipelines nor native modules';
  if (dialect !== 'truce-2' && settingsFiles.length > 0)
    return '--dialect version2 alone knows --program-settings';
  if (dialect !== 'seed-004' && [stdin, stdout, stderr].some((rights) => rights !== undefined))
    return 'other dialects than seed004 grant streams by capabilities, such as stdout:w';
  return undefined;
}

async function fromPrincipals(
  options: GenerateOptions,
  principals: PrincipalList,
  now: number,
  usage: (problem: string) => never,
): Promise<Generated> {
  const dialect = dialectOf(options) ?? 'veracruz';
  const plan = await planOfPrincipals(principals, options, dialect);
  const place = await readPlace(options, now);
  if (dialect === 'vaas') return asVaas(vaasPolicyOf(plan, options.instanceId, place.expiry), [], now);
  const full = { ...place, expiry: place.expiry ?? now + DEFAULT_LIFETIME };
  return asPolicy(await withVersion2(plan, options, usage), full, dialect, [], now);
}

async function fromParts(
  options: GenerateOptions,
  saysMemory: boolean,
  now: number,
  usage: (problem: string) => never,
): Promise<Generated> {
  const { policy: vaas, warnings } = await readParts(options, now);
  const form = formOf(vaas);
  const dialect = dialectOf(options) ?? form;
  if (dialect === 'vaas') return asVaas(vaas, warnings, now);
  const { plan, place } = completedParts(vaas, { ...(await readPlace(options, now)), now });
  const translated = translatePlan(plan, form, dialect);
  // The form of 2021 says nothing of memory, and Veracruz's dialect has to.
  const memory = saysMemory || (dialect === 'veracruz' && form === 'seed-004');
  if (saysMemory && plan.maxMemoryMib !== undefined) usage('--max-memory-mib is for the parts to say');
  const sized = memory ? { ...translated.plan, maxMemoryMib: options.maxMemoryMib } : translated.plan;
  const all = [...warnings, ...translated.warnings];
  return asPolicy(await withVersion2(sized, options, usage), place, dialect, all, now);
}

/** Adds what the options say of version 2. */
async function withVersion2(
  plan: PolicyPlan,
  options: GenerateOptions,
  usage: (problem: string) => never,
): Promise<PolicyPlan> {
  const { shutdown } = options;
  const version2 = await readVersion2(options);
  if (shutdown === undefined) return { ...plan, version2 };
  const unknown =
    shutdown === 'all'
      ? undefined
      : shutdown.find((id) => !plan.identities.some((identity) => identity.id === id));
  if (unknown !== undefined) usage(`--shutdown: there is no identity ${unknown}`);
  const identities = plan.identities.map((identity) => ({
    ...identity,
    mayShutDown: shutdown === 'all' || shutdown.includes(identity.id),
  }));
  return { ...plan, identities, version2 };
}

async function asPolicy(
  plan: PolicyPlan,
  place: PolicyPlace,
  dialect: Exclude<GeneratedDialect, 'vaas'>,
  before: readonly PolicyWarning[],
  now: number,
): Promise<Generated> {
  const text = writePolicy(plan, place, dialect);
  const policy = parsePolicy(text, { now });
  const hash = await hashPolicyHex(text, webcrypto.subtle);
  const warnings = [...before, ...policy.warnings];
  return { text, facts: { ...policyFacts({ policy, hash }), warnings }, warnings };
}

/** A request has no identity as policies have one, but its bytes have a hash. */
async function asVaas(vaas: VaasPolicy, before: readonly PolicyWarning[], now: number): Promise<Generated> {
  const text = policyJson(vaas);
  const { policy, warnings: own } = parseVaasPolicy(text, { now });
  // The parts have told of theirs.
  const warnings = [...before, ...own.filter(({ code }) => !before.some((told) => told.code === code))];
  const hash = await hashPolicyHex(text, webcrypto.subtle);
  return { text, facts: { hash, dialect: 'vaas', form: formOf(policy), warnings }, warnings };
}
