// Generates proto/generated/ from proto/protobuf/*.proto with protobufjs-cli. With --check: fails if what is there differs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json')), 'bin');
const work = mkdtempSync(join(tmpdir(), 'truce-proto-'));
let stale = 0;
try {
  for (const name of ['transport_protocol']) {
    const js = join(work, `${name}.js`);
    const dts = join(work, `${name}.d.ts`);
    const pbjs = [
      '-t',
      'static-module',
      '-w',
      'esm',
      '--es6',
      '--keep-case',
      '--no-delimited',
      '--no-verify',
      '--no-service',
    ];
    execFileSync(process.execPath, [
      join(bin, 'pbjs'),
      ...pbjs,
      '-o',
      js,
      join(root, `proto/protobuf/${name}.proto`),
    ]);
    execFileSync(process.execPath, [join(bin, 'pbts'), '-o', dts, js]);
    for (const file of [`${name}.js`, `${name}.d.ts`]) {
      const target = join(root, 'proto/generated', file);
      const text = readFileSync(join(work, file), 'utf8');
      if (!process.argv.includes('--check')) writeFileSync(target, text);
      else if (readFileSync(target, 'utf8') !== text) {
        console.error(`${target} is not what its .proto gives: run npm run generate`);
        stale++;
      }
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit(stale === 0 ? 0 : 1);
