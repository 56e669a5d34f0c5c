import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Command } from 'commander';
import t from 'tap';
import { serveLines } from '../../host-bridge/cli/attest-daemon.ts';
import { truce } from '../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-attest-'));
t.teardown(() => rm(folder, { recursive: true }));
const environment = { XDG_STATE_HOME: folder };
const root = join(folder, 'truce/simulator/root.pem');

t.test('one shot: an enclave of its own, one document, and nothing left', async (t) => {
  const file = join(folder, 'document.b64');
  const { code, stdout, stderr } = await truce(
    ['attest', '--launch', 'process', '--attest', '--generate-key', '--save', file, '--json'],
    { environment },
  );
  t.equal(code, 0, stderr);
  const answer = JSON.parse(stdout);
  t.match(answer, { success: true, user_data: 'hello-from-enclave', has_public_key: true });
  t.equal(readFileSync(file, 'utf8').trim(), answer.attestation_document);
  t.match(stderr, `--root ${root} accepts that`, 'who verifies names the root himself');
  t.throws(() => process.kill(answer.cid, 0), 'its process is gone');
});

t.test('interactive: a request from each line, one failing does not end it', async (t) => {
  const { code, stdout, stderr } = await truce(['attest', '--launch', 'process', '--daemon'], {
    environment,
    input: [
      'ping',
      'status --json',
      '',
      `verify --user-data "my session" --root ${root} --json`,
      'verify --json',
      'attest-custom mine n-1 --json',
      'decrypt',
      'ping --nonce x',
      'exit',
      'status',
    ].join('\n'),
  });
  t.equal(code, 2, 'the status of the last that failed');
  const [pong, ...rest] = stdout.trim().split('\n');
  t.match(pong, /^Pong! /);
  const answers = rest
    .join('\n')
    .split(/\n(?=\{)/)
    .map((text) => JSON.parse(text));
  t.match(answers, [
    { success: true, status: 'running', uptime: Number },
    { user_data: 'my session', verified: true },
    { verified: false },
    { user_data: 'mine', nonce: 'n-1', has_public_key: true },
  ]);
  t.equal(answers.length, 4, 'what follows exit is not served');
  t.match(stderr, /decrypt is no request/);
  t.match(stderr, /--nonce is for --attest and --verify/);
});

t.test('what cannot be meant is found before anything is started', async (t) => {
  const refused = [
    ['--launch', 'process'],
    ['--launch', 'process', '--ping', '--cid', '5'],
    ['--daemon', '--status'],
    ['--daemon', '--port', '9001'],
  ];
  for (const args of refused) {
    const { code, stderr } = await truce(['attest', ...args], { environment });
    t.equal(code, 2, args.join(' '));
    t.notMatch(stderr, /PCR0/);
  }
  const { code, stderr } = await truce(['attest', '--launch', join(folder, 'none.eif'), '--ping']);
  t.equal(code, 1);
  t.match(stderr, /LOCAL_FILE_UNREADABLE/);
});

t.test('words are kept together by quotes, and nothing in them is special', async (t) => {
  const served: string[][] = [];
  const output = new PassThrough().resume();
  const statuses: number[] = [];
  await serveLines(
    {
      input: Readable.from([
        `attest --user-data 'a  b' --nonce "it's"\r\n`,
        `ping --x=a' 'b  "" $HOME \\n\n`,
        'attest-key\n',
        `${'x'.repeat(9000)}\n`,
        "attest --user-data 'mine\n",
        'help\n',
        'status',
      ]),
      prompt: false,
      signal: new AbortController().signal,
      exit: (status) => statuses.push(status),
      register: (program: Command) =>
        void program
          .command('attest')
          .allowUnknownOption()
          .argument('[words...]')
          .action((words: string[]) => void served.push(words)),
    },
    { stdout: output, stderr: output },
  );
  t.same(served, [
    ['--attest', '--user-data', 'a  b', '--nonce', "it's"],
    ['--ping', '--x=a b', '', '$HOME', '\\n'],
    ['--attest', '--generate-key'],
    ['--status'],
  ]);
  t.same(statuses, [2, 2], 'a line that is too long is none, nor is one with a quote that is not closed');
});
