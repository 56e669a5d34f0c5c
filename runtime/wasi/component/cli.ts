/** `wasi:cli`: arguments, environment, standard streams, terminals (none), and the end. */
import { list, option, string, tuple, u8, variant } from './canonical-types.ts';
import { own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import type { Preview1Calls } from './preview1-calls.ts';
import { InputStream, OutputStream } from './streams.ts';

/** `terminal-input` and `terminal-output`: there is none. */
class TerminalInput {}
class TerminalOutput {}

export interface CliOptions {
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
}

export function cliInterfaces(
  calls: Preview1Calls,
  options: CliOptions,
): Readonly<Record<string, InterfaceFunctions>> {
  const variables = options.env.map((entry) => {
    const end = entry.indexOf('=');
    return [entry.slice(0, end), entry.slice(end + 1)] as const;
  });
  const outputTo = (fd: number) => imported([], own(OutputStream), () => new OutputStream(calls, fd));
  const noOutputTerminal = imported([], option(own(TerminalOutput)), () => undefined);
  return {
    'wasi:cli/environment': {
      'get-environment': imported([], list(tuple(string, string)), () => variables),
      'get-arguments': imported([], list(string), () => options.args),
      'initial-cwd': imported([], option(string), () => undefined),
    },
    'wasi:cli/exit': {
      exit: imported([variant({ ok: undefined, error: undefined })], undefined, ({ tag }) =>
        calls.exit(tag === 'ok' ? 0 : 1),
      ),
      'exit-with-code': imported([u8], undefined, (code) => calls.exit(code)),
    },
    'wasi:cli/stdin': { 'get-stdin': imported([], own(InputStream), () => new InputStream(calls, 0)) },
    'wasi:cli/stdout': { 'get-stdout': outputTo(1) },
    'wasi:cli/stderr': { 'get-stderr': outputTo(2) },
    'wasi:cli/terminal-input': {},
    'wasi:cli/terminal-output': {},
    'wasi:cli/terminal-stdin': {
      'get-terminal-stdin': imported([], option(own(TerminalInput)), () => undefined),
    },
    'wasi:cli/terminal-stdout': { 'get-terminal-stdout': noOutputTerminal },
    'wasi:cli/terminal-stderr': { 'get-terminal-stderr': noOutputTerminal },
  };
}
