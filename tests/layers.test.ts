import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { moduleImports } from './support/module-imports.ts';
import { repositoryRoot } from './support/repository.ts';

const root = fileURLToPath(repositoryRoot);

/** What each layer may import, itself included. Imports run only downwards (DESIGN, section 2). */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  proto: ['proto'],
  native: ['native', 'proto'],
  runtime: ['runtime', 'native', 'proto'],
  'host-bridge': ['host-bridge', 'native', 'proto'],
  // The command line alone builds images too.
  'host-bridge/cli': ['host-bridge', 'native', 'proto', 'eif'],
  eif: ['eif', 'native', 'proto'],
};

interface Import {
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
  readonly module: string;
  /** Where a relative import leads, relative to the root; undefined for packages. */
  readonly target: string | undefined;
}

function layerOf(path: string): string | undefined {
  const matches = Object.keys(LAYERS).filter((layer) => path.startsWith(`${layer}/`));
  return matches.sort((left, right) => right.length - left.length)[0];
}

function sources(): { file: string; text: string }[] {
  const folders = Object.keys(LAYERS).filter((layer) => !layer.includes('/'));
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts') && !name.includes('node_modules'),
      )
      .map((name) => ({ file: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') })),
  );
}

function importsOf(file: string, text: string): Import[] {
  return moduleImports(text).map(({ module, position }) => ({
    file,
    line: text.slice(0, position).split('\n').length,
    module,
    target: module.startsWith('.') ? relative(root, join(root, file, '..', module)) : undefined,
  }));
}

const files = sources();
const imports = files.flatMap(({ file, text }) => importsOf(file, text));
const describe = ({ file, line, module }: Import) => `${file}:${line} imports ${module}`;

/** Whether an import breaks the rules of the layers. */
function breaksLayers({ file, target }: Import): boolean {
  if (target === undefined) return false;
  const allowed = LAYERS[layerOf(file) ?? ''] ?? [];
  return !allowed.some((layer) => target.startsWith(`${layer}/`));
}

t.test('the scan sees every kind of import', (t) => {
  const text = `import a from '../a.ts'; export * from './b.ts'; const c = await import('../../c.ts');
    import type { D } from '../runtime/d.ts'; type E = import('./e.ts').E; import 'koffi';`;
  t.same(
    importsOf('proto/x/y.ts', text).map(({ target, module }) => target ?? module),
    ['proto/a.ts', 'proto/x/b.ts', 'c.ts', 'proto/runtime/d.ts', 'proto/x/e.ts', 'koffi'],
  );
  t.end();
});

t.test('the rule catches what it is for', (t) => {
  const breaks = (file: string, module: string) => breaksLayers(importsOf(file, `import '${module}';`)[0]!);
  t.ok(breaks('runtime/vfs/a.ts', '../../host-bridge/client/b.ts'));
  t.ok(breaks('host-bridge/client/a.ts', '../../runtime/main.ts'));
  t.ok(breaks('host-bridge/relay/a.ts', '../../eif/image.ts'));
  t.ok(breaks('native/a.ts', '../runtime/main.ts'));
  t.ok(breaks('proto/a.ts', '../native/libc.ts'));
  t.ok(breaks('runtime/a.ts', '../tests/support/b.ts'));
  t.notOk(breaks('host-bridge/cli/a.ts', '../../eif/image.ts'));
  t.notOk(breaks('runtime/vfs/a.ts', '../../native/memfd.ts'));
  t.end();
});

t.test('imports run only downwards', (t) => {
  t.ok(imports.length > 100, 'the sources were found');
  t.same(imports.filter(breaksLayers).map(describe), []);
  t.end();
});

t.test('proto/ is pure: it imports nothing of Node', (t) => {
  const ofNode = (module: string) => module.startsWith('node:') || builtinModules.includes(module);
  t.same(imports.filter(({ file, module }) => file.startsWith('proto/') && ofNode(module)).map(describe), []);
  t.end();
});

t.test('foreign functions and Node internals are native/ alone', (t) => {
  const foreign = imports.filter(
    ({ file, module }) => !file.startsWith('native/') && /^koffi(\/|$)/.test(module),
  );
  t.same(foreign.map(describe), []);
  const internal = files.filter(({ file, text }) => {
    return !file.startsWith('native/') && /process\s*(\?\.|\.|\[)\s*['"`]?(binding|dlopen)\b/.test(text);
  });
  t.same(
    internal.map(({ file }) => file),
    [],
  );
  t.end();
});
