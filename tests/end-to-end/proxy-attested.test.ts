import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../host-bridge/client/index.ts';
import { measureRuntime } from '../../host-bridge/launcher/measurement.ts';
import { simulatorDirectory } from '../../host-bridge/launcher/places.ts';
import { openSimulatorRoot } from '../../host-bridge/launcher/simulator-root.ts';
import { startProxyAttestationServer } from '../../host-bridge/proxy-attestation/server.ts';
import { CertificateKeeper } from '../../host-bridge/proxy-attestation-client/certificate-keeper.ts';
import { ProxyAttestationClient } from '../../host-bridge/proxy-attestation-client/proxy-client.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { policyText, READ, RUN, WRITE } from '../support/policy-text.ts';
import { StandInProxyAuthority } from '../support/stand-in-proxy-authority.ts';
import { StandInProxyServer } from '../support/stand-in-proxy-server.ts';
import { makeParty } from '../support/test-enclave.ts';
import { fileAppears, startTruce, truce } from '../support/truce-command.ts';
import { controlOf, installation, launchBare } from './bare-enclave.ts';
import { RawParty } from './raw-party.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxied-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const [owner, sleeper, root, { pcr0 }] = await Promise.all([
  makeParty('owner'),
  compileSample('sleep-for-ever'),
  openSimulatorRoot(simulatorDirectory(), Date.now()),
  measureRuntime(installation.runtimeDirectory),
]);
const PROGRAM = '/bin/sleep-for-ever.wasm';
/** Renewed at half of it, so that seconds are left for whatever holds the renewal up; certificates keep whole ones. */
const SHORT_LIFE = 7000;

function startProxy(acceptedPcr0: Uint8Array, legacy = false) {
  return startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: at(legacy ? 'legacy.db' : 'proxy.db'),
    legacy,
    authority: { certificateFile: at('authority.pem'), keyFile: at('authority.key') },
    trustRoots: [root.certificatePem],
    measurements: [new Map([[0, acceptedPcr0]])],
  });
}

function policyWith(address: string, authority: Uint8Array): string {
  return policyText({
    parties: [{ certificate: owner.certificate, rights: { '/note': READ | WRITE, '/bin/': WRITE | RUN } }],
    programs: [{ path: PROGRAM, module: sleeper, rights: {} }],
    pcr0,
    proxy: { address, certificates: encodePem('CERTIFICATE', authority) },
    clock: true,
  });
}

t.test('the endpoint is certified, again and again, and serves on where the proxy is away', async (t) => {
  const enclave = await launchBare(t);
  const control = await controlOf(t, enclave);
  const authority = await StandInProxyAuthority.create();
  const server = await StandInProxyServer.start({ authority, lifeMilliseconds: SHORT_LIFE });
  t.teardown(() => server.close());
  const { port } = server;
  const proxy = { text: `127.0.0.1:${port}`, host: '127.0.0.1', port };
  const policy = policyWith(proxy.text, authority.certificate);
  await control.setPolicy(policy);
  const events: string[] = [];
  let heard: () => void = () => undefined;
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      heard = resolve;
    });
  const told = (event: string): void => {
    events.push(event);
    heard();
  };
  const keeper = await CertificateKeeper.start({
    proxy,
    connectControl: () => enclave.connectControl(),
    renewed: () => told('renewed'),
    failed: (error) => told((error as Error & { code: string }).code),
    restMilliseconds: 20,
    retryMilliseconds: 20,
  });
  t.teardown(() => keeper.stop());
  const { notAfter } = keeper;
  t.ok(notAfter > Date.now() && notAfter <= Date.now() + SHORT_LIFE);

  const options = {
    address: { path: enclave.dataTarget.path },
    policy,
    identity: owner,
    trust: { roots: [root.certificatePem] },
  };
  const session = await connect(options);
  t.match(session.checks.at(-1), { name: 'certificate', ok: true, detail: /^issued by the policy's proxy/ });
  await session.writeFile(PROGRAM, sleeper);
  const cancelling = new AbortController();
  const running = await connect(options);
  const run = running.run(PROGRAM, { signal: cancelling.signal }).catch((error: unknown) => error);
  const shown = async () => {
    const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
    const certificate = party.socket.getPeerX509Certificate()!;
    party.close();
    return { serial: certificate.serialNumber, issuer: certificate.issuer };
  };
  const before = await shown();

  await next();
  t.equal(events[0], 'renewed', 'while half of the time was left');
  const after = await shown();
  t.not(after.serial, before.serial);
  t.ok(keeper.notAfter >= notAfter);
  const other = await connect(options);
  t.same(other.facts.instanceId, session.facts.instanceId);
  await other.writeFile('/note', Buffer.from('a note'));
  await other.close();

  server.away = true;
  // On a slow machine it was renewed once more before that.
  while (events.at(-1) === 'renewed') await next();
  t.same(events.at(-1), 'PROXY_UNREACHABLE');
  t.equal((await shown()).issuer, after.issuer, 'what is there is shown as long as it is good');
  // By the clock that certificates go by, which timers do not.
  while (Date.now() < keeper.notAfter) await delay(Math.max(1, keeper.notAfter - Date.now()));
  t.match((await shown()).issuer, 'CN=truce-enclave', 'then the endpoint certifies itself');
  const alone = await connect(options);
  t.match(alone.checks.at(-1), { ok: true, detail: 'what it claims agrees with the document' });
  await alone.close();

  server.lifeMilliseconds = 3_600_000;
  server.away = false;
  while (events.at(-1) !== 'renewed') await next();
  t.match((await shown()).issuer, before.issuer);
  t.ok(keeper.notAfter > Date.now() + SHORT_LIFE);
  const checks = (await session.verifyAgain()).checks;
  t.ok(
    checks.every(({ ok }) => ok),
    'the first session proves itself anew, with the certificate that it began with',
  );
  cancelling.abort(new Error('that is enough'));
  t.match(await run, { message: 'that is enough' }, 'and its program has run all the while');
  await Promise.all([session.close(), running.close()]);
});

t.test('Veracruz’s order works where the enclave and the proxy are both set for it', async (t) => {
  const enclave = await launchBare(t, { legacyAttestation: true });
  const control = await controlOf(t, enclave);
  const strict = await startProxy(pcr0);
  t.teardown(() => strict.close());
  const legacy = await startProxy(pcr0, true);
  t.teardown(() => legacy.close());
  const certify = async (url: string) => {
    const { hostname: host, port, host: text } = new URL(url);
    const client = new ProxyAttestationClient({ text, host, port: Number(port) });
    const challenge = await client.start();
    const { document, csr } = await control.attestation(challenge.nonce, challenge.idBytes);
    return client.certify(challenge, { document, csr, policyHash: undefined });
  };
  await t.rejects(certify(strict.url), { code: 'PROXY_REFUSED', details: { status: 403 } });
  const policy = policyWith(new URL(legacy.url).host, legacy.authorityCertificate);
  const chain = await certify(legacy.url);
  await control.initialize(policy, chain);
  t.match(await control.status(), { phase: 'serving', certificate: { issuer: 'proxy' } });
  await control.installCertificate(await certify(legacy.url));
  const address = { path: enclave.dataTarget.path };
  const session = await connect({
    address,
    policy,
    identity: owner,
    trust: { roots: [root.certificatePem] },
  });
  t.match(session.checks.at(-1), { ok: true, detail: /^issued by the policy's proxy/ });
  await session.close();
});

t.test('truce serve has the endpoint certified before clients can connect', async (t) => {
  const proxy = await startProxy(pcr0);
  t.teardown(() => proxy.close());
  const { host } = new URL(proxy.url);
  writeFileSync(at('policy.json'), policyWith(host, proxy.authorityCertificate));
  const serve = (...args: string[]) => [
    'serve',
    '--policy',
    at('policy.json'),
    '--listen',
    '127.0.0.1:0',
    '--ready-file',
    at('ready'),
    ...args,
  ];
  const served = startTruce(serve());
  t.teardown(() => served.process.kill('SIGTERM'));
  await fileAppears(at('ready'), served);
  const { address, certificate } = JSON.parse(readFileSync(at('ready'), 'utf8'));
  t.match(certificate, { issuer: 'proxy', proxy: host, notAfter: /Z$/ });
  const party = await RawParty.open(address, owner);
  const shown = party.socket.getPeerX509Certificate()!;
  t.ok(shown.verify(new X509Certificate(proxy.authorityCertificate).publicKey));
  party.close();
  served.process.kill('SIGTERM');
  const { stdout } = await served.outcome;
  t.match(stdout, /^certificate +issued by the proxy at 127\.0\.0\.1:\d+, until .*; renewed before$/m);
});

t.test('truce serve ends where the proxy refuses, unless it is told to do without', async (t) => {
  const proxy = await startProxy(new Uint8Array(48).fill(7));
  t.teardown(() => proxy.close());
  writeFileSync(at('policy.json'), policyWith(new URL(proxy.url).host, proxy.authorityCertificate));
  const serve = ['serve', '--policy', at('policy.json'), '--listen', '127.0.0.1:0'];
  const refused = await truce(serve);
  t.equal(refused.code, 1);
  t.match(refused.stderr, /PROXY_REFUSED/);
  t.match(refused.stderr, /HTTP status 403/);
  t.equal(refused.stdout, '');
  const alone = startTruce([...serve, '--no-proxy', '--ready-file', at('alone')]);
  t.teardown(() => alone.process.kill('SIGTERM'));
  await fileAppears(at('alone'), alone);
  t.match(JSON.parse(readFileSync(at('alone'), 'utf8')), { certificate: { issuer: 'self' } });
  alone.process.kill('SIGTERM');
  await alone.outcome;
});
