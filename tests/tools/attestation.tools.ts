/**
 * `truce/attestation` in a browser and in another's TypeScript, and what is too long for `npm test`: every byte of a
 * document changed. Needs Debian's chromium for the first; run by `npm run test:tools`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { NsmSimulator } from '../../host-bridge/launcher/nsm-simulator.ts';
import { SimulatorChain } from '../../host-bridge/launcher/simulator-chain.ts';
import { randomIdentity } from '../../host-bridge/launcher/simulator-names.ts';
import { openSimulatorRoot, readRootKey } from '../../host-bridge/launcher/simulator-root.ts';
import { verifyAttestation } from '../../proto/attestation/library/index.ts';
import { TruceError } from '../../proto/errors.ts';
import { createNsm } from '../../proto/nsm.ts';
import { attestationFixtures, attestationFolder } from '../support/attestation-fixtures.ts';
import { repositoryRoot } from '../support/repository.ts';

const root = fileURLToPath(repositoryRoot);
const CHROMIUM = 'chromium';
const noChromium = spawnSync(CHROMIUM, ['--version']).error && 'no chromium: apt install chromium';

const CODES: Readonly<Record<string, string>> = {
  'invalid/20210909T101920Z_i-02e3a660059b27d87_15d4f223.bin': 'ATTESTATION_SIGNATURE',
  'invalid/20241213T090545Z_i-0d69bec447a037a2a_d8032479.bin': 'ATTESTATION_ROOT_UNKNOWN',
  'nitrotpm/20260201T051943Z_i-030a1f233f8348690-tpm0000000000000000_799ae6d1.bin': 'ATTESTATION_NITROTPM',
};

/** Loads the bundle as any page would, and sends back what came of each document. */
const PAGE = `<!doctype html><script type="module">
const results = {};
try {
  const { verifyAttestation } = await import('./attestation.js');
  const load = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const verdict = (document, options) => verifyAttestation(document, options)
    .then((facts) => facts.moduleId, (error) => error.code ?? String(error));
  const files = await (await fetch('files')).json();
  for (const file of files)
    results[file] = await verdict(await load('documents/' + file), { time: 'document', allowDebug: true });
  const document = await load('documents/' + files[0]);
  results.now = await verdict(document, { allowDebug: true });
  results.debug = await verdict(document, { time: 'document' });
  document[document.length - 1] ^= 1;
  results.changed = await verdict(document, { time: 'document', allowDebug: true });
  results.node = typeof process + typeof Buffer + typeof require;
} catch (error) { results.error = String(error); }
await fetch('results', { method: 'POST', body: JSON.stringify(results) });
</script>`;

interface Page {
  readonly address: string;
  readonly results: Promise<Record<string, string>>;
}

async function servePage(t: Test): Promise<Page> {
  let resolve: (results: Record<string, string>) => void = () => {};
  const results = new Promise<Record<string, string>>((resolved) => {
    resolve = resolved;
  });
  const files = attestationFixtures.map(({ file }) => file);
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    const [folder, ...rest] = path.split('/');
    if (path === '') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (path === 'attestation.js')
      response
        .setHeader('content-type', 'text/javascript')
        .end(readFileSync(new URL('dist/attestation.js', repositoryRoot)));
    else if (path === 'files') response.end(JSON.stringify(files));
    else if (folder === 'documents' && files.includes(rest.join('/')))
      response.end(readFileSync(new URL(rest.join('/'), attestationFolder)));
    else if (path === 'results') {
      let text = '';
      for await (const piece of request) text += String(piece);
      response.end();
      resolve(JSON.parse(text) as Record<string, string>);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, results };
}

t.test('a browser comes to the same verdicts', { skip: noChromium ?? false, timeout: 100_000 }, async (t) => {
  const { address, results } = await servePage(t);
  const profile = join(t.testdir({}), 'profile');
  // Root has no sandbox to give; the page is ours.
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const browser = spawn(
    CHROMIUM,
    [...args, `--user-data-dir=${profile}`, '--remote-debugging-port=0', address],
    {
      stdio: 'ignore',
      detached: true,
    },
  );
  const gone = new Promise<undefined>((resolve) => browser.once('exit', () => resolve(undefined)));
  t.teardown(async () => {
    // The browser leads a process group of its own.
    if (browser.exitCode === null && browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await gone;
  });
  const found = await Promise.race([results, gone]);
  if (found === undefined) throw new Error('the browser ended without a result');
  for (const { file, module_id } of attestationFixtures) t.equal(found[file], CODES[file] ?? module_id, file);
  t.equal(found.now, 'ATTESTATION_CERTIFICATE_EXPIRED');
  t.equal(found.debug, 'ATTESTATION_DEBUG');
  t.equal(found.changed, 'ATTESTATION_SIGNATURE');
  t.equal(found.node, 'undefined'.repeat(3));
  t.equal(found.error, undefined);
});

t.test('a program in TypeScript compiles against the declarations', { timeout: 100_000 }, async (t) => {
  const folder = t.testdir({ 'package.json': '{"type":"module"}' });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compile = (args: readonly string[], cwd: string) =>
    spawnSync(process.execPath, [tsc, '--pretty', 'false', ...args], { cwd, encoding: 'utf8' });
  // As npm would install it.
  const installed = join(folder, 'node_modules/truce');
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
  const declared = ['--declaration', '--emitDeclarationOnly', '--incremental', 'false'];
  const made = compile([...declared, '--outDir', join(installed, 'dist/types')], root);
  t.equal(made.stdout, '');
  writeFileSync(
    join(folder, 'good.ts'),
    `import { TruceError, verifyAttestation, type AttestationFacts, type ErrorCode } from 'truce/attestation';
export async function check(document: Uint8Array, nonce: Uint8Array): Promise<AttestationFacts | ErrorCode> {
  try {
    return await verifyAttestation(document, {
      nonce, time: new Date(), pcrs: { 0: ['00', new Uint8Array(48)], 8: (pcr) => pcr.length === 48 }, region: 'eu-west-1',
    });
  } catch (error) {
    if (error instanceof TruceError) return error.code;
    throw error;
  }
}
`,
  );
  writeFileSync(
    join(folder, 'bad.ts'),
    `import { verifyAttestation } from 'truce/attestation';
await verifyAttestation(new Uint8Array(), { pcr: {} });
`,
  );
  const strict = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--typeRoots',
    'none',
  ];
  const good = compile([...strict, '--lib', 'es2022,dom', '--exactOptionalPropertyTypes', 'good.ts'], folder);
  t.equal(good.stdout, '');
  t.equal(good.status, 0);
  t.match(compile([...strict, '--lib', 'es2022,dom', 'bad.ts'], folder).stdout, /'pcr' does not exist/);
});

t.test('every byte of a document of the simulator matters', { timeout: 300_000 }, async (t) => {
  const now = Date.now();
  const trusted = await openSimulatorRoot(join(t.testdir({}), 'simulator'), now);
  const identity = randomIdentity();
  const chain = new SimulatorChain(
    { certificateDer: trusted.certificateDer, key: await readRootKey(trusted) },
    identity,
  );
  const measurements = new Map(
    [0, 1, 2].map((index): [number, Uint8Array] => [index, new Uint8Array(48).fill(7)]),
  );
  const simulator = new NsmSimulator({ identity, measurements, chain, now: () => now });
  const nsm = createNsm((request) => simulator.answer(request));
  const document = await nsm.attest({ nonce: Uint8Array.of(1, 2, 3) });
  const options = { time: now, roots: [trusted.certificateDer] };
  t.equal((await verifyAttestation(document, options)).moduleId, identity.moduleId);
  const accepted: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < document.length) {
      const position = next++;
      const changed = new Uint8Array(document);
      changed[position]! ^= 1 << ((position * 5) % 8);
      try {
        await verifyAttestation(changed, options);
        accepted.push(position);
      } catch (error) {
        if (!(error instanceof TruceError)) throw error;
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  t.same(accepted, []);
  t.ok(document.length > 3000, `${document.length} bytes`);
});
