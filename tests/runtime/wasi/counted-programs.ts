/** Programs as trees, what each does told in one place and what it costs in another. */
import fc from 'fast-check';

export type Tree =
  | { readonly kind: 'step' }
  | { readonly kind: 'both'; readonly first: Tree; readonly second: Tree }
  | { readonly kind: 'if'; readonly bit: number; readonly taken: Tree; readonly other: Tree }
  | { readonly kind: 'repeat'; readonly times: number; readonly body: Tree }
  | { readonly kind: 'skip'; readonly bit: number; readonly body: Tree }
  | { readonly kind: 'call'; readonly body: Tree }
  | { readonly kind: 'try'; readonly bit: number; readonly body: Tree; readonly handler: Tree };

export const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constant({ kind: 'step' } as const),
    fc.record({ kind: fc.constant('both'), first: tie('tree'), second: tie('tree') }),
    fc.record({ kind: fc.constant('if'), bit: fc.nat(7), taken: tie('tree'), other: tie('tree') }),
    fc.record({ kind: fc.constant('repeat'), times: fc.integer({ min: 1, max: 4 }), body: tie('tree') }),
    fc.record({ kind: fc.constant('skip'), bit: fc.nat(7), body: tie('tree') }),
    fc.record({ kind: fc.constant('call'), body: tie('tree') }),
    fc.record({ kind: fc.constant('try'), bit: fc.nat(7), body: tie('tree'), handler: tie('tree') }),
  ) as fc.Arbitrary<Tree>,
}));

/** A module that exports it as `run`. */
export function programText(program: Tree): string {
  const functions: string[] = [];
  const body = textOf(program, functions);
  return `(module (memory 1) (tag $t) ${functions.join('\n')}
    (func (export "run") (param i32) (local i32 i32 i32 i32 i32 i32) ${body}))`;
}

/** Its text; functions that it calls go to `functions`, counters to local variables from 1 on. */
function textOf(node: Tree, functions: string[], depth = 1): string {
  switch (node.kind) {
    case 'step':
      return '(drop (i32.const 1))';
    case 'both':
      return `${textOf(node.first, functions, depth)} ${textOf(node.second, functions, depth)}`;
    case 'if':
      return `(if (i32.and (local.get 0) (i32.const ${1 << node.bit}))
        (then ${textOf(node.taken, functions, depth)}) (else ${textOf(node.other, functions, depth)}))`;
    case 'repeat':
      return `(local.set ${depth} (i32.const ${node.times})) (loop ${textOf(node.body, functions, depth + 1)}
        (br_if 0 (local.tee ${depth} (i32.sub (local.get ${depth}) (i32.const 1)))))`;
    case 'skip':
      return `(block (br_if 0 (i32.and (local.get 0) (i32.const ${1 << node.bit}))) ${textOf(node.body, functions, depth)})`;
    case 'try':
      return `(try (do ${textOf(node.body, functions, depth)} (if (i32.and (local.get 0) (i32.const ${1 << node.bit})) (then (throw $t))))
        (catch $t ${textOf(node.handler, functions, depth)}))`;
    case 'call': {
      const index = functions.push('') - 1;
      functions[index] =
        `(func $f${index} (param i32) (local i32 i32 i32 i32 i32 i32) ${textOf(node.body, functions)})`;
      return `(call $f${index} (local.get 0))`;
    }
  }
}

/** What it costs to run it with that argument. */
export function expected(node: Tree, argument: number): number {
  switch (node.kind) {
    case 'step':
      return 2;
    case 'both':
      return expected(node.first, argument) + expected(node.second, argument);
    case 'if':
      return 4 + expected((argument >> node.bit) & 1 ? node.taken : node.other, argument);
    case 'repeat':
      return 2 + node.times * (5 + expected(node.body, argument));
    case 'skip':
      return 4 + ((argument >> node.bit) & 1 ? 0 : expected(node.body, argument));
    case 'try': {
      const thrown = ((argument >> node.bit) & 1) === 1;
      return 4 + expected(node.body, argument) + (thrown ? 1 + expected(node.handler, argument) : 0);
    }
    case 'call':
      return 2 + expected(node.body, argument);
  }
}
