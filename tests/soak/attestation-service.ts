/** The attestation service: callers at once, and requests that are none, by the thousand: what it holds must not grow. */
import { setTimeout as delay } from 'node:timers/promises';
import { askService } from '../support/attestation-line.ts';
import type { HostileEnclave } from '../support/hostile-enclave.ts';
import { sendMalformed } from '../support/malformed-requests.ts';
import { processOf, processSize } from './enclave-processes.ts';
import { grew, SLACK_BYTES } from './growth.ts';
import type { Findings } from './hostile-rounds.ts';

const CALLERS = 30;
const LONGEST_MILLISECONDS = 1000;
const SAMPLES = 10;
/** So many documents more may be had after it: the service gives 32 a second. */
const PAUSE_MILLISECONDS = 1000;
/** What the runtime may hold more than before the first of them: its heap takes 20 to 42 MiB, and gives some back. */
const MOST_BYTES = 64 << 20;

export async function attestationService(hostile: HostileEnclave, requests: number): Promise<Findings> {
  const { enclave } = hostile.enclave;
  const runtime = processOf(enclave.pid, 'runtime.js');
  const violations: string[] = [];
  const rows: string[][] = [];
  const sample = async (sent: number) => {
    const size = processSize(runtime);
    if (size === undefined) throw new Error('the enclave is gone');
    await delay(PAUSE_MILLISECONDS);
    const slowest = await slowestOfCallers(enclave);
    if (slowest > LONGEST_MILLISECONDS)
      violations.push(`after ${sent} malformed requests one of ${CALLERS} waited ${slowest.toFixed(0)} ms`);
    rows.push([
      String(sent),
      (size.residentBytes / (1 << 20)).toFixed(1),
      String(size.descriptors),
      slowest.toFixed(0),
    ]);
    return size;
  };
  const before = await sample(0);
  const sizes: number[] = [];
  const step = Math.ceil(requests / SAMPLES);
  for (let sent = step; sent <= requests; sent += step) {
    violations.push(...(await sendMalformed(enclave, step)));
    const { residentBytes } = await sample(sent);
    sizes.push(residentBytes);
    const more = residentBytes - before.residentBytes;
    if (more > MOST_BYTES)
      violations.push(`after ${sent} malformed requests the runtime holds ${more} bytes more than before`);
    process.stderr.write(`\rmalformed requests: ${sent} of ${requests}`);
  }
  process.stderr.write('\n');
  violations.push(...grew('bytes of the runtime, over malformed requests,', sizes, SLACK_BYTES));
  return {
    table: {
      title: `Malformed requests of the attestation service, and ${CALLERS} callers at once after each step`,
      header: ['requests', 'runtime MiB', 'its fds', 'slowest caller ms'],
      rows,
    },
    violations,
  };
}

/** Milliseconds until the last of them had its document. */
async function slowestOfCallers(enclave: HostileEnclave['enclave']['enclave']): Promise<number> {
  const times = await Promise.all(
    Array.from({ length: CALLERS }, async (_, index) => {
      const start = performance.now();
      const answer = await askService(enclave, {
        command: 'attest',
        nonce: `caller ${index}`,
        generate_key: true,
      });
      if (answer.success !== true) throw new Error(`a caller was refused: ${String(answer.error)}`);
      return performance.now() - start;
    }),
  );
  return Math.max(...times);
}
