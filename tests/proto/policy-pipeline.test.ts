import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../proto/errors.ts';
import { findPipeline } from '../../proto/policy/authority.ts';
import type { PolicyPipeline } from '../../proto/policy/model.ts';
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
  t.same(parsePipeline('a;b'), sequence(run('/a;b')), 'the longest match is one path');
  t.same(parsePipeline(';a ; {b} ; }c'), sequence(run('/;a'), run('/{b}'), run('/}c')));
  t.same(parsePipeline('iffy ; elsewhere'), sequence(run('/iffy'), run('/elsewhere')));
  t.same(parsePipeline('{ }'), sequence(sequence()));
  t.same(parsePipeline('if x { } else { }'), parsePipeline('\u0085if\u3000x\t{\n}\u2028else { }'));
  t.same(parsePipeline('a\ufeff'), sequence(run('/a\ufeff')), 'a byte order mark is no white space');
  t.same(
    parsePipeline('if x { if y { a } } else { if z { } ; b }'),
    sequence({
      kind: 'if',
      path: '/x',
      whenThere: sequence({ kind: 'if', path: '/y', whenThere: sequence(run('/a')), otherwise: undefined }),
      otherwise: sequence({ kind: 'if', path: '/z', whenThere: sequence(), otherwise: undefined }, run('/b')),
    }),
    'a choice within a choice',
  );
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
    ['a ; b//c', 4],
    ['a ;; b', 2],
    ['if else { a }', 3],
    ['if x { a } else', 15],
    ['if x { a } else { b } else { c }', 22],
    ['if x ; a', 5],
    ['stdin', 0],
    [`${'{ '.repeat(100)}`, 130],
  ] as const)
    t.throws(() => parsePipeline(text), { code: 'PIPELINE_INVALID', details: { offset } }, text.slice(0, 20));
});

t.test('a pipeline is found by its name, and by its place where none has that name', async (t) => {
  const pipelines = ['b', '0', 'a'].map((name) => ({ name }) as PolicyPipeline);
  const found = (name: string) => findPipeline({ pipelines }, name)?.name;
  t.same(['b', '0', 'a'].map(found), ['b', '0', 'a']);
  t.same(['1', '2'].map(found), ['0', 'a']);
  for (const none of ['3', '-1', '00', '1.0', ' 1', '1e0', 'length', '', '99999999999999999999'])
    t.equal(found(none), undefined, none);
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
