import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { defaultLimits, enclaveLimitTable, runLimitTable } from '../../../proto/limits.ts';
import {
  CHILD_BYTES,
  machineMemory,
  RESERVED_BYTES,
  withinMemory,
} from '../../../runtime/boot/memory-limit.ts';

const MIB = 2 ** 20;

t.test('what files and programs may take at once is there, whatever the machine has', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 0, max: 4 }), (memory, warm) => {
      let limits: ReturnType<typeof withinMemory>;
      try {
        limits = withinMemory(defaultLimits, memory, warm);
      } catch (error) {
        return error instanceof TruceError && error.code === 'BOOT_MEMORY';
      }
      const { run, runs, vfsBytes, fileBytes } = limits;
      const promised = vfsBytes + runs * (run.dataBytes + CHILD_BYTES) + warm * CHILD_BYTES + RESERVED_BYTES;
      return promised <= memory && fileBytes <= vfsBytes && run.memoryBytes < run.dataBytes;
    }),
  );
});

t.test('limits are only ever cut, and stay in their ranges', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 480 * MIB, max: 2 ** 40 }), (memory) => {
      const { run, ...limits } = withinMemory(defaultLimits, memory, 1);
      const inside = (value: number, asked: number, minimum: number) => value <= asked && value >= minimum;
      return (
        Object.entries(limits).every(([name, value]) => {
          const key = name as keyof typeof limits;
          return inside(value, defaultLimits[key], enclaveLimitTable[key].minimum);
        }) &&
        Object.entries(run).every(([name, value]) => {
          const key = name as keyof typeof run;
          return inside(value, defaultLimits.run[key], runLimitTable[key].minimum);
        })
      );
    }),
  );
});

t.test('an enclave of 512 MiB serves one program at a time, one with plenty everything', async (t) => {
  // What the kernel counts of 512 MiB.
  const small = withinMemory(defaultLimits, 516_341_760, 1);
  t.equal(small.runs, 1);
  t.ok(small.vfsBytes >= 80 * MIB, `${small.vfsBytes} bytes of files`);
  t.ok(small.run.dataBytes >= 80 * MIB, `${small.run.dataBytes} bytes for a program`);
  t.ok(small.keptReceiptBytes < 8 * MIB, `${small.keptReceiptBytes} bytes of receipts`);
  t.equal(small.receiptBytes, defaultLimits.receiptBytes, 'any receipt can be kept');
  t.ok(small.sessions >= 128, `${small.sessions} sessions`);
  t.same(withinMemory(defaultLimits, 64 * 2 ** 30, 1), defaultLimits);
});

t.test('a machine that is too small says how much it takes', async (t) => {
  t.throws(() => withinMemory(defaultLimits, 300 * MIB, 1), {
    code: 'BOOT_MEMORY',
    details: { found: 300, minimum: 464 },
  });
  t.doesNotThrow(() => withinMemory(defaultLimits, 464 * MIB * 0.95, 1));
});

t.test('what this machine has is read from the kernel', async (t) => {
  t.ok(machineMemory() > 64 * MIB);
});
