/**
 * Runs a pipeline for a party: step after step, each program with its own rights and only where the party may run it. The
 * first exit code that is not 0 ends it. What earlier steps committed stands.
 */
import { TruceError } from '../../proto/errors.ts';
import { findPipeline, findProgram, mayRun } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity, PolicyProgram } from '../../proto/policy/model.ts';
import type { PipelineStep } from '../../proto/policy/pipeline.ts';
import type { LiveFiles } from '../vfs/live-files.ts';
import type { ClientFiles } from './client-files.ts';
import type { ProgramRuns } from './program-runs.ts';
import type { RunOrigin } from './receipts.ts';

export class PipelineRuns {
  readonly #policy: Policy;
  readonly #files: ClientFiles;
  readonly #runs: ProgramRuns;
  readonly #live: LiveFiles;

  constructor(policy: Policy, files: ClientFiles, runs: ProgramRuns, live: LiveFiles) {
    this.#policy = policy;
    this.#files = files;
    this.#runs = runs;
    this.#live = live;
  }

  /**
   * Runs the pipeline of that name, or of that place in the policy's list; the exit code of the step that ended it, 0
   * where all went well.
   */
  async run(identity: PolicyIdentity, name: string, signal: AbortSignal, origin: RunOrigin): Promise<number> {
    // Clients of Veracruz put a slash before every name.
    const plain = name.startsWith('/') ? name.slice(1) : name;
    const pipeline = findPipeline(this.#policy, plain);
    if (pipeline === undefined) throw new TruceError('PIPELINE_UNKNOWN', { name });
    // What one step writes does not end before the next, which may write on.
    const letGo = this.#live.holdWritten(
      this.#programs(pipeline.steps, identity).map(({ access }) => access),
    );
    try {
      let steps = 0;
      return await this.#step(pipeline.steps, identity, (path) =>
        this.#runs.run(identity, path, signal, {
          ...origin,
          pipeline: { name: pipeline.name, step: steps++ },
        }),
      );
    } finally {
      letGo();
    }
  }

  /** The programs of a step that the party may run. */
  #programs(step: PipelineStep, identity: PolicyIdentity): PolicyProgram[] {
    switch (step.kind) {
      case 'run': {
        const program = findProgram(this.#policy, step.path);
        return program !== undefined && mayRun(this.#policy, identity, program) ? [program] : [];
      }
      case 'sequence':
        return step.steps.flatMap((part) => this.#programs(part, identity));
      case 'if':
        return [step.whenThere, step.otherwise].flatMap((part) =>
          part === undefined ? [] : this.#programs(part, identity),
        );
    }
  }

  async #step(
    step: PipelineStep,
    identity: PolicyIdentity,
    runProgram: (path: string) => Promise<number>,
  ): Promise<number> {
    switch (step.kind) {
      case 'run':
        return runProgram(step.path);
      case 'sequence':
        for (const part of step.steps) {
          const exitCode = await this.#step(part, identity, runProgram);
          if (exitCode !== 0) return exitCode;
        }
        return 0;
      case 'if': {
        const branch = this.#files.exists(identity, step.path) ? step.whenThere : step.otherwise;
        return branch === undefined ? 0 : this.#step(branch, identity, runProgram);
      }
    }
  }
}
