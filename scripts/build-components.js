// Makes the example components, or checks them (--check).
//
//   npm ci --prefix examples/components       the tools, once
//   npm run examples:components               write what is committed, and the manifest
//   npm run examples:components -- --check    change nothing; exit 1 where anything differs
//   ... -- --statistics FILE                  the JavaScript one, to a file: its engine makes it too large to be committed
//
// The C component is a core module of examples/ with jco's adapter around it; the JavaScript one is componentize-js's.
// Everything comes from the packages: nothing is fetched.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const examples = join(dirname(fileURLToPath(import.meta.url)), '../examples');
const folder = join(examples, 'components');
const manifestPath = join(folder, 'manifest.json');
const args = process.argv.slice(2);

/** Core modules that are made into components, by name. */
const cores = ['directory-walk'];

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const modules = join(folder, 'node_modules/@bytecodealliance');
const installed = existsSync(join(modules, 'jco/package.json'));
const load = (file) => import(pathToFileURL(join(modules, file)).href);
const version = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;

/** Components and what they were made of, as the manifest has it. */
async function makeCores() {
  const { componentNew } = await load('jco/dist/api.js');
  const adapter = readFileSync(join(modules, 'jco/lib/wasi_snapshot_preview1.command.wasm'));
  const made = [];
  for (const name of cores) {
    const core = readFileSync(join(examples, name, `${name}.wasm`));
    const component = await componentNew(core, [['wasi_snapshot_preview1', adapter]]);
    made.push({
      component,
      entry: {
        name,
        wasm: `${name}.wasm`,
        sha256: hash(component),
        core: `../${name}/${name}.wasm`,
        coreSha256: hash(core),
        adapterSha256: hash(adapter),
        jco: version('jco'),
      },
    });
  }
  return made;
}

async function makeStatistics(target) {
  const { componentize } = await load('componentize-js/src/componentize.js');
  const { component } = await componentize({
    sourcePath: join(folder, 'statistics/statistics.js'),
    witWorld: worldWith('cli', 'clocks', 'filesystem', 'io', 'random', 'sockets'),
    worldName: 'statistics',
    // So that it runs where clocks are denied: the engine would ask for the time when it starts.
    disableFeatures: ['http', 'fetch-event', 'clocks'],
  });
  writeFileSync(target, component);
}

/** The program's world, and the packages of WASI that it is about, in one text. */
function worldWith(...packages) {
  const nested = packages.map((name) => {
    const text = readFileSync(join(modules, `jco/lib/wit/builtin/0.2.12/wasi-${name}/package.wit`), 'utf8');
    return `${text.replace(/^package ([^;]+);/, 'package $1 {')}\n}\n`;
  });
  return [readFileSync(join(folder, 'statistics/world.wit'), 'utf8'), ...nested].join('\n');
}

async function compare() {
  const recorded = JSON.parse(readFileSync(manifestPath, 'utf8')).components;
  const faults = recorded.flatMap(({ name, wasm, sha256, core, coreSha256 }) => [
    ...(hash(readFileSync(join(folder, wasm))) === sha256 ? [] : [`${name}: not what the manifest says`]),
    ...(hash(readFileSync(join(folder, core))) === coreSha256
      ? []
      : [`${name}: its core module was changed`]),
  ]);
  if (!installed) console.log('components not made again: npm ci --prefix examples/components');
  else {
    const made = (await makeCores()).map(({ entry }) => entry);
    if (JSON.stringify(made) !== JSON.stringify(recorded)) faults.push('making them again gives others');
    else console.log(`${made.length} component made again by jco ${version('jco')}`);
  }
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

const statistics = args.indexOf('--statistics');
if (!args.includes('--check') && !installed)
  throw new Error('npm ci --prefix examples/components comes first');
if (args.includes('--check')) await compare();
else if (statistics >= 0) await makeStatistics(args[statistics + 1]);
else {
  const made = await makeCores();
  for (const { component, entry } of made) writeFileSync(join(folder, entry.wasm), component);
  const components = made.map(({ entry }) => entry);
  writeFileSync(manifestPath, `${JSON.stringify({ components }, null, 2)}\n`);
}
