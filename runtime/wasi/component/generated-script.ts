/**
 * Makes of jco's module a script that any V8 context can evaluate, without a module loader and without Node: its value is
 * the function `instantiate(getCoreModule, imports, instantiateCore)`.
 *
 * jco 1.35 (js-component-bindgen of jco-transpile 0.15) declares the functions that stand for imports twice where
 * bindings are "optimized": empty, to be filled with the host's function, and once more as a wrapper that refers to what
 * that mode does not make. The second declarations are cut off here.
 */
import { TruceError } from '../../../proto/errors.ts';

const INSTANTIATE = /^export function instantiate\(/gm;
const UTILITIES = /^export const _util = \{\s*\}/gm;
const DECLARED = /^ *let (trampoline\d+);$/gm;
const DECLARED_AGAIN = /^( *)let (trampoline\d+) = _\2\.manuallyAsync \? /gm;

/** @throws TruceError COMPONENT_INVALID for a module that is not as expected */
export function scriptOf(source: string): string {
  const declared = new Set([...source.matchAll(DECLARED)].map(([, name]) => name));
  const script = replaceOnce(
    replaceOnce(source, INSTANTIATE, 'function instantiate('),
    UTILITIES,
    '',
  ).replace(
    DECLARED_AGAIN,
    // The rest of the expression is never evaluated.
    (whole, indent: string, name: string) =>
      declared.has(name)
        ? `${indent}const unused_${name} = true ? undefined : _${name}.manuallyAsync ? `
        : whole,
  );
  if (/^(?:export|import)\b/m.test(script)) throw unexpected();
  return `${script}\ninstantiate;\n`;
}

function replaceOnce(source: string, pattern: RegExp, replacement: string): string {
  let found = 0;
  const replaced = source.replace(pattern, () => {
    found++;
    return replacement;
  });
  if (found !== 1) throw unexpected();
  return replaced;
}

function unexpected(): TruceError {
  return new TruceError('COMPONENT_INVALID', { reason: 'what the transpiler made of it is of another form' });
}
