/**
 * `npm run soak -- [--rounds N] [--runs N] [--malformed N]`: every hostile program N times with an ordinary run after each
 * (100), an empty program N times (10,000), malformed requests to the attestation service N times (40,000). Prints
 * tables of what happened, and ends with 1 where a limit or a promise was broken.
 * It measures time: the machine should have nothing else to do.
 */
import { parseArgs } from 'node:util';
import { asText } from '../../bench/table.ts';
import { startHostileEnclave } from '../support/hostile-enclave.ts';
import { attestationService } from './attestation-service.ts';
import { emptyRuns } from './empty-runs.ts';
import { hostileRounds } from './hostile-rounds.ts';

const SHOWN_VIOLATIONS = 40;

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 1_000_000)
    throw new Error(`--${name} is a number of times`);
  return count;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    runs: { type: 'string', default: '10000' },
    malformed: { type: 'string', default: '40000' },
  },
});
const rounds = countOf('rounds', values.rounds);
const runs = countOf('runs', values.runs);
const malformed = countOf('malformed', values.malformed);
const hostile = await startHostileEnclave({ size: 'full' });
const violations: string[] = [];
try {
  const parts = [
    ...(rounds > 0 ? [() => hostileRounds(hostile, rounds)] : []),
    ...(runs > 0 ? [() => emptyRuns(hostile, runs)] : []),
    ...(malformed > 0 ? [() => attestationService(hostile, malformed)] : []),
  ];
  for (const part of parts) {
    const findings = await part();
    console.log(asText(findings.table));
    violations.push(...findings.violations);
  }
} finally {
  await hostile.stop();
}
for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) console.log(`VIOLATION: ${violation}`);
console.log(`${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
