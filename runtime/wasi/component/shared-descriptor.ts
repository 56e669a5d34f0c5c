import type { Preview1Calls } from './preview1-calls.ts';

/** A descriptor and how many hold it: what a component opened it as, and the streams that it made of it. */
export class SharedDescriptor {
  readonly fd: number;
  readonly #calls: Preview1Calls;
  #holders = 1;

  constructor(calls: Preview1Calls, fd: number) {
    this.#calls = calls;
    this.fd = fd;
  }

  hold(): SharedDescriptor {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders === 0) this.#calls.close(this.fd);
  }
}
