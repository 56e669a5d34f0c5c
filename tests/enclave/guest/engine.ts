/** The engine that an image brings, which is not the one that the other tests run on. */
import assert from 'node:assert/strict';
import { compareLengths } from '../../support/instruction-lengths.ts';
import type { Check } from './report.ts';

/** Emulated, a hundred take half a minute. */
const TRIES = 20;

export function engineChecks(): Check[] {
  return [
    {
      name: 'the reader of function bodies ends each instruction where the engine does, or refuses it',
      async run() {
        const { compared, disagreements } = compareLengths(TRIES);
        assert.deepEqual(disagreements, []);
        assert.ok(compared > 2000, `${compared} were compared`);
      },
    },
  ];
}
