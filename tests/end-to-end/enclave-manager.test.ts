import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { measureImageFile } from '../../host-bridge/cli/machine-options.ts';
import {
  EnclaveManager,
  type EnclaveManagerOptions,
  type EnclaveSource,
} from '../../host-bridge/enclave-manager/enclave-manager.ts';
import { processSource, qemuSource } from '../../host-bridge/enclave-manager/launcher-sources.ts';
import { measureRuntime } from '../../host-bridge/launcher/measurement.ts';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { policyText, READ } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { resultOf, SERVICES_PORT } from '../support/service-caller.ts';
import { makeParty, testLauncher } from '../support/test-enclave.ts';
import { buildTestImage } from '../support/test-image.ts';

const dist = (path: string) => fileURLToPath(new URL(`dist/${path}`, repositoryRoot));
const services = { enclave: { channel: 'tls', port: SERVICES_PORT } } as const;
const folder = await mkdtemp(join(tmpdir(), 'truce-manager-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const { source, pcr0, path } = await sourceHere();
const owner = await makeParty('owner');
const policy = policyText({ parties: [{ certificate: owner.certificate, rights: { '/note': READ } }], pcr0 });
const CONFIGURATION = JSON.stringify({
  Enclave: { Path: path, Memory: '1024', Cpus: '2' },
  Vsock: { Port: SERVICES_PORT },
});

/** An image in QEMU where these tests run there, a process elsewhere. */
async function sourceHere(): Promise<{ source: EnclaveSource; pcr0: Uint8Array; path: string }> {
  if (testLauncher === 'process') {
    const installation = { runtimeDirectory: dist('runtime'), simulatorProgram: dist('nsm-simulator.js') };
    const { pcr0 } = await measureRuntime(installation.runtimeDirectory);
    return { source: processSource({ installation, output: 'inherit' }), pcr0, path: '/unused' };
  }
  const { path, measurements } = await buildTestImage(folder, { services });
  const installation = { keeperProgram: dist('enclave-keeper.js') };
  return { source: qemuSource(measureImageFile, { installation }), pcr0: measurements.pcr0, path };
}

function managed(t: Test, changes: Partial<EnclaveManagerOptions> = {}, from = source): EnclaveManager {
  const expected = { pcrs: new Map([[0, pcr0]]) };
  const identity = { certificate: owner.certificate, key: owner.key };
  const options = { configuration: CONFIGURATION, expected, policy, identity, ...changes };
  const manager = new EnclaveManager(options, from);
  t.teardown(() => manager.stop());
  return manager;
}

t.test('a manager starts an enclave, attests it, calls its services and ends it', async (t) => {
  const manager = managed(t);
  await manager.start();
  const { instanceId, checks } = await manager.attest();
  t.match(instanceId, /^[0-9a-f]{32}$/);
  t.ok(checks.every(({ ok }) => ok));
  t.equal((await manager.attest()).instanceId, instanceId);
  const ping = { requestId: '7', serviceType: 'ping', operation: '', payload: new Uint8Array(0) };
  t.match(await manager.send(ping), { requestId: '7', success: true });
  const payload = new TextEncoder().encode('{"account":"a","audience":"b"}');
  const { token } = resultOf(
    await manager.send({ serviceType: 'account', operation: 'issueToken', payload }),
  );
  t.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const many = await Promise.all(Array.from({ length: 20 }, () => manager.send({ serviceType: 'ping' })));
  t.ok(
    many.every(({ success }) => success),
    'calls at once share a few connections',
  );
  const { enclave } = manager;
  await manager.stop();
  t.match(await enclave?.exited, { code: 0 });
  await t.rejects(manager.send(ping), { code: 'MANAGER_NOT_RUNNING' });
});

t.test('what runs is what was measured, or nothing is sent to it', async (t) => {
  await t.rejects(managed(t, { expected: { pcrs: new Map([[0, pcr0.map((byte) => ~byte)]]) } }).start(), {
    code: 'MANAGER_IMAGE_UNEXPECTED',
    details: { what: 'PCR0' },
  });
  const launched: RunningEnclave[] = [];
  // Somebody has another image measured than the one that starts.
  const swapped: EnclaveSource = {
    measure: async (configuration, expected) => {
      const measurements = await source.measure(configuration, expected);
      return { ...measurements, pcr1: measurements.pcr1.map((byte) => ~byte) };
    },
    launch: async (...options) => {
      const enclave = await source.launch(...options);
      launched.push(enclave);
      return enclave;
    },
  };
  await t.rejects(managed(t, {}, swapped).start(), { code: 'ATTESTATION_PCR_MISMATCH' });
  t.match(await launched[0]?.exited, { code: 0 }, 'and it is ended');
});
