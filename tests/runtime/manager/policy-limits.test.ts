import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { defaultLimits, type RunLimits, type RuntimeLimits } from '../../../proto/limits.ts';
import type { Policy, PolicyProgram } from '../../../proto/policy/model.ts';
import { limitsOfPolicy } from '../../../runtime/manager/policy-limits.ts';

const MIB = 2 ** 20;
const PAGE = 65536;
const limits: RuntimeLimits = { ...defaultLimits, runs: 2 };

/** What of a policy decides how much it may use. */
function policy(programs: readonly Partial<RunLimits>[], maxMemoryMib?: number): Policy {
  return { programs: programs.map((stated) => ({ limits: stated })), maxMemoryMib } as unknown as Policy;
}

function allowed(made: Policy, of = limits) {
  const { enclave, programs } = limitsOfPolicy(made, of);
  return { enclave, runs: made.programs.map((program: PolicyProgram) => programs.get(program)!) };
}

t.test('a program has the enclave’s limits but for those that the policy lowers', async (t) => {
  const { enclave, runs } = allowed(policy([{ memoryBytes: MIB, openFiles: 8 }, {}]));
  t.same(runs, [{ ...limits.run, memoryBytes: MIB, openFiles: 8 }, limits.run]);
  t.equal(enclave, limits);
});

t.test('more than the enclave allows is refused, with its place and the bound', async (t) => {
  const of = { ...limits, run: { ...limits.run, wallMilliseconds: 1000 } };
  t.same(allowed(policy([{ wallMilliseconds: 1000 }]), of).runs[0]!.wallMilliseconds, 1000);
  t.throws(() => limitsOfPolicy(policy([{}, { wallMilliseconds: 1001 }]), of), {
    code: 'POLICY_LIMIT_EXCEEDED',
    details: { path: '$.programs[1].limits.wall_milliseconds', value: 1001, limit: 1000 },
  });
});

t.test('max_memory_mib is for files and for the programs that run at once', async (t) => {
  const shared = allowed(policy([{}, {}], 256));
  t.same(
    shared.runs.map(({ memoryBytes }) => memoryBytes),
    [64 * MIB, 64 * MIB],
    'half of it for two programs',
  );
  t.match(shared.enclave, { runs: 2, vfsBytes: 128 * MIB, fileBytes: 128 * MIB });
  const one = allowed(policy([{ memoryBytes: 200 * MIB }, {}], 256));
  t.match(one.enclave, { runs: 1, vfsBytes: 56 * MIB }, 'two of them would not fit at once');
  t.same(
    one.runs.map(({ memoryBytes }) => memoryBytes),
    [200 * MIB, 64 * MIB],
  );
  t.match(allowed(policy([], 256)).enclave, { runs: 2, vfsBytes: 256 * MIB }, 'no programs, all for files');
  t.match(allowed(policy([], 1)).enclave, { vfsBytes: MIB }, 'files alone need no more than their least');
  t.same(allowed(policy([{}], 1 << 20)).enclave, limits, 'more than the enclave has changes nothing');
});

t.test('a program whose memory leaves nothing for files is refused', async (t) => {
  const memory = (mib: number, of: number) =>
    limitsOfPolicy(policy([{}, { memoryBytes: mib * MIB }], of), limits);
  t.equal(memory(255, 256).enclave.vfsBytes, MIB);
  t.throws(() => memory(256, 256), {
    code: 'POLICY_MEMORY_EXCEEDED',
    details: { path: '$.programs[1].limits.memory_bytes', value: 256 * MIB, limit: 256 * MIB },
  });
  t.throws(() => limitsOfPolicy(policy([{}], 1), limits), {
    code: 'POLICY_MEMORY_EXCEEDED',
    details: { path: '$.max_memory_mib' },
  });
});

t.test('what it allows together never is more than max_memory_mib, nor than the enclave has', async () => {
  const stated = fc.option(fc.integer({ min: 1, max: 1024 }), { nil: undefined });
  const property = fc.property(
    fc.array(stated, { maxLength: 5 }),
    fc.integer({ min: 1, max: 4096 }),
    fc.integer({ min: 1, max: 16 }),
    (memories, maxMemoryMib, runs) => {
      const made = policy(
        memories.map((mib) => (mib === undefined ? {} : { memoryBytes: mib * MIB })),
        maxMemoryMib,
      );
      try {
        const { enclave, runs: programs } = allowed(made, { ...limits, runs });
        const largest = Math.max(0, ...programs.map(({ memoryBytes }) => memoryBytes));
        return (
          enclave.runs >= 1 &&
          enclave.runs <= runs &&
          enclave.vfsBytes >= MIB &&
          enclave.vfsBytes + enclave.runs * largest <= maxMemoryMib * MIB &&
          programs.every(({ memoryBytes }) => memoryBytes >= PAGE && memoryBytes % PAGE === 0)
        );
      } catch (error) {
        return error instanceof TruceError && error.code === 'POLICY_MEMORY_EXCEEDED';
      }
    },
  );
  fc.assert(property);
});
