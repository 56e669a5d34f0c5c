/**
 * When children that wait exercise: one after the other, and only while the enclave has nothing else to do. Programs that
 * run, and children that start, have the processors to themselves.
 */
import { sendExercise } from './job-sender.ts';

/** So long nothing must have happened. */
const QUIET_MILLISECONDS = 200;
/** What one child needs for it, and half as much. */
const EACH_MILLISECONDS = 1000;

interface Waiting {
  readonly descriptor: number;
  kill(): void;
}

export class ExerciseTimes {
  readonly #next: () => Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `next`: a child that has not exercised yet; undefined where there is none, or something else to do. */
  constructor(next: () => Waiting | undefined) {
    this.#next = next;
  }

  /** A child was taken, got ready or ended. */
  changed(): void {
    this.#beginAfter(QUIET_MILLISECONDS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #beginAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), milliseconds);
    this.#timer.unref();
  }

  #begin(): void {
    const child = this.#next();
    if (child === undefined) return;
    try {
      sendExercise(child.descriptor);
    } catch {
      // What cannot be told this will not be given a job either: another takes its place.
      child.kill();
    }
    this.#beginAfter(EACH_MILLISECONDS);
  }
}
