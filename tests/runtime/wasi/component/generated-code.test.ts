import fc from 'fast-check';
import t from 'tap';
import { concatBytes } from '../../../../proto/bytes.ts';
import { TruceError } from '../../../../proto/errors.ts';
import { importedNames } from '../../../../runtime/wasi/component/component-names.ts';
import { scriptOf } from '../../../../runtime/wasi/component/generated-script.ts';
import { newContext } from '../../../../runtime/wasi/component/instance.ts';
import { decodeTranspiled, encodeTranspiled } from '../../../../runtime/wasi/component/transpiled.ts';
import { runHere, transpiled } from '../../../support/component-host.ts';
import {
  commandComponent,
  componentOf,
  EXIT_WITH_CODE,
  unusedImport,
} from '../../../support/component-text.ts';

const well = await commandComponent({ body: '(i32.const 0)' });

/** Runs a script of ours in the place of the generated one: its value is what `instantiate` throws. */
function evaluate(code: string): string {
  const script = `(function instantiate() { throw new Error(String(${code})); })`;
  return String(runHere({ ...transpiled(well), script }).error?.details.reason);
}

t.test('the generated script has the language and nothing of Node', async (t) => {
  for (const name of ['process', 'require', 'module', 'Buffer', 'fetch', 'setTimeout', 'globalThis.global'])
    t.equal(evaluate(`typeof ${name}`), 'undefined', name);
  t.match(evaluate(`eval('1')`), /Code generation from strings disallowed/);
  t.match(evaluate(`new Function('return 1')()`), /Code generation from strings disallowed/);
  t.match(
    evaluate('new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))'),
    /disallowed/,
    'modules are compiled where they are held to the limits',
  );
});

t.test('each component has a context of its own', async (t) => {
  const first = newContext() as { mark?: string };
  first.mark = 'x';
  t.equal((newContext() as { mark?: string }).mark, undefined);
});

t.test('no import is called through the code that was generated for it', async (t) => {
  const { script } = transpiled(
    await commandComponent({ ...EXIT_WITH_CODE, body: '(call $exit (i32.const 3)) (i32.const 0)' }),
  );
  t.match(script, 'trampoline0 = exitWithCode[symbolCabiLower]({');
  t.match(script, 'const unused_trampoline0 = true ? undefined :');
});

t.test('a module of another form than the transpiler makes is refused', async (t) => {
  const refused = { code: 'COMPONENT_INVALID' };
  const good = 'export function instantiate(a) {}\nexport const _util = {}\n';
  t.match(scriptOf(good), /instantiate;\n$/);
  t.throws(() => scriptOf(good + good), refused);
  t.throws(() => scriptOf(`${good}import fs from 'node:fs';`), refused);
  t.throws(() => scriptOf(`${good}export { instantiate as x };`), refused);
  t.throws(() => scriptOf(''), refused);
});

t.test('imports are named with their versions, those inside of it are not', async (t) => {
  const component = await componentOf(`(component
    ${unusedImport('wasi:cli/stdin@0.2.0')}
    (import "wasi:io/streams@0.2.11" (instance (export "input-stream" (type (sub resource)))))
    (import "plain" (func))
    (component (import "inner:one/two@1.0.0" (instance))))`);
  t.same(importedNames(component), ['wasi:cli/stdin@0.2.0', 'wasi:io/streams@0.2.11', 'plain']);
});

t.test('reading the names of damaged components ends, with an error or with names', async () => {
  const component = await commandComponent({ ...EXIT_WITH_CODE, body: '(i32.const 0)' });
  fc.assert(
    fc.property(fc.nat(component.length - 1), fc.nat(255), fc.nat(component.length), (at, byte, length) => {
      const damaged = component.slice(0, length);
      damaged[at] = byte;
      try {
        return Array.isArray(importedNames(damaged));
      } catch (error) {
        return error instanceof TruceError && error.code === 'MODULE_INVALID';
      }
    }),
    { numRuns: 2000 },
  );
});

t.test('what was made of a component comes back as it went out; what is damaged is refused', async (t) => {
  const made = transpiled(well);
  const encoded = concatBytes(...encodeTranspiled(made));
  const decoded = decodeTranspiled(encoded);
  t.same({ ...decoded, modules: [...decoded.modules] }, { ...made, modules: [...made.modules] });
  fc.assert(
    fc.property(fc.nat(400), fc.nat(255), fc.nat(encoded.length), (at, byte, length) => {
      const damaged = encoded.slice(0, length);
      damaged[at] = byte;
      try {
        decodeTranspiled(damaged);
        return true;
      } catch (error) {
        return error instanceof TruceError && error.code === 'COMPONENT_INVALID';
      }
    }),
    { numRuns: 1000 },
  );
});
