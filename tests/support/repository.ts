/** Where the project's own files are, for tests of what is not compiled: examples, documents, built programs. */
import { existsSync } from 'node:fs';

function findRoot(): URL {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    if (existsSync(new URL('package.json', folder))) return folder;
    if (folder.pathname === '/') throw new Error('these tests are not inside the project');
  }
}

/** The project's folder, with a slash at its end. Tests run compiled, some folders below it. */
export const repositoryRoot: URL = findRoot();
