import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { repositoryRoot } from '../support/repository.ts';

const path = (name: string) => fileURLToPath(new URL(name, repositoryRoot));
const tools = existsSync(path('examples/components/node_modules'));
const directory = mkdtempSync(join(tmpdir(), 'truce-components-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

const statistics = join(directory, 'statistics.wasm');
if (tools)
  execFileSync(process.execPath, [path('scripts/build-components.js'), '--statistics', statistics], {
    stdio: 'ignore',
  });

t.test(
  'a JavaScript component, its engine with it, reads and writes files where clocks are denied',
  { skip: !tools && 'npm ci --prefix examples/components was not run' },
  async (t) => {
    for (const name of ['input', 'output']) mkdirSync(join(directory, 'files', name), { recursive: true });
    const run = (numbers: string, ...options: string[]) => {
      writeFileSync(join(directory, 'files/input/numbers.txt'), numbers);
      const out = join(directory, 'out');
      rmSync(out, { recursive: true, force: true });
      const args = [
        'exec',
        '--dir',
        `${join(directory, 'files')}::/`,
        '--out',
        `/output::${out}`,
        ...options,
        statistics,
      ];
      execFileSync(process.execPath, [path('dist/truce.js'), ...args], { stdio: 'pipe' });
      return JSON.parse(readFileSync(join(out, 'statistics.json'), 'utf8'));
    };
    t.same(run('1\n2\n3.5\n'), { count: 3, mean: 6.5 / 3, smallest: 1, largest: 3.5 });
    const report = join(directory, 'report.json');
    const counted = [0, 1].map(() => {
      const options = ['--deterministic', '--fuel', '100000000', '--report', report];
      const { mean } = run('1\n2\n', ...options);
      const { usage } = JSON.parse(readFileSync(report, 'utf8'));
      return { mean, fuel: usage.fuel };
    });
    t.same(counted[0], counted[1], 'the engine does the same again, to the instruction');
    t.equal(counted[0]?.mean, 1.5);
    t.ok((counted[0]?.fuel ?? 0) > 100_000);
    const failure = (() => {
      try {
        return run('1\nno number\n') as unknown;
      } catch (error) {
        return (error as { status?: number }).status;
      }
    })();
    t.equal(failure, 1);
  },
);
