/**
 * `npm run bench [NAME...]`: every comparison side by side in one run. Without a name, or with `--write`, the tables go
 * to docs/performance.md. `machine` runs only where it is named: it needs what `npm run nitro:local` prepares.
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { repositoryRoot } from '../tests/support/repository.ts';
import { measureComponents } from './components.ts';
import { measureCompute } from './compute.ts';
import { measureFileCalls } from './file-calls.ts';
import { measureHandshakes } from './handshakes.ts';
import { measureHttpPlane } from './http-plane.ts';
import { measureLimitsCost } from './limits-cost.ts';
import { measureMachine } from './machine.ts';
import { measureMemory } from './memory.ts';
import { measureParties } from './parties.ts';
import { measureProxyAttestation } from './proxy-attestation.ts';
import { measureRightsCost } from './rights-cost.ts';
import { measureStart } from './start.ts';
import { Steadiness } from './steadiness.ts';
import { measureSustainedRuns } from './sustained-runs.ts';
import { asMarkdown, asText, comparison, type Table } from './table.ts';
import { measureTransfer } from './transfer.ts';
import { measureVerify } from './verify.ts';
import { measureWarmRun } from './warm-run.ts';

const benchmarks: Readonly<Record<string, () => Promise<Table>>> = {
  compute: measureCompute,
  files: measureFileCalls,
  components: measureComponents,
  rights: measureRightsCost,
  limits: measureLimitsCost,
  start: measureStart,
  run: async () => comparison('One run, against spawning Node 24 with node:wasi', await measureWarmRun()),
  sustained: measureSustainedRuns,
  transfer: async () =>
    comparison('Transfer, against a bare node:tls pair (TCP, AES-256-GCM)', await measureTransfer()),
  handshakes: async () => comparison('Handshakes, against a bare node:tls server', await measureHandshakes()),
  parties: async () => comparison('Parties, all the way, nothing to compare with', await measureParties()),
  'proxy-attestation': async () =>
    comparison(
      'Certificates issued, against fastify and against cryptography alone',
      await measureProxyAttestation(),
    ),
  verify: async () =>
    comparison('Attestation documents verified, against node:crypto alone', await measureVerify()),
  http: async () =>
    comparison('The HTTP plane, against TCP, bare fastify and bare node:tls', await measureHttpPlane()),
  memory: async () => comparison('Memory, against the size of the files', await measureMemory()),
  machine: async () =>
    comparison('A machine in QEMU over vsock, against the process launcher', await measureMachine()),
};
const ONLY_BY_NAME: ReadonlySet<string> = new Set(['machine']);

const wanted = process.argv.slice(2).filter((argument) => argument !== '--write');
const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
const machine = `${cpus().length} processors (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`${machine}\n`);
const tables: Table[] = [];
const steadiness = new Steadiness();
for (const [name, measure] of Object.entries(benchmarks)) {
  if (wanted.length === 0 ? ONLY_BY_NAME.has(name) : !wanted.includes(name)) continue;
  steadiness.probe();
  const table = await measure();
  steadiness.probe();
  console.log(asText(table));
  tables.push(table);
}
console.log(steadiness.describe());
if (wanted.length === 0 || process.argv.includes('--write'))
  writeFileSync(new URL('docs/performance.md', repositoryRoot), report(tables));

function report(measured: readonly Table[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const introduction = `# Performance

Written by \`npm run bench\` on ${day}, all in one run: ${machine}. Machines of this kind are shared and noisy: read
the ratios. ${steadiness.describe()} Medians; what is measured and how stands in \`bench/\`.`;
  return `${[introduction, ...measured.map(asMarkdown)].join('\n\n')}\n`;
}
