/** Policies out of the parts that i-poc's services take: a user's and an administrator's, or what VaaS is asked for. */
import { TruceError } from '../../proto/errors.ts';
import type { PolicyWarning } from '../../proto/policy/model.ts';
import { combinePolicies } from '../../proto/policy/service/combine.ts';
import { parseFunctionPolicy } from '../../proto/policy/service/function-policy.ts';
import type { PolicyPart, VaasPolicy } from '../../proto/policy/service/shapes.ts';
import { parseUserPolicy } from '../../proto/policy/service/user-policy.ts';
import { parseVaasPolicy } from '../../proto/policy/service/vaas-policy.ts';
import { oneLinePem } from '../../proto/policy/write.ts';
import type { GenerateOptions } from './generate-options.ts';
import { readOneCertificate } from './generate-plan.ts';
import { readPolicyFile } from './policy-file.ts';

/** Options that the parts decide themselves. */
const decidedByParts = [
  'debug',
  'enableClock',
  'executionStrategy',
  'stdin',
  'stdout',
  'stderr',
] as const satisfies readonly (keyof GenerateOptions)[];

/** Whether parts are to be put together at all. */
export function usesParts({ userPolicy, functionPolicy, vaasPolicy }: GenerateOptions): boolean {
  return userPolicy !== undefined || functionPolicy !== undefined || vaasPolicy !== undefined;
}

/** What is wrong with the options as a whole. `given` tells whether the command line has one. */
export function partsProblem(
  options: GenerateOptions,
  given: (option: keyof GenerateOptions) => boolean,
): string | undefined {
  const { userPolicy, functionPolicy, vaasPolicy } = options;
  if ((userPolicy === undefined) !== (functionPolicy === undefined))
    return '--user-policy and --function-policy need each other';
  if (vaasPolicy === undefined) {
    const decided = decidedByParts.find(given);
    return decided === undefined ? undefined : `${flagOf(decided)} is for the parts to say`;
  }
  if (userPolicy !== undefined) return '--vaas-policy has the user’s and the function’s part in it already';
  const decided = [...decidedByParts, 'cipherSuite', 'loader', 'instanceId'] as const;
  const found = decided.find(given);
  return found === undefined ? undefined : `${flagOf(found)} is for the parts to say`;
}

function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What combining warns of that the function is about; the rest is the user's. */
const ofFunction: ReadonlySet<string> = new Set(['DATA_HASH_NOT_KEPT', 'CLOCK_NOT_SAID']);

/** What VaaS is to be asked for, or was. Errors name the file before the JSON path. */
export async function readParts(options: GenerateOptions, now: number): Promise<PolicyPart<VaasPolicy>> {
  const { userPolicy, functionPolicy, vaasPolicy } = options;
  if (userPolicy === undefined || functionPolicy === undefined) {
    const part = await readPart(vaasPolicy ?? '', (text) => parseVaasPolicy(text, { now }));
    return { ...part, warnings: placed(vaasPolicy ?? '', part.warnings) };
  }
  const user = await readPart(userPolicy, (text) => parseUserPolicy(text, { now }));
  const fn = await readPart(functionPolicy, parseFunctionPolicy);
  const { cipherSuite, instanceId, loader } = options;
  const combined = combinePolicies(user.policy, fn.policy, {
    ...(loader === undefined ? {} : { loader: oneLinePem(await readOneCertificate(loader)) }),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(cipherSuite === undefined ? {} : { cipherSuite }),
  });
  return {
    policy: combined.policy,
    warnings: [
      ...placed(userPolicy, user.warnings),
      ...placed(functionPolicy, fn.warnings),
      ...combined.warnings.flatMap((warning) =>
        placed(ofFunction.has(warning.code) ? functionPolicy : userPolicy, [warning]),
      ),
    ],
  };
}

async function readPart<Part>(file: string, parse: (text: Uint8Array) => Part): Promise<Part> {
  const text = await readPolicyFile(file);
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TruceError) || error.details.path === undefined) throw error;
    throw new TruceError(
      error.code,
      { ...error.details, path: `${file}: ${error.details.path}` },
      { cause: error },
    );
  }
}

function placed(file: string, warnings: readonly PolicyWarning[]): PolicyWarning[] {
  return warnings.map((warning) => ({
    ...warning,
    paths: warning.paths.map((path) => `${path} of ${file}`),
  }));
}
