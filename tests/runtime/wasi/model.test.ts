/**
 * Random scripts of file operations, made by a program through the calls of preview 1: what they answer must be what a
 * small model answers. tests/tools/native-model.tools.ts holds both against Linux itself.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { runByGuest } from '../../support/posix-guest.ts';
import { runByModel } from '../../support/posix-model.ts';
import { scripts } from '../../support/posix-steps.ts';

t.test('any script of file operations is answered as the model answers it', async (t) => {
  let happened = 0;
  let refused = 0;
  fc.assert(
    fc.property(scripts, (script) => {
      const answers = runByGuest(script);
      deepStrictEqual(pair(script, answers), pair(script, runByModel(script)));
      const done = answers.filter((answer) => answer.startsWith('ok')).length;
      happened += done;
      refused += answers.length - done;
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 150) },
  );
  t.ok(happened > 1500 && refused > 500, `${happened} happened, ${refused} were refused`);
});

function pair(script: readonly string[], answers: readonly string[]): string[] {
  return script.map((line, index) => `${line}: ${answers[index]}`);
}
