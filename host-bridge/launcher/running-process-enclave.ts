/** The life of a launched enclave: however it ends, its processes end with it and its directory is cleared away. */
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import type { ChildProgram, ExitStatus } from './child-program.ts';
import { ControlClient } from './control-client.ts';

export interface EnclaveParts {
  readonly directory: string;
  readonly runtime: ChildProgram;
  readonly simulator: ChildProgram;
  readonly controlPath: string;
  /** How long each step of the end may take: the answer to Shutdown, the closing of sessions, the end after SIGTERM. */
  readonly graceMilliseconds: number;
}

export class RunningProcessEnclave {
  readonly #parts: EnclaveParts;
  readonly exited: Promise<ExitStatus>;
  #stopping: Promise<void> | undefined;

  constructor(parts: EnclaveParts) {
    this.#parts = parts;
    // Without its security module a runtime proves nothing any more.
    void parts.simulator.exited.then(() => parts.runtime.stop(parts.graceMilliseconds));
    this.exited = parts.runtime.exited.then(async (status) => {
      await parts.simulator.stop(parts.graceMilliseconds);
      await rm(parts.directory, { recursive: true, force: true });
      return status;
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { runtime, graceMilliseconds } = this.#parts;
    if (runtime.running && (await this.#asked())) await runtime.exitsWithin(graceMilliseconds);
    await runtime.stop(graceMilliseconds);
    await this.exited;
  }

  /** Whether the runtime took the request to end; one that does not is ended by signals. */
  async #asked(): Promise<boolean> {
    const { controlPath, graceMilliseconds } = this.#parts;
    const control = new ControlClient(connect({ path: controlPath }), graceMilliseconds);
    try {
      await control.shutdown();
      return true;
    } catch (error) {
      if (error instanceof TruceError) return false;
      throw error;
    } finally {
      control.close();
    }
  }
}
