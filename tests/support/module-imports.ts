/** What a module's text imports, as TypeScript reads it. */
import { createRequire } from 'node:module';

// An import statement has Node look through nine megabytes for names that it could import, before it runs them.
const { preProcessFile } = createRequire(import.meta.url)('typescript') as typeof import('typescript');

export interface ModuleImport {
  /** As it is written. */
  readonly module: string;
  /** Where it stands in the text. */
  readonly position: number;
}

/** Import, export from, import(), import types and require alike. */
export function moduleImports(text: string): ModuleImport[] {
  return preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    module: fileName,
    position: pos,
  }));
}
