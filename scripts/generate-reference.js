// Writes the pages that are tables of the code: docs/errors.md and LIMITS.md. Needs a build (npm run pretest).
// A test compares both pages with the code, so they cannot fall behind.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { errorTable, ResponseStatus } = await import('../build/proto/errors.js');
const { enclaveLimitTable, proxyLimitTable, runLimitTable } = await import('../build/proto/limits.js');

const statusNames = Object.fromEntries(Object.entries(ResponseStatus).map(([name, value]) => [value, name]));
const errorRows = Object.entries(errorTable).map(
  ([code, row]) => `| \`${code}\` | ${statusNames[row.status]} | ${row.message} |`,
);
writeFileSync(
  join(root, 'docs/errors.md'),
  `# Errors

Every failure that a peer, a user or a caller can see has a stable code. \`{name}\` in a message stands for a detail of
that name. The status is what the wire carries beside it (\`transport_protocol.ResponseStatus\`). Made by
\`npm run reference\` from \`proto/errors.ts\`.

| code | status | message |
|---|---|---|
${errorRows.join('\n')}
`,
);

/** What the comment before a limit says. */
const source = readFileSync(join(root, 'proto/limits.ts'), 'utf8');
const comments = new Map(
  [...source.matchAll(/\/\*\* ([^*]+(?:\*(?!\/)[^*]*)*)\*\/\n\s+(\w+):/g)].map(([, text, name]) => [
    name,
    text.replace(/\s+\*?\s*/g, ' ').trim(),
  ]),
);
const limitRows = (table, prefix) =>
  Object.entries(table).map(
    ([name, row]) =>
      `| \`${prefix}${name}\` | ${row.value} | ${row.minimum} | ${row.maximum} | ${comments.get(name) ?? ''} |`,
  );
const fixed = readFileSync(join(root, 'docs/fixed-limits.md'), 'utf8');
writeFileSync(
  join(root, 'LIMITS.md'),
  `# Limits

Every bound that can be set, its default and its range. Sizes are bytes, times milliseconds. The process launcher takes
them as \`limits\`, an image from its boot configuration; a value outside its range is refused. A policy of version 2 can
lower those of runs, program by program (docs/policy.md); \`max_memory_mib\` lowers those of memory. Made by
\`npm run reference\` from \`proto/limits.ts\`.

## Of an enclave

| limit | default | from | to | what |
|---|---|---|---|---|
${limitRows(enclaveLimitTable, '').join('\n')}

## Of each run

| limit | default | from | to | what |
|---|---|---|---|---|
${limitRows(runLimitTable, 'run.').join('\n')}

## Of a proxy attestation server

\`limits\` of its configuration (docs/proxy-attestation.md), without the prefix.

| limit | default | from | to | what |
|---|---|---|---|---|
${limitRows(proxyLimitTable, 'proxy.').join('\n')}

${fixed.replace(/^# .*\n\n/, '')}`,
);
