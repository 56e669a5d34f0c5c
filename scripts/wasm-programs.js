// Programs that are committed as WebAssembly beside their sources, with a manifest of hashes: built, or checked against it.
// A check always compares sources and committed programs with the manifest; it compiles again, and compares the bytes,
// where exactly the packages are installed that the manifest names, and says so where they are not.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Debian's own clang, another may come first on PATH; `folder` keeps every path of the machine out of the bytes. */
export function clang(folder) {
  return {
    command: '/usr/bin/clang-14',
    packages: ['clang-14', 'lld-14', 'wasi-libc', 'libclang-rt-14-dev-wasm32'],
    flags: [
      '--target=wasm32-wasi',
      '--sysroot=/usr',
      '-std=gnu17',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      `-ffile-prefix-map=.=${folder}`,
      // The stack lies below the data, so that an overflow traps and overwrites nothing.
      '-Wl,--stack-first',
      '-Wl,-z,stack-size=262144',
      '-s',
    ],
  };
}

const hashFile = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Installed versions by package, undefined for those that are not there. */
function installedVersions(packages) {
  // A line is name, tab, version; a name that several architectures may have is followed by its own.
  const query = spawnSync('dpkg-query', ['-W', ...packages], { encoding: 'utf8' });
  const lines = (query.stdout ?? '').split('\n').map((line) => line.split('\t'));
  const versions = new Map(lines.map(([name, version]) => [name?.replace(/:.*/, ''), version]));
  return Object.fromEntries(packages.map((name) => [name, versions.get(name) || undefined]));
}

/**
 * With `--check` among the process's arguments changes nothing, and makes it exit with 1 where anything differs.
 * `compilers` are by language; a program is {name, language, sources, wasm}, its paths in `folder`.
 */
export function buildOrCheck({ folder, compilers, programs }) {
  const home = join(root, folder);
  const manifestPath = join(home, 'manifest.json');
  function compile({ language, sources, name }, target) {
    const { command, flags } = compilers[language];
    const inputs = sources.filter((source) => !source.endsWith('.h'));
    // A fixed locale, time and search path: nothing of the caller's environment reaches the output.
    const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', SOURCE_DATE_EPOCH: '0', TMPDIR: tmpdir() };
    const extra = language === 'rust' ? ['--crate-name', name.replaceAll('-', '_')] : [];
    execFileSync(command, [...flags, ...extra, '-o', target, ...inputs], {
      cwd: home,
      env: environment,
      stdio: 'inherit',
    });
    chmodSync(target, 0o644); // data to this machine, no program
  }

  function describe({ name, language, sources, wasm }) {
    return {
      name,
      language,
      sources: sources.map((path) => ({ path, sha256: hashFile(join(home, path)) })),
      wasm,
      bytes: readFileSync(join(home, wasm)).length,
      sha256: hashFile(join(home, wasm)),
    };
  }

  function build() {
    const described = {};
    for (const [language, { command, packages, flags }] of Object.entries(compilers)) {
      const versions = installedVersions(packages);
      const missing = packages.filter((name) => versions[name] === undefined);
      if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
      const version = execFileSync(command, ['--version'], { encoding: 'utf8' }).split('\n')[0];
      described[language] = { version, packages: versions, flags };
    }
    for (const item of programs) compile(item, join(home, item.wasm));
    const manifest = { compilers: described, programs: programs.map(describe) };
    writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
    console.log(`built ${programs.length} programs and ${folder}/manifest.json`);
  }

  /** What differs, as lines; compiles into `directory` where the pinned compilers are. */
  function compare(directory) {
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
    const faults = [];
    const expected = new Map(manifest.programs.map((item) => [item.name, item]));
    for (const item of programs) {
      const recorded = expected.get(item.name);
      if (JSON.stringify(recorded) !== JSON.stringify(describe(item)))
        faults.push(`${item.name}: sources or program differ from the manifest`);
      expected.delete(item.name);
    }
    for (const name of expected.keys()) faults.push(`${name}: in the manifest, but not built here`);

    for (const [language, { packages, flags }] of Object.entries(compilers)) {
      const pinned = manifest.compilers[language];
      if (JSON.stringify(pinned?.flags) !== JSON.stringify(flags))
        faults.push(`${language}: flags differ from the manifest`);
      const versions = installedVersions(packages);
      const other = packages.filter((name) => versions[name] !== pinned?.packages[name]);
      const mine = programs.filter((item) => item.language === language);
      if (other.length > 0) {
        const wanted = other.map(
          (name) => `${name} ${pinned?.packages[name]} (here: ${versions[name] ?? 'none'})`,
        );
        console.log(`${language}: ${mine.length} programs not rebuilt, needs ${wanted.join(', ')}`);
        continue;
      }
      for (const item of mine) {
        const target = join(directory, `${item.name}.wasm`);
        compile(item, target);
        if (hashFile(target) !== hashFile(join(home, item.wasm)))
          faults.push(`${item.name}: compiling the sources gives other bytes`);
      }
      console.log(`${language}: ${mine.length} programs rebuilt by ${pinned.version}`);
    }
    return faults;
  }

  if (process.argv.includes('--check')) {
    const directory = mkdtempSync(join(tmpdir(), 'truce-programs-'));
    try {
      const faults = compare(directory);
      for (const fault of faults) console.error(fault);
      if (faults.length > 0) process.exitCode = 1;
      else console.log(`${folder}/ is what the manifest says`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  } else {
    build();
  }
}
