/** `truce policy ...` in this process. */
import { Command } from 'commander';
import { registerPolicyCommands } from '../../host-bridge/cli/policy-commands.ts';
import { Collector } from './command-here.ts';

export interface PolicyCommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
  /** What the command itself set; 0 unless it did. */
  readonly status: number;
}

export async function trucePolicy(...args: string[]): Promise<PolicyCommandOutcome> {
  const [stdout, stderr] = [new Collector(), new Collector()];
  let status = 0;
  const program = new Command('truce')
    .exitOverride()
    .configureOutput({ writeErr: (text) => stderr.write(text) });
  registerPolicyCommands(program, { stdout, stderr }, (set) => {
    status = set;
  });
  const error = await program.parseAsync(['policy', ...args], { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { stdout: stdout.text, stderr: stderr.text, error, status };
}
