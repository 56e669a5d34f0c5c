/**
 * One process of the comparison of builds: `rights-sample.js ROUNDS MODULE PART,... BUILD...` runs the parts of a program
 * in each of the builds, in turn, and prints for each the figures of its rounds as JSON, each by line.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readFigures } from './hosts.ts';
import type { runInProcess } from './in-process-run.ts';

/** Until V8 has compiled everything. */
const ROUNDS_BEFORE = 4;

const [rounds, modulePath = '', parts = '', ...builds] = process.argv.slice(2);
const module = readFileSync(modulePath);
const runs = await Promise.all(
  builds.map(async (path) => (await import(pathToFileURL(path).href)).runInProcess as typeof runInProcess),
);
const figures = runs.map((): Record<string, number>[] => []);
for (let round = -ROUNDS_BEFORE; round < Number(rounds); round++)
  for (const part of parts.split(','))
    for (const [build, run] of runs.entries()) {
      const found = [...readFigures(run(module, [part]))].map(([line, { value }]) => [line, value]);
      if (round >= 0) figures[build]![round] = { ...figures[build]![round], ...Object.fromEntries(found) };
    }
console.log(JSON.stringify(figures));
