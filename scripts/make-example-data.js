// Derives examples/data/*.csv, the owners' files of the demo and the tests, from the npm package vega-datasets, or
// checks them (--check). examples/data/README.md says where the figures come from and under which licence.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const source = join(dirname(require.resolve('vega-datasets')), '../data');
const target = join(dirname(fileURLToPath(import.meta.url)), '../examples/data');
const readJson = (name) => JSON.parse(readFileSync(join(source, name), 'utf8'));

const field = (value) =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
const csv = (header, rows) => [header, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
const byText = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

// One owner files by country, the other by year: a join must go by the keys. The second file ends five years earlier.
const files = {
  'fertility.csv': csv(
    ['country', 'year', 'fertility'],
    readJson('gapminder.json').map((row) => [row.country, row.year, row.fertility]),
  ),
  'life-expectancy.csv': csv(
    ['country', 'year', 'life_expectancy'],
    readJson('countries.json')
      .sort((left, right) => left.year - right.year || byText(left.country, right.country))
      .map((row) => [row.country, row.year, row.life_expect]),
  ),
  // This one is CSV already; only the two columns that the examples use are kept.
  'incomes.csv': csv(
    ['country', 'income'],
    readFileSync(join(source, 'gapminder-health-income.csv'), 'utf8')
      .split(/\r?\n/)
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => {
        const match = /^(?:"([^"]*)"|([^",]*)),(\d+),/.exec(line);
        if (match === null) throw new Error('gapminder-health-income.csv is not what it was');
        return [match[1] ?? match[2], match[3]];
      }),
  ),
};

for (const [name, text] of Object.entries(files)) {
  const path = join(target, name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${name}: not what the package's data gives`);
    process.exitCode = 1;
  }
}
