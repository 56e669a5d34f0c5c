/** What programs leave behind, for tests of what becomes of it. */
import { ProgramHost } from './program-host.ts';

/** Files by path, with what they hold, and links `-> TARGET`. */
export function left(entries: Readonly<Record<string, string>>): ProgramHost {
  const host = new ProgramHost();
  for (const [path, content] of Object.entries(entries)) {
    const names = path.split('/').slice(1);
    host.makeDirectory(names.slice(0, -1));
    if (!content.startsWith('-> ')) {
      host.append(path, content);
      continue;
    }
    const { parent, name } = host.fileSystem.resolve(host.fileSystem.root, names.join('/'), {
      followLast: false,
    });
    host.fileSystem.createSymbolicLink(parent, name, content.slice('-> '.length));
  }
  return host;
}
