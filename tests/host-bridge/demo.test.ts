/** The whole demo, as `truce demo` plays it: a real runtime, relay and clients on this machine. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import t from 'tap';
import { registerDemoCommand } from '../../host-bridge/cli/demo.ts';
import { createNarrator } from '../../host-bridge/cli/demo-narrator.ts';
import type { DemoReport } from '../../host-bridge/cli/demo-report.ts';
import { playDemo } from '../../host-bridge/cli/demo-story.ts';
import { DemoTeller } from '../../host-bridge/cli/demo-teller.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';

const LONGEST_STORY = 45;

// All that the demo makes lies below one directory, so that what it leaves behind can be seen.
const directory = mkdtempSync(join(tmpdir(), 'demo-'));
process.env.TMPDIR = directory;
delete process.env.XDG_RUNTIME_DIR;
t.teardown(() => rmSync(directory, { recursive: true }));

/** Processes whose arguments name the directory. */
function processesLeft(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(directory);
      } catch {
        return false; // ended since it was listed
      }
    });
}

function collector(): { stream: NodeJS.WritableStream; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

t.test('the demo as JSON is one object, all of it as it should be', async (t) => {
  const [stdout, stderr] = [collector(), collector()];
  const program = new Command().exitOverride();
  registerDemoCommand(program, { stdout: stdout.stream, stderr: stderr.stream });
  const kept = join(directory, 'kept');
  await program.parseAsync(['demo', '--json', '--keep', kept], { from: 'user' });
  const report = JSON.parse(stdout.text()) as DemoReport;
  t.equal(report.ok, true);
  t.equal(report.result.n, 620);
  t.equal(stderr.text(), '', 'no progress where no one looks');

  const policy = readFileSync(join(kept, 'policy.json'));
  const hash = createHash('sha256').update(policy).digest();
  t.equal(report.policyHash, hash.toString('hex'));
  // SHA-384 over 48 zero bytes and the policy's hash: what every client has demanded of PCR16.
  t.equal(report.pcrs['16'], createHash('sha384').update(Buffer.alloc(48)).update(hash).digest('hex'));
  const { measurements, identities } = parsePolicy(policy, { now: Date.now() });
  t.equal(report.pcrs['0']?.slice(0, 64), Buffer.from(measurements.get('nitro') ?? []).toString('hex'));
  t.equal(identities.length, 3);

  for (const party of ['institute', 'registry', 'ministry']) {
    const names = report.checks.filter((check) => check.party === party).map((check) => check.name);
    for (const name of ['document', 'freshness', 'measurement', 'policy', 'key', 'channel'])
      t.ok(names.includes(name), `${party} has checked: ${name}`);
    t.equal(statSync(join(kept, `${party}.key`)).mode & 0o777, 0o600);
  }
  t.ok(report.checks.every((check) => check.ok));
  t.same(
    report.refused.map(({ party, code }) => [party, code]),
    [
      ['stranger', 'IDENTITY_UNKNOWN'],
      ['registry', 'ATTESTATION_POLICY_MISMATCH'],
      ['institute', 'FILE_HASH_MISMATCH'],
      ['institute', 'ACCESS_DENIED'],
      ['registry', 'ACCESS_DENIED'],
    ],
  );
  t.same(JSON.parse(readFileSync(join(kept, 'result.json'), 'utf8')), report.result);
  rmSync(kept, { recursive: true });
  t.same(readdirSync(directory), [], 'nothing is left in the file system');
  t.same(processesLeft(), [], 'and no process');
});

t.test('the demo as a story fits a screen, and ends with the answer', async (t) => {
  const [output, progress] = [collector(), collector()];
  const teller = new DemoTeller(createNarrator({ stdout: output.stream, stderr: progress.stream }, {}));
  const signal = new AbortController().signal;
  const report = await playDemo({ teller, signal, keep: async () => {} });
  t.equal(report.ok, true);
  const lines = output.text().trimEnd().split('\n');
  t.ok(lines.length <= LONGEST_STORY, `${lines.length} lines`);
  t.match(output.text(), /life expectancy = 82\.00 - 4\.08 × children per woman/);
  for (const attempt of report.refused)
    t.ok(
      lines.some(
        (line) =>
          line.startsWith('  ✗') && line.includes(attempt.party) && line.endsWith(String(attempt.code)),
      ),
      attempt.attempt,
    );
});

t.test('a demo that is interrupted leaves nothing behind', async (t) => {
  const controller = new AbortController();
  const io = { stdout: collector().stream, stderr: collector().stream };
  const teller = new DemoTeller(createNarrator(io, {}));
  const interrupted = new Error('interrupted');
  const keep = async () => {};
  // At the first file that is brought: enclave, relay and sessions are all there.
  const act = teller.act.bind(teller);
  teller.act = (...step) => {
    act(...step);
    controller.abort(interrupted);
  };
  await t.rejects(playDemo({ teller, signal: controller.signal, keep }), interrupted);
  await t.rejects(playDemo({ teller, signal: AbortSignal.abort(interrupted), keep }), interrupted);
  t.same(readdirSync(directory), []);
  t.same(processesLeft(), []);
});
