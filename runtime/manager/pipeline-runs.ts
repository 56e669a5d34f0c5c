/**
 * Runs a pipeline for a party: step after step, each program with its own rights and only where the party may run it. The
 * first exit code that is not 0 ends it. What earlier steps committed stands.
 */
import { TruceError } from '../../proto/errors.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { PipelineStep } from '../../proto/policy/pipeline.ts';
import type { ClientFiles } from './client-files.ts';
import type { ProgramRuns } from './program-runs.ts';

export class PipelineRuns {
  readonly #policy: Policy;
  readonly #files: ClientFiles;
  readonly #runs: ProgramRuns;

  constructor(policy: Policy, files: ClientFiles, runs: ProgramRuns) {
    this.#policy = policy;
    this.#files = files;
    this.#runs = runs;
  }

  /** Runs the pipeline of that name; the exit code of the step that ended it, 0 where all went well. */
  async run(identity: PolicyIdentity, name: string, signal: AbortSignal): Promise<number> {
    // Clients of Veracruz put a slash before every name.
    const plain = name.startsWith('/') ? name.slice(1) : name;
    const pipeline = this.#policy.pipelines.find((candidate) => candidate.name === plain);
    if (pipeline === undefined) throw new TruceError('PIPELINE_UNKNOWN', { name });
    return this.#step(pipeline.steps, identity, signal);
  }

  async #step(step: PipelineStep, identity: PolicyIdentity, signal: AbortSignal): Promise<number> {
    switch (step.kind) {
      case 'run':
        return this.#runs.run(identity, step.path, signal);
      case 'sequence':
        for (const part of step.steps) {
          const exitCode = await this.#step(part, identity, signal);
          if (exitCode !== 0) return exitCode;
        }
        return 0;
      case 'if': {
        const branch = this.#files.exists(identity, step.path) ? step.whenThere : step.otherwise;
        return branch === undefined ? 0 : this.#step(branch, identity, signal);
      }
    }
  }
}
