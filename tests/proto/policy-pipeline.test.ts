import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../proto/errors.ts';
import { parsePipeline, pipelinePrograms } from '../../proto/policy/pipeline.ts';

const run = (path: string) => ({ kind: 'run', path });
const sequence = (...steps: unknown[]) => ({ kind: 'sequence', steps });

t.test("the pipeline of Veracruz's own tests", async (t) => {
  const text =
    '/program/random-u32-list.wasm ; if /output/unsorted_numbers.txt { /program/sort-numbers.wasm ; }';
  t.same(
    parsePipeline(text),
    sequence(run('/program/random-u32-list.wasm'), {
      kind: 'if',
      path: '/output/unsorted_numbers.txt',
      whenThere: sequence(run('/program/sort-numbers.wasm')),
      otherwise: undefined,
    }),
  );
  t.same(pipelinePrograms(parsePipeline(text)), [
    '/program/random-u32-list.wasm',
    '/program/sort-numbers.wasm',
  ]);
});

t.test('the whole grammar', async (t) => {
  t.same(parsePipeline(''), sequence());
  t.same(parsePipeline(' \n'), sequence());
  t.same(parsePipeline('a'), sequence(run('/a')), 'bare names stand at the root');
  t.same(parsePipeline('a ; b'), parsePipeline('a ; b ;'));
  t.same(parsePipeline('{ a ; { b } }'), sequence(sequence(run('/a'), sequence(run('/b')))));
  t.same(
    parsePipeline('if /x { a } else { b }'),
    sequence({ kind: 'if', path: '/x', whenThere: sequence(run('/a')), otherwise: sequence(run('/b')) }),
  );
  t.same(parsePipeline('a;'), sequence(run('/a;')), 'a mark needs white space before it');
});

t.test('what is none is refused where it goes wrong', async (t) => {
  for (const [text, offset] of [
    ['a b', 2],
    ['; a', 0],
    ['if { a }', 3],
    ['if /x a', 6],
    ['if /x { a', 9],
    ['a ; }', 4],
    ['{ a } else { b }', 6],
    ['/../a', 0],
    ['/a/', 0],
    [`${'{ '.repeat(100)}`, 130],
  ] as const)
    t.throws(() => parsePipeline(text), { code: 'PIPELINE_INVALID', details: { offset } }, text.slice(0, 20));
});

t.test('any text gives a pipeline or a typed error', async () => {
  const words = fc.array(fc.constantFrom('if', 'else', '{', '}', ';', '/a', 'b', '..', '\0'), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((list) => list.join(' ')),
      ),
      (text) => {
        try {
          parsePipeline(text);
        } catch (error) {
          if (!(error instanceof TruceError) || error.code !== 'PIPELINE_INVALID') throw error;
        }
      },
    ),
    { numRuns: 1000 },
  );
});
