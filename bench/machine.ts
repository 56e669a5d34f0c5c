/**
 * The same enclave twice, in turn: an image in QEMU, reached over real AF_VSOCK, and the runtime as a process. QEMU
 * emulates the processor, so this shows what emulation costs, not what Nitro does.
 */
import { Writable } from 'node:stream';
import { READ, RUN, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave, type TestEnclave } from '../tests/support/test-enclave.ts';
import { interleave, median, type Row } from './measure.ts';
import { EMPTY_PROGRAM } from './warm-run.ts';

const LENGTH = 16 << 20;
const ROUNDS = 5;
/** Until a new child is ready under emulation. */
const PACE_MILLISECONDS = 3000;

export async function measureMachine(): Promise<Row[]> {
  const party = await makeParty('bench');
  const parts = {
    parties: [{ certificate: party.certificate, rights: { '/data': READ | WRITE, '/p.wasm': WRITE | RUN } }],
    programs: [{ path: '/p.wasm', module: EMPTY_PROGRAM, rights: {} }],
  };
  const start = performance.now();
  const machine = await startTestEnclave(parts, { launcher: 'qemu' });
  const booted = performance.now() - start;
  const begin = performance.now();
  const local = await startTestEnclave(parts, { launcher: 'process' });
  const started = performance.now() - begin;
  try {
    const [inMachine, inProcess] = [await operations(machine), await operations(local)];
    const times = await interleave(ROUNDS, {
      connectThere: inMachine.connect,
      connectHere: inProcess.connect,
      upThere: inMachine.upload,
      upHere: inProcess.upload,
      downThere: inMachine.download,
      downHere: inProcess.download,
      runThere: inMachine.run,
      runHere: inProcess.run,
    });
    const row = (what: string, there: number, here: number): Row => ({
      what,
      truce: `${Math.round(there)} ms`,
      other: `${Math.round(here)} ms`,
      ratio: (here / there).toFixed(2),
      goal: '',
    });
    const of = (what: string, there: number[], here: number[]) => row(what, median(there), median(here));
    await Promise.all([inMachine.close(), inProcess.close()]);
    return [
      row('image built, booted, policy set, relay up', booted, started),
      of('connect and attest', times.connectThere, times.connectHere),
      of(`upload of ${LENGTH >> 20} MiB`, times.upThere, times.upHere),
      of(`download of ${LENGTH >> 20} MiB`, times.downThere, times.downHere),
      of('empty program, a child ready', times.runThere, times.runHere),
    ];
  } finally {
    await Promise.all([machine.stop(), local.stop()]);
  }

  async function operations(enclave: TestEnclave) {
    const session = await enclave.connect(party);
    await session.writeFile('/p.wasm', EMPTY_PROGRAM);
    const bytes = Buffer.alloc(LENGTH, 0x5a);
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    const timed = (work: () => Promise<unknown>) => async () => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    return {
      connect: timed(() => enclave.connect(party).then((other) => other.close())),
      upload: timed(() => session.writeFile('/data', bytes)),
      download: timed(() => session.readFileTo('/data', sink)),
      run: async () => {
        await new Promise((resolve) => setTimeout(resolve, PACE_MILLISECONDS));
        return timed(() => session.run('/p.wasm'))();
      },
      close: () => session.close(),
    };
  }
}
