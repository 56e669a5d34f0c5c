/**
 * `npm run bench [NAME...]`: every comparison side by side in one run. Names: transfer handshakes run parties memory, and
 * machine, which runs only where it is named: it needs what `npm run nitro:local` prepares.
 */
import { cpus } from 'node:os';
import { measureHandshakes } from './handshakes.ts';
import { measureMachine } from './machine.ts';
import { printRows, type Row } from './measure.ts';
import { measureMemory } from './memory.ts';
import { measureParties } from './parties.ts';
import { measureTransfer } from './transfer.ts';
import { measureWarmRun } from './warm-run.ts';

const benchmarks: Readonly<Record<string, { title: string; measure: () => Promise<Row[]> }>> = {
  transfer: { title: 'against a bare node:tls pair (TCP, AES-256-GCM)', measure: measureTransfer },
  handshakes: { title: 'against a bare node:tls server', measure: measureHandshakes },
  run: { title: 'against spawning Node 24 with node:wasi', measure: measureWarmRun },
  parties: { title: 'all the way, nothing to compare with', measure: measureParties },
  memory: { title: 'against the size of the files', measure: measureMemory },
  machine: { title: 'in QEMU over vsock, against the process launcher', measure: measureMachine },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
console.log(`${cpus().length} processors, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`);
for (const [name, { title, measure }] of Object.entries(benchmarks))
  if (wanted.length === 0 ? name !== 'machine' : wanted.includes(name))
    printRows(`${name}: ${title}`, await measure());
