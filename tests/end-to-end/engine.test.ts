import t from 'tap';
import { Errno } from '../../runtime/vfs/errno.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { idle } from '../support/enclave-status.ts';
import { modifyInstallation, REAL_CHILD } from '../support/modified-installation.ts';
import { RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave, testLauncher } from '../support/test-enclave.ts';

/**
 * The real child, jail and all; only that after `_start` V8 is asked which compiler the function `work` comes from, and
 * the answer becomes the exit code. The question is a V8 native, so it stands in a file that is read under its flag.
 */
const [BASELINE, OPTIMISED, NEITHER] = [41, 42, 43];
const child = `
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--allow-natives-syntax');
const { tierOf } = await import('./tier.js');
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  const { work, memory, _start } = instance.exports;
  if (work === undefined) return instance;
  const start = () => {
    _start();
    imports.wasi_snapshot_preview1.proc_exit(tierOf(work));
  };
  return { exports: { work, memory, _start: start } };
};
await import('./${REAL_CHILD}');
`;
/** Optimised code comes from another thread, which a busy machine may keep waiting; where none is to come, we do not wait long. */
const LOOKS = { JIT: 100_000, Interpretation: 500 };
const tier = (looks: number) => `
const nap = new Int32Array(new SharedArrayBuffer(4));
export function tierOf(work) {
  for (let look = 0; look < ${looks} && !%IsTurboFanFunction(work); look++) {
    for (let call = 0; call < 100; call++) work(call);
    Atomics.wait(nap, 0, 0, 2);
  }
  if (%IsTurboFanFunction(work)) return ${OPTIMISED};
  return %IsLiftoffFunction(work) ? ${BASELINE} : ${NEITHER};
}
`;

const hot = await compileText(`(module (memory (export "memory") 1)
  (func $work (export "work") (param i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $again (i32.gt_s (local.get 0) (i32.const 0))))
    (local.get $sum))
  (func (export "_start")
    (local $calls i32)
    (loop $again
      (drop (call $work (i32.const 100)))
      (local.set $calls (i32.add (local.get $calls) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $calls) (i32.const 100000))))))`);
const programs = {
  hot,
  'read-clock': await compileSample('read-clock'),
  'exit-three': await compileSample('exit-three'),
  'memory-bomb': await compileSample('memory-bomb'),
  'many-files': await compileSample('many-files'),
};
const path = (name: string) => `/bin/${name}.wasm`;
const party = await makeParty('party');

for (const [strategy, expected] of [
  ['JIT', OPTIMISED],
  ['Interpretation', BASELINE],
] as const)
  t.test(`${strategy}: which compiler the code comes from, in the jail`, async (t) => {
    const installation = modifyInstallation(child, { 'tier.js': tier(LOOKS[strategy]) });
    t.teardown(() => installation.remove());
    const enclave = await startTestEnclave(
      {
        parties: [{ certificate: party.certificate, rights: { '/bin/': WRITE | RUN, '/output/': WRITE } }],
        programs: Object.entries(programs).map(([name, module]) => ({
          path: path(name),
          module,
          rights: { '/output/': WRITE },
        })),
        strategy,
        clock: strategy === 'JIT',
      },
      // The engine has less than the program may ask for: it is the engine's own limit that is met.
      {
        installation,
        limits: {
          vfsInodes: 1_000_000,
          run: {
            dataBytes: 64 << 20,
            memoryBytes: 2 ** 30,
            newInodes: 1_000_000,
            journalOperations: 1_000_000,
          },
        },
      },
    );
    t.teardown(() => enclave.stop());
    const session = await enclave.connect(party);
    for (const [name, module] of Object.entries(programs)) await session.writeFile(path(name), module);
    t.same(await session.run(path('hot')), { exitCode: expected });
    t.same(await session.run(path('exit-three')), { exitCode: 3 });
    const clock = strategy === 'JIT' ? 0 : Errno.NOTCAPABLE;
    t.same(await session.run(path('read-clock')), { exitCode: clock }, 'the clock is as the policy says');

    if (strategy === 'JIT') {
      // It exits with 1 when memory.grow answers -1; the engine's own needs may find no room before.
      await t.rejects(session.run(path('memory-bomb')), { code: 'RUN_MEMORY_LIMIT' });
      await t.rejects(
        session.run(path('many-files')),
        // A machine's memory allows fewer files than the engine has room for.
        { code: testLauncher === 'qemu' ? 'RUN_INODES_LIMIT' : 'RUN_MEMORY_LIMIT' },
        'the engine’s own heap is full',
      );
      t.same(await session.run(path('exit-three')), { exitCode: 3 });
    }
    await idle(enclave);
    await session.close();
  });
