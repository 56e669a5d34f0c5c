import t from 'tap';
import { planOperations } from '../../host-bridge/cli/client-operations.ts';
import { printJson } from '../../host-bridge/cli/command-io.ts';
import type { StandardOutput } from '../../host-bridge/cli/standard-output.ts';
import type { TruceSession } from '../../host-bridge/client/index.ts';

/** Erases the screen, begins a line of its own, colours by C1, turns text around. */
const HOSTILE = 'a\u001b[2J\nsent /x, 3 bytes\u009b31m\u202eb\u2028c\u{e0001}';

t.test('a name in a listing stays on its line and steers nothing', async (t) => {
  const session = { list: async () => [{ name: HOSTILE, kind: 'file', size: 3 }] };
  const [operation] = planOperations({ list: ['/'] });
  const { text, fields } = await operation!.perform({
    session: session as unknown as TruceSession,
    signal: new AbortController().signal,
    line: { update: () => undefined, warn: () => undefined },
    stdin: process.stdin,
    stdout: process.stdout,
    trust: {},
  });
  t.equal(text.split('\n').length, 2, 'the path and one entry');
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  t.match(fields, { entries: [{ name: HOSTILE }] }, 'the exact name is in the facts');
});

t.test('JSON that is printed reads back as it was, and steers nothing', async (t) => {
  let written = '';
  const stdout = { write: (text: string) => (written += text) } as unknown as StandardOutput;
  printJson({ stdout, stderr: process.stderr }, { name: HOSTILE });
  t.same(JSON.parse(written), { name: HOSTILE });
  t.notMatch(written.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});
