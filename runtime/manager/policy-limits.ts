/**
 * What a policy may use of an enclave: it can lower limits, program by program, and in all by `max_memory_mib`; one that
 * asks for more than there is is refused when it is set, not when somebody runs something.
 */
import { TruceError } from '../../proto/errors.ts';
import { lowerLimits, type RunLimitName, type RunLimits, type RuntimeLimits } from '../../proto/limits.ts';
import type { Policy, PolicyProgram } from '../../proto/policy/model.ts';
import { limitFieldName } from '../../proto/policy/program-settings.ts';

const MIB = 2 ** 20;
const PAGE_BYTES = 65536;
/** However much memory programs want, so much is left for files: the least that an enclave can be set to. */
const LEAST_FILE_BYTES = MIB;

export interface PolicyLimits {
  /** The enclave's, as far as the policy leaves them; those of runs are its own still. */
  readonly enclave: RuntimeLimits;
  readonly programs: ReadonlyMap<PolicyProgram, RunLimits>;
}

/**
 * @throws TruceError POLICY_LIMIT_EXCEEDED, POLICY_MEMORY_EXCEEDED, whose detail `path` is the JSON path of the field
 */
export function limitsOfPolicy(policy: Policy, limits: RuntimeLimits): PolicyLimits {
  for (const [index, program] of policy.programs.entries()) requireAllowed(program, index, limits.run);
  const { maxMemoryMib } = policy;
  const lowered = (run: RunLimits) =>
    new Map(policy.programs.map((program) => [program, lowerLimits(run, program.limits)]));
  if (maxMemoryMib === undefined) return { enclave: limits, programs: lowered(limits.run) };
  return withinMemory(policy, limits, maxMemoryMib * MIB);
}

/**
 * Files and the memories of the programs that run at once, together. A program that states no memory gets its share of
 * half; fewer run at once where not as many fit, and what they leave is for files.
 */
function withinMemory(policy: Policy, limits: RuntimeLimits, maximum: number): PolicyLimits {
  const share = Math.floor(maximum / 2 / limits.runs / PAGE_BYTES) * PAGE_BYTES;
  const unstated = Math.max(PAGE_BYTES, Math.min(limits.run.memoryBytes, share));
  let largest = 0;
  let path = '$.max_memory_mib';
  const programs = new Map<PolicyProgram, RunLimits>();
  for (const [index, program] of policy.programs.entries()) {
    const memoryBytes = program.limits.memoryBytes ?? unstated;
    programs.set(program, lowerLimits(limits.run, { ...program.limits, memoryBytes }));
    if (memoryBytes <= largest) continue;
    largest = memoryBytes;
    if (program.limits.memoryBytes !== undefined) path = limitPath(index, 'memoryBytes');
  }
  const fitting = largest === 0 ? limits.runs : Math.floor((maximum - LEAST_FILE_BYTES) / largest);
  if (fitting < 1) throw new TruceError('POLICY_MEMORY_EXCEEDED', { path, value: largest, limit: maximum });
  const runs = Math.min(limits.runs, fitting);
  const files = maximum - runs * largest;
  return {
    enclave: {
      ...limits,
      runs,
      vfsBytes: Math.min(limits.vfsBytes, files),
      fileBytes: Math.min(limits.fileBytes, files),
    },
    programs,
  };
}

function requireAllowed(program: PolicyProgram, index: number, limits: RunLimits): void {
  const stated = Object.entries(program.limits) as [RunLimitName, number][];
  for (const [name, value] of stated)
    if (value > limits[name])
      throw new TruceError('POLICY_LIMIT_EXCEEDED', {
        path: limitPath(index, name),
        value,
        limit: limits[name],
      });
}

function limitPath(program: number, name: RunLimitName): string {
  return `$.programs[${program}].limits.${limitFieldName(name)}`;
}
