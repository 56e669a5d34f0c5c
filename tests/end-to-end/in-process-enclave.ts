/**
 * What serves a policy in the runtime, in this process: the same service over a secure module that the test has in its
 * hands. For what no launched enclave would do: a module in debug mode, a register left unlocked, an early renewal.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type ConnectOptions, connect, type TruceSession } from '../../host-bridge/client/index.ts';
import { NsmSimulator } from '../../host-bridge/launcher/nsm-simulator.ts';
import { SimulatorChain } from '../../host-bridge/launcher/simulator-chain.ts';
import { randomIdentity } from '../../host-bridge/launcher/simulator-names.ts';
import { openSimulatorRoot, readRootKey } from '../../host-bridge/launcher/simulator-root.ts';
import { defaultLimits } from '../../proto/limits.ts';
import { createNsm, type NitroSecureModule } from '../../proto/nsm.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { ChildPool } from '../../runtime/executor/child-pool.ts';
import { Service } from '../../runtime/manager/service.ts';
import { makeEndpointKey } from '../../runtime/session/endpoint-key.ts';
import { policyText, READ, WRITE } from '../support/policy-text.ts';
import type { Party } from '../support/test-enclave.ts';
import { installation } from './bare-enclave.ts';

export interface InProcessOptions {
  /** PCR0 to PCR2, 48 bytes each. */
  readonly measurement?: Uint8Array;
  /** What is done to PCR16 before the service starts; by default what the runtime does. */
  readonly prove?: (nsm: NitroSecureModule, policyHash: Uint8Array) => Promise<unknown>;
  readonly renewMilliseconds?: number;
}

export interface InProcessEnclave {
  readonly path: string;
  readonly nsm: NitroSecureModule;
  connect(options?: Partial<ConnectOptions>): Promise<TruceSession>;
}

/** What the policy of every such enclave names. */
const MEASUREMENT = new Uint8Array(48).fill(0x5a);

export async function serveInProcess(
  t: Test,
  party: Party,
  options: InProcessOptions = {},
): Promise<InProcessEnclave> {
  const folder = mkdtempSync(join(tmpdir(), 'truce-in-process-'));
  const root = await openSimulatorRoot(join(folder, 'root'), Date.now());
  const identity = randomIdentity();
  const chain = new SimulatorChain(
    { certificateDer: root.certificateDer, key: await readRootKey(root) },
    identity,
  );
  const { measurement = MEASUREMENT, prove = lockPolicy, renewMilliseconds } = options;
  const measurements = new Map([0, 1, 2].map((index) => [index, measurement]));
  const simulator = new NsmSimulator({ identity, measurements, chain, now: Date.now });
  const nsm = createNsm((request) => simulator.answer(request));
  const pool = await ChildPool.start({
    childProgram: join(installation.runtimeDirectory, 'executor-child.cjs'),
    warm: 0,
    maximum: 1,
    namespaces: 'if-possible',
  });
  const rights = { '/note': READ | WRITE };
  const text = policyText({ parties: [{ certificate: party.certificate, rights }], pcr0: MEASUREMENT });
  const policyHash = createHash('sha256').update(text).digest();
  await prove(nsm, policyHash);
  const service = await Service.start({
    policy: parsePolicy(text, { now: Date.now() }),
    policyHash,
    nsm,
    pool,
    limits: defaultLimits,
    programLimits: new Map(),
    key: makeEndpointKey(),
    instanceId: randomBytes(16),
    shutDown: () => undefined,
    ...(renewMilliseconds === undefined ? {} : { renewMilliseconds }),
  });
  const path = join(folder, 'data');
  const server = createServer((socket) => service.accept(socket)).listen(path);
  t.teardown(async () => {
    server.close();
    await service.close();
    await pool.close();
    rmSync(folder, { recursive: true });
  });
  return {
    path,
    nsm,
    connect: (changes) =>
      connect({
        address: { path },
        policy: text,
        identity: party,
        trust: { roots: [root.certificatePem] },
        ...changes,
      }),
  };
}

async function lockPolicy(nsm: NitroSecureModule, policyHash: Uint8Array): Promise<void> {
  await nsm.extendPcr(16, policyHash);
  await nsm.lockPcr(16);
}
