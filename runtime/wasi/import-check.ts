/** Whether a module is a program: what it may import, and what it must export. Judged before it is instantiated. */
import { TruceError } from '../../proto/errors.ts';
import { type ModuleFacts, shown } from './module-limits.ts';
import { importSignature } from './signatures.ts';

/** The function that runs the program. Source: WebAssembly/WASI, legacy/application-abi.md. */
export const ENTRY = '_start';
/** The memory that its pointers are about. */
export const MEMORY = 'memory';

/** What ENTRY may be: nothing in and out, or, as Veracruz allows, C's argc and argv, which are given as 0. */
const entrySignatures: ReadonlySet<string> = new Set([':', 'ii:']);

/**
 * Throws MODULE_IMPORT_FORBIDDEN for anything but a function of preview 1 or Veracruz's own, and MODULE_EXPORT_MISSING unless the entry and
 * the memory are exported.
 */
export function validateImports(module: WebAssembly.Module): void {
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (importSignature(from, name) === undefined || kind !== 'function')
      throw new TruceError('MODULE_IMPORT_FORBIDDEN', { kind, name: shown(name), module: shown(from) });
  }
  const exports = WebAssembly.Module.exports(module);
  requireExport(exports, ENTRY, 'function');
  requireExport(exports, MEMORY, 'memory');
}

/**
 * Throws MODULE_IMPORT_TYPE where a function is imported with another type than it has: JavaScript would be called with
 * arguments missing or of the wrong kind, since the engine does not compare. MODULE_EXPORT_MISSING for an entry that
 * wants arguments.
 */
export function validateSignatures(facts: ModuleFacts): void {
  for (const { module, name, signature } of facts.imports) {
    const expected = importSignature(module, name);
    if (expected === undefined)
      throw new TruceError('MODULE_IMPORT_FORBIDDEN', {
        kind: 'function',
        name: shown(name),
        module: shown(module),
      });
    if (signature !== expected)
      throw new TruceError('MODULE_IMPORT_TYPE', {
        name,
        found: shown(signature),
        expected: shown(expected),
      });
  }
  const entry = facts.exportedFunctions.get(ENTRY);
  if (entry === undefined || !entrySignatures.has(entry))
    throw new TruceError('MODULE_EXPORT_MISSING', { kind: 'function without arguments', name: ENTRY });
}

function requireExport(
  exports: readonly WebAssembly.ModuleExportDescriptor[],
  name: string,
  kind: WebAssembly.ImportExportKind,
): void {
  if (!exports.some((entry) => entry.name === name && entry.kind === kind))
    throw new TruceError('MODULE_EXPORT_MISSING', { kind, name });
}
