/**
 * `truce attest --daemon`: one request after the other, a line of standard input each: the vsock guide's interactive mode.
 * There the enclave reads its console; one that is worth asking reads none, so here the parent reads lines, and asks.
 */
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { type CommandIo, printable } from './command-io.ts';
import { ExitCode, reportFailure } from './failure.ts';

const HELP = `requests: ping, status, attest, verify, each with the options of \`truce attest\`, such as
  verify --user-data 'my session' --nonce challenge-123 --generate-key
attest-key is attest --generate-key; attest-custom TEXT NONCE is the same with these two
help tells this; exit, or the end of the input, ends
`;
const REQUESTS = new Set(['ping', 'status', 'attest', 'verify']);
const ENDS = new Set(['exit', 'quit']);
const LONGEST_LINE = 8192;
const LONGEST_WORD_SHOWN = 64;
/** Words between white space; quotes keep white space inside a word, and nothing in them is special. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;
const QUOTED = /'[^']*'|"[^"]*"/g;

export interface DaemonOptions {
  readonly input: NodeJS.ReadableStream;
  /** Whether a person is to be told what to do, and when it waits. */
  readonly prompt: boolean;
  readonly signal: AbortSignal;
  /** Adds the command that each line is for. */
  readonly register: (program: Command) => void;
  /** Takes the status of a request that failed. */
  readonly exit: (status: number) => void;
}

/** Serves lines until they end. A request that fails is told of, and the next one served. */
export async function serveLines(options: DaemonOptions, io: CommandIo): Promise<void> {
  const { input, prompt, signal } = options;
  const lines = createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY });
  const ask = () => {
    if (prompt) io.stderr.write('attest> ');
  };
  if (prompt) io.stderr.write(HELP);
  ask();
  for await (const line of lines) {
    const [request, ...words] = wordsOf(line);
    if (request !== undefined && ENDS.has(request)) break;
    if (request === 'help') io.stderr.write(HELP);
    else if (request !== undefined) await serve(request, words, options, io);
    ask();
  }
  lines.close();
  signal.throwIfAborted();
}

async function serve(
  request: string,
  words: readonly string[],
  { register, exit, signal }: DaemonOptions,
  io: CommandIo,
): Promise<void> {
  const args = argumentsOf(request, words);
  if (args === undefined) {
    io.stderr.write(`truce: ${printable(request.slice(0, LONGEST_WORD_SHOWN))} is no request\n${HELP}`);
    exit(ExitCode.USAGE);
    return;
  }
  const program = new Command('truce').exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
  });
  register(program);
  try {
    await program.parseAsync(['attest', ...args], { from: 'user' });
  } catch (error) {
    signal.throwIfAborted();
    exit(reportFailure(error, io, { json: words.includes('--json'), debug: false }));
  }
}

/** As the command itself would be given them. Source of the short forms: the vsock guide's interactive mode. */
function argumentsOf(request: string, words: readonly string[]): string[] | undefined {
  if (REQUESTS.has(request)) return [`--${request}`, ...words];
  if (request === 'attest-key') return ['--attest', '--generate-key', ...words];
  if (request !== 'attest-custom') return undefined;
  const [userData, nonce, ...more] = words;
  return [
    '--attest',
    '--generate-key',
    ...(userData === undefined ? [] : [`--user-data=${userData}`]),
    ...(nonce === undefined ? [] : [`--nonce=${nonce}`]),
    ...more,
  ];
}

/** None for an empty line; one that is no request for a line that is longer than any, or could mean several things. */
function wordsOf(line: string): string[] {
  if (line.length > LONGEST_LINE) return ['(a line that is too long)'];
  if (/['"]/.test(line.replace(QUOTED, ''))) return ['(a line with a quote that is not closed)'];
  return (line.match(WORD) ?? []).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
