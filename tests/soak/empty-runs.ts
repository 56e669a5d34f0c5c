/** A program that does nothing, thousands of times: what the enclave's processes hold must not grow. */
import { median } from '../../bench/measure.ts';
import { idle } from '../support/enclave-status.ts';
import type { HostileEnclave } from '../support/hostile-enclave.ts';
import { descendants } from '../support/process-tree.ts';
import { processOf, processSize } from './enclave-processes.ts';
import { grew, SLACK_BYTES } from './growth.ts';
import type { Findings } from './hostile-rounds.ts';

const SAMPLES = 20;
/** As many as an enclave runs at once. */
const AT_ONCE = 2;

interface Sample {
  readonly runs: number;
  readonly runtimeBytes: number;
  readonly runtimeDescriptors: number;
  readonly spawnerBytes: number;
  readonly spawnerDescriptors: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly inodes: number;
}

export async function emptyRuns(hostile: HostileEnclave, runs: number): Promise<Findings> {
  const { pid } = hostile.enclave.enclave;
  const [runtime, spawner] = ['runtime.js', 'executor-spawner.cjs'].map((file) => processOf(pid, file));
  const sample = async (done: number): Promise<Sample> => {
    const { files } = await idle(hostile.enclave);
    const [runtimeSize, spawnerSize] = [processSize(runtime!), processSize(spawner!)];
    if (runtimeSize === undefined || spawnerSize === undefined) throw new Error('the enclave is gone');
    return {
      runs: done,
      runtimeBytes: runtimeSize.residentBytes,
      runtimeDescriptors: runtimeSize.descriptors,
      spawnerBytes: spawnerSize.residentBytes,
      spawnerDescriptors: spawnerSize.descriptors,
      processes: descendants(pid).length,
      fileBytes: files.bytes,
      inodes: files.inodes,
    };
  };
  const samples: Sample[] = [];
  const step = Math.max(1, Math.ceil(runs / SAMPLES));
  const times: number[] = [];
  for (let done = 0; done < runs; ) {
    const until = Math.min(runs, done + step);
    const line = async () => {
      while (done < until) {
        done++;
        times.push(await hostile.emptyRun());
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, line));
    samples.push(await sample(done));
    process.stderr.write(`\rempty programs: ${done} of ${runs}`);
  }
  process.stderr.write('\n');
  return { table: tableOf(samples, median(times)), violations: growth(samples) };
}

function growth(samples: readonly Sample[]): string[] {
  const grown = (field: keyof Sample, slack: number) =>
    grew(
      field,
      samples.map((sample) => sample[field]),
      slack,
    );
  return [
    ...grown('runtimeBytes', SLACK_BYTES),
    ...grown('spawnerBytes', SLACK_BYTES),
    // A child more or less may be warming up.
    ...grown('runtimeDescriptors', 4),
    ...grown('spawnerDescriptors', 4),
    ...grown('processes', 4),
    ...grown('fileBytes', 0),
    ...grown('inodes', 0),
  ];
}

function tableOf(samples: readonly Sample[], milliseconds: number): Findings['table'] {
  const mebibytes = (bytes: number): string => (bytes / (1 << 20)).toFixed(1);
  return {
    title: `Empty programs, ${AT_ONCE} at once (p50 ${milliseconds.toFixed(1)} ms)`,
    header: ['runs', 'runtime MiB', 'its fds', 'spawner MiB', 'its fds', 'processes', 'file bytes', 'inodes'],
    rows: samples.map((sample) => [
      String(sample.runs),
      mebibytes(sample.runtimeBytes),
      String(sample.runtimeDescriptors),
      mebibytes(sample.spawnerBytes),
      String(sample.spawnerDescriptors),
      String(sample.processes),
      String(sample.fileBytes),
      String(sample.inodes),
    ]),
  };
}
