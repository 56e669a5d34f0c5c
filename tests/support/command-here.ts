/** A command in the test's own process, told of as `truce` tells it: cheaper than a process each. */
import { Writable } from 'node:stream';
import { Command } from 'commander';
import type { CommandIo } from '../../host-bridge/cli/command-io.ts';
import { reportFailure } from '../../host-bridge/cli/failure.ts';
import type { Outcome } from './truce-command.ts';

/** What was written to it, as text. */
export class Collector extends Writable {
  text = '';
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString();
    done();
  }
}

/** @param register adds the commands; `exit` is for those that have statuses of their own */
export async function commandHere(
  register: (program: Command, io: CommandIo, exit: (status: number) => void) => void,
  args: readonly string[],
): Promise<Outcome> {
  const [stdout, stderr] = [new Collector(), new Collector()];
  const io = { stdout, stderr };
  let code = 0;
  const program = new Command('truce')
    .exitOverride()
    .configureOutput({ writeErr: (text) => stderr.write(text) });
  register(program, io, (status) => {
    code = status;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    code = reportFailure(error, io, { json: false, debug: false });
  }
  return { code, stdout: stdout.text, stderr: stderr.text };
}
