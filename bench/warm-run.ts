/** An empty program from request to result with a child ready, against starting a Node 24 with node:wasi for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RUN, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { percentile, type Row } from './measure.ts';
import { prepareNode24 } from './node-24.ts';

const RUNS = 60;
/** Arrivals are so far apart that a new child is ready for each. */
const PACE_MILLISECONDS = 600;
/** Half of an empty program's runs, from request to result. */
export const WARM_GOAL = '<= 8 ms';
/** `(module (memory (export "memory") 1) (func (export "_start")))` */
export const EMPTY_PROGRAM = Buffer.from(
  '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b',
  'hex',
);

export async function measureWarmRun(): Promise<Row[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave(
    {
      parties: [{ certificate: party.certificate, rights: { '/p.wasm': WRITE | RUN } }],
      programs: [{ path: '/p.wasm', module: EMPTY_PROGRAM, rights: {} }],
    },
    { executor: { warmChildren: 2, namespaces: 'if-possible', components: true } },
  );
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const node24 = await prepareNode24();
    const wasm = join(directory, 'p.wasm');
    const script = join(directory, 'run.mjs');
    writeFileSync(wasm, EMPTY_PROGRAM);
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs'; import { WASI } from 'node:wasi';
       const wasi = new WASI({ version: 'preview1', preopens: { '/': ${JSON.stringify(directory)} } });
       const module = new WebAssembly.Module(readFileSync(${JSON.stringify(wasm)}));
       wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));`,
    );
    const session = await enclave.connect(party);
    await session.writeFile('/p.wasm', EMPTY_PROGRAM);
    const truce: number[] = [];
    const other: number[] = [];
    for (let run = -2; run < RUNS; run++) {
      await delay(PACE_MILLISECONDS);
      let start = performance.now();
      await session.run('/p.wasm');
      if (run >= 0) truce.push(performance.now() - start);
      await delay(PACE_MILLISECONDS);
      start = performance.now();
      const child = spawn(node24, ['--no-warnings', script], { stdio: 'ignore' });
      await once(child, 'exit');
      if (run >= 0) other.push(performance.now() - start);
    }
    await session.close();
    const row = (share: number, goal: string): Row => ({
      what: `empty program, p${share * 100}`,
      truce: `${percentile(truce, share).toFixed(1)} ms`,
      other: `${percentile(other, share).toFixed(1)} ms`,
      ratio: (percentile(other, share) / percentile(truce, share)).toFixed(2),
      goal,
    });
    return [row(0.5, WARM_GOAL), row(0.99, '')];
  } finally {
    await enclave.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
