/** `truce/attestation` as it is handed out: one file that any browser can load. */
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import { transformSync } from 'esbuild';
import t from 'tap';
import { genuineDocuments, readAttestation } from './support/attestation-fixtures.ts';
import { moduleImports } from './support/module-imports.ts';
import { repositoryRoot } from './support/repository.ts';

const bundle = readFileSync(new URL('dist/attestation.js', repositoryRoot), 'utf8');
const production = genuineDocuments.find(({ debug }) => !debug)!;
const hex = Buffer.from(readAttestation(production.file)).toString('hex');

t.test('it imports nothing, and nothing of it is anything but the contract', async (t) => {
  t.same(moduleImports(bundle), []);
  t.notMatch(bundle, /\bnode:|\brequire\b|\bprocess\.|\bBuffer\b|\bcreateRequire\b/);
  for (const name of builtinModules) t.notOk(bundle.includes(`from "${name}"`), name);
  const sources = [...bundle.matchAll(/^\s*\/\/ ([\w@./-]+\.[cm]?[jt]s)$/gm)].map(([, path]) => path!);
  t.ok(sources.includes('proto/attestation/library/verify.ts'), 'the sources were found');
  t.same(
    sources.filter(
      (path) => !/^proto\/(attestation|cbor|errors|x509)\/|^proto\/(bytes|errors)\.ts$/.test(path),
    ),
    [],
  );
});

t.test('it is what the package exports', async (t) => {
  // Not written out: the declarations are made by another command than the bundle.
  const name = ['truce', 'attestation'].join('/');
  const library = (await import(name)) as Record<string, unknown>;
  t.same(Object.keys(library).sort(), [
    'AWS_NITRO_ROOT_G1_PEM',
    'AWS_NITRO_ROOT_G1_SHA256',
    'DEFAULT_MAXIMUM_AGE',
    'DEFAULT_MAXIMUM_SKEW',
    'TruceError',
    'VerifiedChainCache',
    'decodeDocumentEncoding',
    'readUnverifiedClaims',
    'verifyAttestation',
  ]);
});

t.test('it verifies where there is nothing but what the web has', async (t) => {
  const { code } = transformSync(bundle, { format: 'iife', globalName: 'attestation' });
  const context = createContext({ crypto: webcrypto, atob, btoa, TextEncoder, TextDecoder, hex });
  t.same(
    runInContext('[typeof process, typeof Buffer, typeof require, typeof URL]', context),
    Array(4).fill('undefined'),
  );
  runInContext(code, context);
  const verdict = (options: string) =>
    runInContext(
      `attestation.verifyAttestation(attestation.decodeDocumentEncoding(hex), ${options}).then(
        (facts) => [facts.moduleId, facts.region, facts.pcrs.size].join(),
        (error) => [error.name, error.code].join())`,
      context,
    ) as Promise<string>;
  t.equal(await verdict("{ time: 'document' }"), `${production.module_id},us-east-1,16`);
  t.equal(
    await verdict("{ time: 'document', cache: new attestation.VerifiedChainCache() }"),
    await verdict("{ time: 'document' }"),
  );
  t.equal(await verdict('undefined'), 'TruceError,ATTESTATION_CERTIFICATE_EXPIRED');
  t.equal(
    await verdict("{ time: 'document', pcrs: { 0: '00'.repeat(48) } }"),
    'TruceError,ATTESTATION_PCR_MISMATCH',
  );
  const instance = production.module_id.split('-enc')[0];
  t.match(await verdict(`{ time: 'document', instance: '${instance}' }`), production.module_id);
});
