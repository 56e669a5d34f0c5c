/**
 * Every test file, each in a process of its own, as tap's runner would run them, but without what that has each of them load
 * for coverage: it takes longer than most tests. One file: `npx tap build/tests/rights.test.js`.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const TIMEOUT_SECONDS = 180;
const folder = dirname(fileURLToPath(import.meta.url));
/** What failed, by its whole name, and why: told once more at the end, where somebody looks first. */
const failures: string[] = [];

function noteFailures(parser: typeof t.parser): void {
  parser.on('child', noteFailures);
  parser.on('fail', ({ fullname, diag }) => {
    const { at, source, stack, ...reason } = diag ?? {};
    const lines = String(stack ?? '').split('\n', 3);
    failures.push(`${fullname}\n${JSON.stringify({ ...reason, stack: lines }, null, 2)}`);
  });
}

// One more than there are processors: now and then a test waits for something else.
t.jobs = availableParallelism() + 1;
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!name.endsWith('.test.js')) continue;
  t.spawn(
    process.execPath,
    ['--enable-source-maps', join(folder, name)],
    // By the variable too: a file would have the whole run's time otherwise, and says so to this one.
    {
      buffered: true,
      timeout: TIMEOUT_SECONDS * 1000,
      env: { ...process.env, TAP_TIMEOUT: String(TIMEOUT_SECONDS) },
    },
    name,
  );
}

noteFailures(t.parser);
t.teardown(() => {
  for (const failure of failures) t.comment(failure);
});
