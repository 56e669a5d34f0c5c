/** What a program's run says to the runtime while it lasts. The child speaks over its socket; the warm-up to nobody. */
import type { OutputStream } from './run-protocol.ts';

export interface ChildLink {
  /** What the program prints, as it does. */
  output(stream: OutputStream, bytes: Uint8Array): void;
  /** The module is compiled, and runs next; `facts` can be written as JSON. */
  started(facts: object): void;
  /** One or several whole lines of the trace of its calls, without the last line's end. */
  trace(lines: string): void;
  /** Sends a question about a live file, or bytes for one, and waits for the runtime's answer, however long it takes. */
  ask(type: LiveFrame, ...parts: readonly Uint8Array[]): Uint8Array;
}

/** Frames that the runtime answers, each with one LIVE_ANSWER. */
export type LiveFrame = 'liveRequest' | 'liveWrite';

/** For a program that has no runtime to speak to. */
export const silentLink: ChildLink = {
  output: () => undefined,
  started: () => undefined,
  trace: () => undefined,
  ask: () => {
    throw new Error('there is no runtime that could answer');
  },
};
