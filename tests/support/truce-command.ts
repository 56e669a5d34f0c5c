/** The `truce` command as its users run it: the built program in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from './repository.ts';

const PROGRAM = fileURLToPath(new URL('dist/truce.js', repositoryRoot));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

export interface CommandSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export function startTruce(args: readonly string[], settings: CommandSettings = {}): RunningCommand {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, TRUCE_DEBUG: '', ...settings.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(settings.input ?? '');
  const outcome = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { process: child, outcome };
}

export function truce(args: readonly string[], settings: CommandSettings = {}): Promise<Outcome> {
  return startTruce(args, settings).outcome;
}

/** Waits for a file that a command writes; fails with the command's words where it ends before. */
export async function fileAppears(path: string, command: RunningCommand): Promise<void> {
  let ended: Outcome | undefined;
  void command.outcome.then((outcome) => {
    ended = outcome;
  });
  while (!existsSync(path)) {
    if (ended !== undefined) throw new Error(`the command ended with ${ended.code}: ${ended.stderr}`);
    await delay(20);
  }
}
