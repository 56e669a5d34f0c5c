/** Runs of an empty program one behind the other, by 1, 2 and 8 clients at once, beside how fast bare processes start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RUN, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import type { Table } from './table.ts';
import { EMPTY_PROGRAM } from './warm-run.ts';

const CLIENTS = [1, 2, 8] as const;
const MEASURED_MILLISECONDS = 6000;

export async function measureSustainedRuns(): Promise<Table> {
  const parties = await Promise.all(
    Array.from({ length: Math.max(...CLIENTS) }, (_, index) => makeParty(`party ${index}`)),
  );
  const enclave = await startTestEnclave(
    {
      parties: parties.map(({ certificate }) => ({ certificate, rights: { '/p.wasm': WRITE | RUN } })),
      programs: [{ path: '/p.wasm', module: EMPTY_PROGRAM, rights: {} }],
    },
    { executor: { warmChildren: 2, namespaces: 'if-possible', components: true } },
  );
  try {
    const sessions = await Promise.all(parties.map((party) => enclave.connect(party)));
    await sessions[0]!.writeFile('/p.wasm', EMPTY_PROGRAM);
    const rows: string[][] = [];
    for (const clients of CLIENTS) {
      const processes = await ratePerSecond(clients, startNode);
      const runs = await ratePerSecond(clients, (index) => sessions[index]!.run('/p.wasm'));
      rows.push([`${clients} at once`, runs.toFixed(1), processes.toFixed(1), (runs / processes).toFixed(2)]);
    }
    await Promise.all(sessions.map((session) => session.close()));
    return {
      title: 'Sustained runs',
      note: 'Runs of an empty program per second, every one in a process of its own, beside starting and ending a bare Node.',
      header: ['clients', 'truce, runs/s', 'bare Node, starts/s', 'ratio'],
      rows,
    };
  } finally {
    await enclave.stop();
  }
}

/** What `workers` that do `work` again and again get done in a second. */
async function ratePerSecond(workers: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let done = 0;
  const worker = async (index: number): Promise<void> => {
    while (performance.now() - start < MEASURED_MILLISECONDS) {
      await work(index);
      done++;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, index) => worker(index)));
  return (done / (performance.now() - start)) * 1000;
}

async function startNode(): Promise<void> {
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
}
