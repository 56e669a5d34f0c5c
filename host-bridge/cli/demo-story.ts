/**
 * The demo: three parties who trust neither each other nor the machine get one answer out of their data. Everything
 * goes the way that real clients go: over the relay, into the enclave, under the policy.
 */
import { createHash } from 'node:crypto';
import { isZero } from '../../proto/attestation/measurements.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { connect, type TruceSession } from '../client/index.ts';
import { type DemoEnclave, startDemoEnclave } from './demo-enclave.ts';
import { type DemoFiles, type FittedLine, fitLine, parseFittedLine, readDemoFiles } from './demo-files.ts';
import { createParty, type DemoParty } from './demo-parties.ts';
import { demoPaths, demoPolicyText } from './demo-policy.ts';
import { attempt, type DemoAttempt, type DemoReport, faults, Stopwatch } from './demo-report.ts';
import type { DemoTeller } from './demo-teller.ts';

const HOUR_MS = 3_600_000;
const partyNames = ['institute', 'registry', 'ministry'] as const;
type PartyName = (typeof partyNames)[number];
type Sessions = Readonly<Record<PartyName, TruceSession>>;

/** What the story goes on with, once the enclave runs under the parties' policy. */
interface Stage {
  readonly enclave: DemoEnclave;
  readonly files: DemoFiles;
  readonly parties: Readonly<Record<PartyName, DemoParty>>;
  readonly stranger: DemoParty;
  readonly policy: string;
  readonly teller: DemoTeller;
  readonly watch: Stopwatch;
  readonly signal: AbortSignal;
}

export interface DemoOptions {
  readonly teller: DemoTeller;
  /** Ends the story early; what was started is stopped all the same. */
  readonly signal: AbortSignal;
  /** Gets what the story was made of, by file name. */
  readonly keep: (name: string, content: string | Uint8Array) => Promise<void>;
}

/** Tells the story and takes everything down again. Throws what fails on the way, the signal's reason included. */
export async function playDemo({ teller, signal, keep }: DemoOptions): Promise<DemoReport> {
  const watch = new Stopwatch();
  const files = readDemoFiles();
  const expiry = Date.now() + HOUR_MS;
  const makeParty = (name: string) => createParty(name, expiry + HOUR_MS);
  const parties = {
    institute: await makeParty('institute'),
    registry: await makeParty('registry'),
    ministry: await makeParty('ministry'),
  };
  const stranger = await makeParty('stranger');
  teller.parties(files);
  const enclave = await teller.during('starting the enclave', watch.time('start', startDemoEnclave(signal)));
  let facts: Omit<DemoReport, 'ok'>;
  try {
    const policy = demoPolicyText({
      ...parties,
      program: files.program,
      pcr0: enclave.pcrs.get(0) ?? new Uint8Array(0),
      address: `${enclave.address.host}:${enclave.address.port}`,
      expiry,
    });
    await watch.time('policy', enclave.setPolicy(policy));
    teller.enclave(enclave, watch.timings.start ?? 0);
    teller.policy(sha256(policy));
    const stage = { enclave, files, parties, stranger, policy, teller, watch, signal };
    facts = await play(stage);
    await keepPieces(stage, facts, keep);
  } finally {
    await teller.during('stopping the enclave', watch.time('stop', enclave.stop()));
  }
  const line = fitLine(files.fertility, files.lifeExpectancy);
  const found = faults(facts, { line, parties: partyNames, attempts: ATTEMPTS });
  const report = { ok: found.length === 0, ...facts, timings: watch.timings };
  teller.end(report, found);
  return report;
}

async function play(stage: Stage): Promise<Omit<DemoReport, 'ok'>> {
  const { teller, watch } = stage;
  const opened: TruceSession[] = [];
  const meet = async (name: PartyName): Promise<TruceSession> => {
    const session = await watch.time(`connect ${name}`, enter(stage, stage.parties[name], stage.policy));
    opened.push(session);
    teller.checks(name, session.checks);
    return session;
  };
  try {
    const sessions = {
      institute: await meet('institute'),
      registry: await meet('registry'),
      ministry: await meet('ministry'),
    };
    teller.acts();
    const refused = [...(await knockInVain(stage)), ...(await bringAll(stage, sessions))];
    const result = await runAndRead(stage, sessions, refused);
    const { attestation, instanceId } = sessions.ministry.facts;
    const proven = [...attestation.document.pcrs].filter(([, value]) => !isZero(value));
    return {
      result,
      policyHash: sha256(stage.policy),
      instanceId,
      pcrs: Object.fromEntries(proven.map(([index, value]) => [String(index), toHex(value)])),
      checks: partyNames.flatMap((party) => sessions[party].checks.map((check) => ({ party, ...check }))),
      refused,
      timings: watch.timings,
    };
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}

/** How many things are tried that must not be possible. */
const ATTEMPTS = 5;

/** Those who never get as far as a session. */
async function knockInVain(stage: Stage): Promise<DemoAttempt[]> {
  const { parties, stranger, policy, teller } = stage;
  // The stranger has a policy of its own making, in which it stands in the registry's place.
  const forged = policy.replace(quoted(parties.registry), quoted(stranger));
  // The registry has agreed to one that differs in a single word; the host has started this one.
  const other = policy.replace('"enable_clock": false', '"enable_clock": true');
  return [
    teller.attempt(
      await attempt('stranger', 'connects', 'IDENTITY_UNKNOWN', () => visit(stage, stranger, forged)),
    ),
    teller.attempt(
      await attempt('registry', 'expects another policy', 'ATTESTATION_POLICY_MISMATCH', () =>
        visit(stage, parties.registry, other),
      ),
    ),
  ];
}

/** Everyone brings what is theirs; the institute tries two things besides. */
async function bringAll(stage: Stage, { institute, registry, ministry }: Sessions): Promise<DemoAttempt[]> {
  const { files, teller, watch, signal } = stage;
  const changed = Uint8Array.from(files.program);
  changed[changed.length - 1]! ^= 1;
  const refused = [
    teller.attempt(
      await attempt('institute', 'brings a changed program', 'FILE_HASH_MISMATCH', () =>
        institute.writeFile(demoPaths.program, changed, { signal }),
      ),
    ),
  ];
  const bring = async (name: PartyName, session: TruceSession, path: string, content: Uint8Array) => {
    await watch.time(`provide ${path}`, session.writeFile(path, content, { signal }));
    teller.act(name, 'brings', path, `${content.length} bytes`);
  };
  await bring('institute', institute, demoPaths.program, files.program);
  await bring('registry', registry, demoPaths.fertility, files.fertility);
  await bring('ministry', ministry, demoPaths.lifeExpectancy, files.lifeExpectancy);
  refused.push(
    teller.attempt(
      await attempt('institute', `reads ${demoPaths.fertility}`, 'ACCESS_DENIED', () =>
        institute.readFile(demoPaths.fertility, { signal }),
      ),
    ),
  );
  return refused;
}

async function runAndRead(
  { teller, watch, signal }: Stage,
  { registry, ministry }: Sessions,
  refused: DemoAttempt[],
): Promise<FittedLine> {
  const { exitCode } = await teller.during(
    'running the program',
    watch.time('run', ministry.run(demoPaths.program, { signal })),
  );
  teller.act('ministry', 'runs', demoPaths.program, `exit code ${exitCode}`);
  if (exitCode !== 0) throw new TruceError('DEMO_FAILED', { reason: `the program ended with ${exitCode}` });
  refused.push(
    teller.attempt(
      await attempt('registry', `reads ${demoPaths.result}`, 'ACCESS_DENIED', () =>
        registry.readFile(demoPaths.result, { signal }),
      ),
    ),
  );
  const bytes = await ministry.readFile(demoPaths.result, { signal });
  teller.act('ministry', 'reads', demoPaths.result, `${bytes.length} bytes`);
  return parseFittedLine(bytes);
}

/** A party's session, entered as its own client library enters it: nothing is sent before everything is checked. */
function enter({ enclave, signal }: Stage, party: DemoParty, policy: string): Promise<TruceSession> {
  const trust = { roots: [enclave.trustRoot], pcrs: enclave.pcrs };
  return connect({ address: enclave.address, policy, identity: party, trust, signal });
}

/** Enters, which should fail, and leaves. */
async function visit(stage: Stage, party: DemoParty, policy: string): Promise<void> {
  const session = await enter(stage, party, policy);
  await session.close();
}

async function keepPieces(
  { enclave, parties, policy }: Stage,
  facts: Omit<DemoReport, 'ok'>,
  keep: DemoOptions['keep'],
): Promise<void> {
  await keep('policy.json', policy);
  await keep('trust-root.pem', enclave.trustRoot);
  await keep('result.json', `${JSON.stringify(facts.result)}\n`);
  for (const party of Object.values(parties)) {
    await keep(`${party.name}.crt`, party.certificate);
    await keep(`${party.name}.key`, party.key);
  }
}

/** A certificate as it stands in the policy's text. */
function quoted({ certificate }: DemoParty): string {
  return JSON.stringify(certificate.trimEnd());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
