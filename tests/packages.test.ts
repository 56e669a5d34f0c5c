/** What `npm ci` brings in is said exactly, and from no place in particular. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { repositoryRoot } from './support/repository.ts';

type Versions = Readonly<Record<string, string>>;
interface Package {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
}

const read = (path: string) => readFileSync(new URL(path, repositoryRoot), 'utf8');
const manifest = JSON.parse(read('package.json')) as Package;
const lock = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Package>>;
};

t.test('every dependency has one exact version, and the lock has the same', async (t) => {
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      t.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
      t.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
    }
    t.same(lock.packages['']?.[kind], manifest[kind]);
  }
});

t.test('every package is known by its hash, and none by an address', async (t) => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  t.ok(packages.length > 100, `${packages.length} packages`);
  t.same(
    packages
      .filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
      .map(([path]) => path),
    [],
  );
  t.same(
    packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
    [],
  );
  for (const file of ['package.json', '.npmrc']) t.notMatch(read(file), /registry\s*=|:\/\//, file);
});
