/**
 * The engine alone, for `truce exec`: no enclave, no policy, no parties; the file system, rights, jail and limits are the
 * enclave's. It takes its settings from descriptor 3, runs one program, and says there how it ended.
 */
import { disarmInspectorSignal } from '../../native/process-control.ts';
import { describeExecFailure, type ExecOutcome, type ExecSettings } from '../../proto/exec.ts';
import { ExecChannel } from './channel.ts';
import { execute } from './execute.ts';
import { checkReportPlace, checkResultPlaces } from './result-places.ts';
import { OutputClosed } from './terminal.ts';

// A terminal sends them to every process in front of it. What they mean here is told over the channel.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
disarmInspectorSignal();

void main(new ExecChannel());

async function main(channel: ExecChannel): Promise<never> {
  let settings: ExecSettings;
  try {
    settings = await channel.settings;
  } catch {
    process.stderr.write('this program is started by truce exec\n');
    process.exit(2);
  }
  await channel.send(await outcomeOf(settings, channel.stop));
  // What the program left of the pool and of standard input must not keep a finished engine alive.
  process.exit(0);
}

async function outcomeOf(settings: ExecSettings, stop: AbortSignal): Promise<ExecOutcome> {
  const start = performance.now();
  const outcome: { -readonly [Name in keyof ExecOutcome]: ExecOutcome[Name] } = { milliseconds: 0 };
  try {
    const outputs = checkResultPlaces(settings.outputs);
    if (settings.report !== undefined) outcome.reportPlace = checkReportPlace(settings.report, outputs);
    const places = { outputs, report: outcome.reportPlace };
    const { exitCode, usage, outputError, namespaces } = await execute(settings, places, stop);
    Object.assign(outcome, { exitCode, usage, namespaces });
    if (outputError !== undefined) outcome.outputError = describeExecFailure(outputError);
  } catch (error) {
    if (error instanceof OutputClosed) outcome.outputClosed = true;
    else outcome.error = describeExecFailure(error);
  }
  outcome.milliseconds = Math.round(performance.now() - start);
  return outcome;
}
