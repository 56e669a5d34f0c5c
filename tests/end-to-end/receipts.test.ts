import { createHash } from 'node:crypto';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { registerClientCommand } from '../../host-bridge/cli/client.ts';
import { registerReceiptCommands } from '../../host-bridge/cli/receipt-commands.ts';
import { expectNothing } from '../../host-bridge/client/answers.ts';
import type { RemoteError, VerifiedReceipt } from '../../host-bridge/client/index.ts';
import { verifyTrustedReceipt } from '../../host-bridge/client/receipt-trust.ts';
import { transport_protocol } from '../../proto/generated/transport_protocol.js';
import type { FileSide } from '../../proto/receipt/openings.ts';
import { frameMessage } from '../../proto/wire/message-frame.ts';
import { commandHere } from '../support/command-here.ts';
import { openConversation } from '../support/raw-conversation.ts';
import { testLauncher } from '../support/test-enclave.ts';
import { truce } from '../support/truce-command.ts';
import { owner, reader, startReceiptEnclave, stranger, WALL, work } from './receipt-enclave.ts';

/** How far the clocks of a machine and of its host may be apart. */
const CLOCKS = 300_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const { enclave, policy, policyHash, open, session, supply, prepare, verify } = await startReceiptEnclave();

/** Files that this reader was shown, as [path, SHA-256], in the order of their paths. */
function shown({ files }: VerifiedReceipt, side: FileSide = 'output'): unknown[] {
  return files
    .filter((file) => file.side === side)
    .map(({ path, content }) => [
      path,
      content === undefined ? null : Buffer.from(content.sha256).toString('hex'),
    ])
    .sort((left, right) => (left.join() < right.join() ? -1 : 1));
}

const OUTPUTS_OF_OWNER = [
  ['/output/new', sha256('moved')],
  ['/output/old', null],
  ['/output/result', sha256('made of it')],
  ['/output/unwanted', null],
  ['stdout', sha256('hello there')],
];

t.test('a run yields a receipt of what ran, under what, on what, and what came of it', async (t) => {
  await prepare();
  const before = Date.now();
  const run = await session.run('/program/work.wasm');
  const verified = await verify(await session.receipt({ run }));
  const { receipt } = verified;
  t.match(receipt, {
    outcome: { exitCode: 0 },
    program: { path: '/program/work.wasm', sha256: createHash('sha256').update(work).digest() },
    pipeline: undefined,
    policyHash,
  });
  t.equal(Buffer.from(receipt.instanceId).toString('hex'), session.facts.instanceId);
  t.ok(receipt.startedAt >= before - CLOCKS && receipt.signedAt <= Date.now() + CLOCKS);
  t.equal(receipt.usage.outputBytes, 'hello there'.length);
  t.equal(receipt.usage.writtenBytes, 'made of it'.length + 'for one'.length);
  t.ok(receipt.usage.wallMilliseconds! >= 0);
  // An image has what it takes to measure both; another machine may not.
  const { cpuMicroseconds: cpu, peakMemoryBytes: memory } = receipt.usage;
  for (const figure of [cpu, memory])
    t.ok(figure === undefined ? testLauncher !== 'qemu' : figure > 0, `${cpu} us, ${memory} bytes`);
  t.equal(receipt.limits.wallMilliseconds, 600_000);
  t.equal(receipt.inputs.length, 2 + 2, 'inputs, and outputs that it may read as well');
  t.equal(receipt.outputs.length, 6, 'the one that only another party may read included');
  t.same(shown(verified), OUTPUTS_OF_OWNER);
});

t.test('each reader is shown the files that it may read, under the same signature', async (t) => {
  await prepare();
  await session.run('/program/three.wasm');
  const run = await session.run('/program/work.wasm');
  const own = await session.receipt({ run });
  const other = await open(reader);
  const theirs = await other.receipt({ file: '/output/secret' });
  t.same([theirs.data, theirs.signature], [own.data, own.signature]);
  t.same(shown(await verify(theirs)), [['/output/secret', sha256('for one')]]);
  t.same(shown(await verify(theirs), 'input'), [['/output/secret', sha256('for one')]], 'as it was before');
  t.same(shown(await verify(own)), OUTPUTS_OF_OWNER);
  await t.rejects(
    verify({ ...own, signature: (await session.receipt({ file: '/program/three.wasm' })).signature }),
    { code: 'RECEIPT_SIGNATURE' },
    'the signature of another receipt',
  );
  await other.close();
});

t.test('who may not read the result gets no receipt', async (t) => {
  await prepare();
  const run = await supply.run('/program/work.wasm');
  const denied = { code: 'ACCESS_DENIED' };
  await t.rejects(supply.receipt({ run }), denied, 'not even who asked for the run');
  await t.rejects(supply.receipt({ file: '/output/result' }), denied);
  await t.rejects(supply.receipt({ file: '/program/work.wasm' }), { code: 'RECEIPT_NOT_FOUND' });
  const outsider = await open(stranger);
  for (const file of ['/output/result', '/output/nothing', '/program/work.wasm', '/program/none.wasm'])
    await t.rejects(outsider.receipt({ file }), denied, file);
  await t.rejects(outsider.receipt({ file: '/elsewhere' }), { code: 'RECEIPT_NOT_FOUND' });
  await outsider.close();
});

t.test('a failed run yields a receipt, to its runner and to those who wait for its result', async (t) => {
  const failure = await supply.run('/program/trap.wasm').catch((error: RemoteError) => error);
  t.match(failure, { code: 'RUN_TRAP' });
  const receipts = [
    await supply.receipt({ run: failure as RemoteError }),
    await session.receipt({ file: '/program/trap.wasm' }),
  ];
  for (const receipt of receipts)
    t.match((await verify(receipt)).receipt, { outcome: { error: 'RUN_TRAP' }, outputs: [] });

  const limited = await session.run('/program/late.wasm').catch((error: RemoteError) => error);
  const verified = await verify(await session.receipt({ run: limited as RemoteError }));
  t.match(verified.receipt, { outcome: { error: 'RUN_WALL_LIMIT' }, limits: { wallMilliseconds: WALL } });
  t.same(shown(verified), [['stdout', sha256('so far')]], 'what was printed stands');

  const three = await session.run('/program/three.wasm');
  const { receipt } = await verify(await session.receipt({ run: three }));
  t.match(receipt, { outcome: { exitCode: 3 }, limits: { fuel: 1000 } });
  t.ok(receipt.usage.fuel! > 0 && receipt.usage.fuel! <= 1000, 'its steps, where they are counted');
});

t.test('a stream that came while the program ran is in its receipt as a whole', async (t) => {
  const text = ['first, ', 'then ', 'last'];
  const running = session.run('/program/echo.wasm');
  const feeder = await open(owner);
  for (const piece of text) await feeder.appendFile('stdin', Buffer.from(piece));
  await feeder.endLive('stdin');
  const verified = await verify(await session.receipt({ run: await running }));
  t.same(shown(verified, 'input'), [['stdin', sha256(text.join(''))]]);
  t.same(shown(verified), [['stdout', sha256(text.join(''))]]);
  await feeder.close();
});

t.test('where the policy tells success alone, so does the receipt', async (t) => {
  const run = await session.run('/program/hidden.wasm');
  const { receipt } = await verify(await session.receipt({ run }));
  t.same(receipt.outcome, { success: true });
  t.same(receipt.usage, {});
});

t.test('each step of a pipeline has its receipt; the pipeline itself leaves the last', async (t) => {
  await prepare();
  const run = await session.runPipeline('0');
  t.same(run, { exitCode: 3 });
  const last = await verify(await session.receipt({ run }));
  t.match(last.receipt, {
    program: { path: '/program/three.wasm' },
    pipeline: { name: '0', step: 1 },
    outcome: { exitCode: 3 },
  });
  const first = await verify(await session.receipt({ file: '/output/result' }));
  t.match(first.receipt, { program: { path: '/program/work.wasm' }, pipeline: { name: '0', step: 0 } });
});

t.test('what no receipt can be of is told apart', async (t) => {
  await t.rejects(session.receipt({ file: '/output/never' }), { code: 'RECEIPT_NOT_FOUND' });
  await t.rejects(session.receipt({ file: '/../x' }), { code: 'PATH_INVALID' });
  await t.rejects(session.receipt({ run: { exitCode: 0 } }), TypeError);
  await session.remove('/output/result').catch(() => undefined);
  const refused = await session.run('/program/absent.wasm').catch((error: RemoteError) => error);
  t.match(refused, { code: 'PROGRAM_UNKNOWN' });
  await t.rejects(
    session.receipt({ run: refused as RemoteError }),
    { code: 'RECEIPT_NOT_FOUND' },
    'a run that never began',
  );
});

t.test('a request for a receipt is of one run or of one file', async (t) => {
  const raw = await openConversation(enclave, owner!);
  const ask = (context: number, receipt: { context?: number; file_name?: string }) =>
    frameMessage(transport_protocol.RuntimeManagerRequest.encode({ context, receipt }).finish());
  for (const receipt of [{}, { context: 1, file_name: '/output/result' }])
    await t.rejects(raw.ask({ head: (context) => ask(context, receipt) }, expectNothing), {
      code: 'MESSAGE_INVALID',
    });
  await t.rejects(raw.ask({ head: (context) => ask(context, { context: 77 }) }, expectNothing), {
    code: 'RECEIPT_NOT_FOUND',
  });
  await raw.close();
});

t.test('a receipt of another instance, policy or root is refused', async (t) => {
  const run = await session.run('/program/three.wasm');
  const signed = await session.receipt({ run });
  const options = { trust: enclave.trust, policy, policyHash, time: Date.now() };
  const refused = (t: Test, changes: object, code: string) =>
    t.rejects(verifyTrustedReceipt(signed, { ...options, ...changes }), { code });
  await refused(t, { policyHash: new Uint8Array(32) }, 'RECEIPT_POLICY_MISMATCH');
  const trust = { ...enclave.trust, instanceId: new Uint8Array(16) };
  await refused(t, { trust }, 'RECEIPT_INSTANCE_MISMATCH');
  await refused(
    t,
    { trust: {} },
    testLauncher === 'qemu' ? 'ATTESTATION_UNSIGNED' : 'ATTESTATION_ROOT_UNKNOWN',
  );
  await refused(t, { time: Date.now() - 3_600_000 }, 'RECEIPT_FROM_FUTURE');
});

t.test('truce client fetches receipts and checks them; truce receipt verify checks them again', async (t) => {
  await prepare();
  const [root] = enclave.trust.roots ?? [];
  const folder = t.testdir({
    'policy.json': enclave.policy,
    'owner.pem': owner!.certificate,
    'owner.key': owner!.key,
    'root.pem': String(root ?? ''),
  });
  const at = (name: string) => join(folder, name);
  const trust = root === undefined ? ['--trust-emulator'] : ['--trust-root', at('root.pem')];
  const { address } = enclave.relay;
  const party = ['client', at('policy.json'), '--identity', at('owner.pem'), '--key', at('owner.key')];
  const connection = [...party, ...trust, '--address', `${address.host}:${address.port}`];
  const client = (...args: string[]) => commandHere(registerClientCommand, [...connection, ...args]);
  const verifyFile = (name: string, ...args: string[]) =>
    commandHere(registerReceiptCommands, [
      ...['receipt', 'verify', at(name), ...trust, '--policy', at('policy.json'), ...args],
    ]);

  const run = await truce([
    ...[...connection, '--run', '/program/work.wasm', '--receipt', at('run.receipt')],
    ...['--receipt-of', `/output/result=${at('file.receipt')}`],
    ...['--results', `/output/result=${at('result')}`],
  ]);
  t.equal(run.code, 0, run.stderr);
  for (const name of ['run.receipt', 'file.receipt']) {
    const verified = await verifyFile(name, '--file', `/output/result=${at('result')}`);
    t.equal(verified.code, 0, verified.stderr);
    t.match(verified.stdout, 'output /output/result');
  }
  const failed = await client('--run', '/program/three.wasm', '--receipt', at('failed.receipt'), '--json');
  t.equal(failed.code, 1, 'a program that failed is a failure');
  const shown = JSON.parse((await verifyFile('failed.receipt', '--json')).stdout);
  t.match(shown, { ok: true, outcome: { exitCode: 3 } }, 'of which there is a receipt');
  const unwritable = await client('--run', '/program/three.wasm', '--receipt', at('none/failed.receipt'));
  t.match(unwritable.stderr, 'code: PROGRAM_EXITED', 'its own failure is the one that counts');
  t.match(unwritable.stderr, /^truce: no receipt in .*none\/failed\.receipt: .*\(LOCAL_FILE_UNWRITABLE\)\n/);
  const usage = await client('--receipt', at('none.receipt'));
  t.equal(usage.code, 2, 'a receipt of no run');
});
