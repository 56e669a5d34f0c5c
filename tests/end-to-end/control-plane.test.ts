import { webcrypto as crypto, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import type { ProcessEnclave } from '../../host-bridge/launcher/process-launcher.ts';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { toHex } from '../../proto/bytes.ts';
import { defaultLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { ControlFrameDecoder, encodeControlFrame } from '../../proto/wire/control-frame.ts';
import { type ControlResponse, encodeControlRequest } from '../../proto/wire/control-messages.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { connectNsm } from '../../runtime/boot/nsm-socket.ts';
import { policyText, READ, WRITE } from '../support/policy-text.ts';
import { makeParty } from '../support/test-enclave.ts';
import { controlOf, converse, launchBare } from './bare-enclave.ts';
import { closeOf, RawParty } from './raw-party.ts';

const owner = await makeParty('harriet-the-owner');
/** One that never gets a policy, for tests of the plane itself. */
const waiting = await launchBare(t);
const MIB = 1 << 20;
const STATUS = encodeControlFrame(encodeControlRequest({ kind: 'status' }));
const SUCCESS: ControlResponse = { kind: 'status', status: 0 };
const FAIL: ControlResponse = { kind: 'status', status: 1 };

interface Status {
  readonly phase: string;
  readonly policyHash: string | null;
  readonly instanceId: string;
  readonly lastError: { readonly code: string } | null;
}

function policyFor(enclave: ProcessEnclave): string {
  const parties = [{ certificate: owner.certificate, rights: { '/a-file-of-harriet': READ | WRITE } }];
  return policyText({ parties, pcr0: enclave.measurements.pcr0 });
}

async function statusOf(control: ControlClient): Promise<Status> {
  return (await control.status()) as Status;
}

/** The module of the enclave's own, spoken to behind the runtime's back, as only a test can. */
async function nsmOf(t: Test, enclave: ProcessEnclave): Promise<NitroSecureModule> {
  const nsm = await connectNsm(join(enclave.directory, 'nsm'));
  t.teardown(() => nsm.close());
  return nsm;
}

/** That the data plane closes without a byte. */
async function refusesData(t: Test, enclave: ProcessEnclave): Promise<void> {
  const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
  t.not(await party.ended, '', 'no TLS');
  t.equal(party.received.length, 0);
  const plain = connect({ path: enclave.dataTarget.path }).on('error', () => undefined);
  let received = 0;
  plain.on('data', (chunk) => {
    received += chunk.length;
  });
  plain.write(encodeRequest({ context: 1, kind: 'request_policy_hash' }));
  await closeOf(plain);
  t.equal(received, 0, 'the data plane says nothing');
}

/** The policy in version 2, with a program that asks for these limits. */
function asking(policy: string, limits: Record<string, number>, members = {}): string {
  const program = { id: 0, program_file_name: '/p', file_rights: [], limits };
  const file_hashes = [{ file_path: '/p', hash: '00'.repeat(32) }];
  return JSON.stringify({ version: 2, ...JSON.parse(policy), programs: [program], file_hashes, ...members });
}

t.test(
  'the policy is set once, proven before anything is served, and a broken one spends nothing',
  async (t) => {
    const enclave = await launchBare(t);
    const control = await controlOf(t, enclave);
    const nsm = await nsmOf(t, enclave);
    const policy = policyFor(enclave);
    t.match(await statusOf(control), { phase: 'awaiting-policy', policyHash: null, lastError: null });
    await refusesData(t, enclave);

    const broken: [string, string][] = [
      ['', 'JSON_INVALID'],
      ['{}', 'POLICY_DIALECT_UNKNOWN'],
      [policy.replace('"debug":false', '"debug":false,"debug":true'), 'JSON_INVALID'],
      [
        policy.replace('TLS1_3_AES_256_GCM_SHA384', 'TLS_RSA_WITH_RC4_128_MD5'),
        'POLICY_CIPHER_SUITE_UNKNOWN',
      ],
      [policy + ' '.repeat(MIB), 'POLICY_TOO_LARGE'],
      [
        asking(policy, { wall_milliseconds: defaultLimits.run.wallMilliseconds + 1 }),
        'POLICY_LIMIT_EXCEEDED',
      ],
      [asking(policy, { memory_bytes: MIB }, { max_memory_mib: 1 }), 'POLICY_MEMORY_EXCEEDED'],
    ];
    for (const [text, code] of broken) {
      await t.rejects(control.setPolicy(text), { code: 'CONTROL_REFUSED' });
      t.match(await statusOf(control), { phase: 'awaiting-policy', lastError: { code } });
    }
    t.match(await nsm.describePcr(16), { locked: false, data: new Uint8Array(48) }, 'nothing was measured');
    await refusesData(t, enclave);

    const other = await controlOf(t, enclave);
    const outcomes = await Promise.allSettled([control.setPolicy(policy), other.setPolicy(policy)]);
    t.same(
      outcomes.map(({ status }) => status).sort(),
      ['fulfilled', 'rejected'],
      'one of two has the latch',
    );
    const policyHash = await hashPolicy(policy, crypto.subtle);
    const expected = await policyPcr16(policyHash, sha384Of(crypto as Crypto));
    t.match(await nsm.describePcr(16), { locked: true, data: expected });
    t.match(await statusOf(control), { phase: 'serving', policyHash: toHex(policyHash) });
    // Which of the two ended last, the taking or the refusal, is theirs: what ends after both is the report's.
    await control.attestation(randomBytes(32), randomBytes(16));
    t.match(await statusOf(control), { phase: 'serving', lastError: null }, 'what is done wipes it away');
    const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
    party.send(encodeRequest({ context: 1, kind: 'request_policy_hash' }));
    t.equal(Buffer.from((await party.answer())!.policy_hash!.data!).toString(), toHex(policyHash));

    for (const again of [policy, `${policy} `, '{}'])
      await t.rejects(other.setPolicy(again), { code: 'CONTROL_REFUSED' });
    t.match(await statusOf(control), { phase: 'serving', lastError: { code: 'POLICY_ALREADY_SET' } });
    t.match(await nsm.describePcr(16), { data: expected });
    party.send(encodeRequest({ context: 2, kind: 'request_policy_hash' }));
    t.equal((await party.answer())?.context, 2, 'those who were served before are served on');
  },
);

t.test('an enclave whose PCR16 somebody has touched never serves', async (t) => {
  const touches: [string, (nsm: NitroSecureModule) => Promise<unknown>][] = [
    ['POLICY_NOT_PROVEN', (nsm) => nsm.extendPcr(16, new Uint8Array(32))],
    ['NSM_REFUSED', (nsm) => nsm.lockPcr(16)],
  ];
  for (const [code, touch] of touches) {
    const enclave = await launchBare(t);
    const control = await controlOf(t, enclave);
    await touch(await nsmOf(t, enclave));
    for (let attempt = 0; attempt < 2; attempt++) {
      await t.rejects(control.setPolicy(policyFor(enclave)), { code: 'CONTROL_REFUSED' });
      t.match(await statusOf(control), { phase: 'failed', policyHash: null, lastError: { code } });
      await refusesData(t, enclave);
    }
    await enclave.stop();
  }
});

t.test(
  'messages that do not decode are answered, and broken framing ends the connection alone',
  async (t) => {
    const enclave = waiting;
    const frame = (...bytes: readonly number[]) => encodeControlFrame(Uint8Array.from(bytes));
    const policyOf = (length: number, ...rest: readonly number[]) => {
      const head = Buffer.alloc(12);
      head.writeUInt32LE(6);
      head.writeBigUInt64LE(BigInt(length), 4);
      return encodeControlFrame(Buffer.concat([head, Buffer.from(rest)]));
    };
    const emptyMembers = Buffer.alloc(4 + 8 + 8 + 139_000 * 8);
    emptyMembers.writeUInt32LE(3);
    emptyMembers.writeBigUInt64LE(139_000n, 12);
    const undecodable = [
      encodeControlFrame(emptyMembers),
      frame(),
      frame(8, 0, 0),
      frame(99, 0, 0, 0),
      frame(8, 0, 0, 0, 0),
      policyOf(4, 0x7b),
      policyOf(2 ** 53, 0x7b, 0x7d),
      policyOf(2, 0xff, 0xfe),
    ];
    const shortened = STATUS.slice(0, -1);
    const answers = await converse(enclave, ...undecodable, STATUS, shortened);
    t.same(
      answers.slice(0, -1),
      undecodable.map(() => FAIL),
    );
    t.equal(answers.at(-1)?.kind, 'status_report', 'the same connection goes on');

    const premature = [
      { kind: 'attestation', challenge: new Uint8Array(3), challengeId: new Uint8Array(16) },
      { kind: 'initialize', policy: '{}', chain: new Uint8Array(8) },
      { kind: 'initialize', policy: policyFor(enclave), chain: new Uint8Array(8) },
      { kind: 'install_certificate', chain: new Uint8Array(8) },
      { kind: 'new_tls_session' },
      { kind: 'send_tls_data', session: 1, data: new Uint8Array(8) },
      { kind: 'get_tls_data', session: 1 },
      { kind: 'close_tls_session', session: 1 },
    ] as const;
    const frames = premature.map((request) => encodeControlFrame(encodeControlRequest(request)));
    t.same(
      await converse(enclave, ...frames),
      premature.map(() => FAIL),
    );

    const ninthByte = Buffer.from(STATUS);
    ninthByte[8] = 1;
    const tooLong = Buffer.from(STATUS);
    tooLong.writeBigUInt64LE(BigInt(2 * MIB));
    const longest = Buffer.from(STATUS);
    longest.writeBigUInt64LE(2n ** 64n - 1n);
    for (const broken of [ninthByte, tooLong, longest]) {
      t.same(await converse(enclave, broken, STATUS), [], 'what comes after is not read');
      const before = await converse(enclave, STATUS, STATUS, broken, STATUS);
      t.same(
        before.map(({ kind }) => kind),
        ['status_report', 'status_report'],
        'what came before is answered',
      );
    }
    const socket = await enclave.connectControl();
    socket.write(STATUS.subarray(0, 3));
    socket.destroy();
    t.match(await statusOf(await controlOf(t, enclave)), {
      phase: 'awaiting-policy',
      policyHash: null,
      lastError: { code: 'POLICY_NOT_SET' },
    });
  },
);

t.test(
  'the status report names no one, and Shutdown ends the process with 0 and leaves nothing',
  async (t) => {
    const enclave = await launchBare(t);
    const control = await controlOf(t, enclave);
    await control.setPolicy(policyFor(enclave));
    const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
    party.send(encodeRequest({ context: 1, kind: 'stat', path: '/a-file-of-harriet' }));
    await party.answer();
    const status = await statusOf(control);
    t.match(status, {
      connections: 1,
      sessions: 1,
      runs: { running: 0, waiting: 0 },
      executor: { warm: Number },
    });
    t.notMatch(JSON.stringify(status), /harriet|a-file|BEGIN CERTIFICATE|\.pem/);
    const strings = Object.entries(status).filter(([, value]) => typeof value === 'string');
    t.same(strings.map(([name]) => name).sort(), ['instanceId', 'phase', 'policyHash']);
    party.close();
    await party.ended;
    while (((await statusOf(control)) as unknown as { sessions: number }).sessions > 0);
    t.pass('a session that has ended is not counted');

    const last = await RawParty.open({ path: enclave.dataTarget.path }, owner);
    const shutdown = encodeControlFrame(encodeControlRequest({ kind: 'shutdown' }));
    t.same(await converse(enclave, shutdown), [SUCCESS]);
    t.same(await enclave.exited, { code: 0, signal: null });
    t.equal(await last.ended, '', 'sessions end in order');
    t.notOk(existsSync(enclave.directory));
    t.throws(() => process.kill(enclave.pid, 0), { code: 'ESRCH' });
  },
);

t.test('a peer that asks without reading is not read from, and connections are bounded', async (t) => {
  const enclave = waiting;
  const socket = await enclave.connectControl();
  const COUNT = 20_000;
  socket.pause();
  socket.write(Buffer.concat(Array.from({ length: COUNT }, () => STATUS)));
  // Another connection's answers come in between for as long as the first one's are made.
  const control = await controlOf(t, enclave);
  for (let turn = 0; turn < 200; turn++) await control.status();
  t.ok(socket.writableLength > 0, 'the rest stays with the one who sent it');
  const decoder = new ControlFrameDecoder(MIB);
  let answers = 0;
  for await (const chunk of socket) {
    answers += decoder.push(chunk).length;
    if (answers === COUNT) break;
  }
  t.equal(answers, COUNT, 'whoever reads gets all answers');

  const many = await Promise.all(Array.from({ length: 40 }, () => enclave.connectControl()));
  for (const one of many) one.on('error', () => undefined);
  const closed = await Promise.all(many.slice(20).map((one) => closeOf(one.resume()).then(() => true)));
  t.equal(closed.length, 20, 'connections beyond the limit are closed');
  t.match(await statusOf(control), { phase: 'awaiting-policy' });
  for (const one of many) one.destroy();
});
