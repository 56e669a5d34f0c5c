/**
 * The vsock guide's examples, step by step, with `truce attest` in the place of its client, against the runtime itself; and
 * the two scripts of docs/attestation-service.md, which are the guide's.
 */
import { execFile } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { registerAttestCommand } from '../../host-bridge/cli/attest.ts';
import { registerVerifyCommand } from '../../host-bridge/cli/verify.ts';
import { findEnclave, runningEnclaves } from '../../host-bridge/launcher/running-enclaves.ts';
import { toHex } from '../../proto/bytes.ts';
import { commandHere } from '../support/command-here.ts';
import { repositoryRoot } from '../support/repository.ts';
import { launchTestEnclave, testLauncher } from '../support/test-enclave.ts';

const emulated = testLauncher === 'qemu';
// Only the enclaves of this test are found: those of the process that runs it, and of nobody else.
const folder = mkdtempSync(join(tmpdir(), 'truce-attest-'));
for (const name of ['run', 'tmp', 'bin', 'node_modules']) mkdirSync(join(folder, name), { mode: 0o700 });
Object.assign(process.env, {
  ...{
    XDG_RUNTIME_DIR: join(folder, 'run'),
    TMPDIR: join(folder, 'tmp'),
    XDG_STATE_HOME: join(folder, 'state'),
  },
  NITRO_CLI: '',
});
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

const MEMORY_MIB = 768;
const [enclave, other] = await Promise.all([
  launchTestEnclave({ memoryMiB: MEMORY_MIB }),
  launchTestEnclave({ memoryMiB: MEMORY_MIB, services: { attestation: { port: 9001 } } }),
]);
t.teardown(() => Promise.all([enclave.stop(), other.stop()]));

const found = await runningEnclaves();
const cidOf = ({ directory }: { readonly directory: string }) =>
  found.find(({ target }) => JSON.stringify(target(9000)).includes(directory))!.cid;
const [cid, otherCid] = [String(cidOf(enclave)), String(cidOf(other))];
const pcr0 = toHex(enclave.measurements.pcr0);
/** Documents of the process launcher have a root of their own; QEMU's have none, and prove nothing. */
const trust =
  enclave.trust.kind === 'root' ? ['--root', enclave.trust.certificatePath] : ['--trust-emulator'];
const verified = emulated ? null : true;

const attest = (...args: string[]) => commandHere(registerAttestCommand, ['attest', ...args]);
const verify = (...args: string[]) => attest('--verify', ...trust, ...args);

async function jsonOf(command: ReturnType<typeof attest>): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await command;
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

t.test('the enclaves of this machine are found, and one of them is asked', async (t) => {
  t.equal(found.length, 2);
  t.same(new Set(found.map(({ launcher }) => launcher)), new Set([testLauncher]));
  t.same((await findEnclave(Number(cid))).target(9000), enclave.target(9000));
  t.same(
    (await findEnclave(25)).target(9000),
    { kind: 'vsock', cid: 25, port: 9000 },
    'or whatever vsock leads to',
  );
});

t.test('connection testing', async (t) => {
  t.match(await attest('--cid', cid, '--ping'), { code: 0, stdout: /^Pong! / });
  t.match(await attest('--cid', cid, '--status'), {
    code: 0,
    stdout: /status +running\n +port +9000\n +uptime/,
  });
  const status = await jsonOf(attest('--cid', cid, '--status', '--json'));
  t.match(status, { success: true, status: 'running', port: 9000, instance_id: /^[0-9a-f]{32}$/ });
  const uptime = status.uptime as number;
  t.ok(uptime >= 0 && uptime < 3600, 'how long it runs, not what time it is');
});

t.test('attestation requests', async (t) => {
  const path = join(folder, 'my_attestation.b64');
  const plain = await attest('--cid', cid, '--attest');
  t.match(plain, { code: 0, stdout: /\n[A-Za-z0-9+/]{1000,}=*\n$/ });
  t.match(await verify('--cid', cid), { code: 0, stdout: /^valid: / });
  t.match(await verify('--cid', cid, '--generate-key'), { code: 0, stdout: /public key +3076/ });
  const custom = ['--user-data', 'session-12345', '--nonce', 'challenge-abc', '--generate-key'];
  t.match(await jsonOf(verify('--cid', cid, ...custom, '--json')), {
    ...{ user_data: 'session-12345', nonce: 'challenge-abc', has_public_key: true, verified },
    verification: { pcrs: { 0: pcr0 }, nonce: 'challenge-abc' },
  });
  t.equal((await attest('--cid', cid, '--attest', '--generate-key', '--save', path)).code, 0);
  t.ok(Buffer.from(readFileSync(path, 'utf8'), 'base64').length > 1000);
  if (!emulated)
    t.match(
      await commandHere(registerVerifyCommand, ['verify', path, ...trust, '--pcr', `0=${pcr0}`]),
      { code: 0, stdout: /^valid: .*my_attestation\.b64/ },
      'what was saved is what `truce verify` takes',
    );
  const answer = await jsonOf(verify('--cid', cid, '--generate-key', '--json', '--pcr', `0=${pcr0}`));
  const { public_key, key_id } = answer.verification as Record<string, string>;
  const der = Buffer.from(public_key!, 'base64');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  t.equal(key.asymmetricKeyDetails?.namedCurve, 'secp384r1');
  t.equal(createHash('sha256').update(der).digest('hex'), key_id);
});

t.test('custom timeout and port, and several enclaves', async (t) => {
  t.match(await verify('--timeout', '60', '--port', '9001', '--cid', otherCid), {
    code: 0,
    stdout: /^valid: /,
  });
  const wrong = await attest('--ping', '--cid', cid, '--cid', otherCid, '--json');
  t.equal(wrong.code, 1, 'one of them listens elsewhere');
  t.match(
    wrong.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [
      { success: true, cid: Number(cid) },
      { success: false, cid: Number(otherCid) },
    ],
  );
});

t.test('nothing is believed by itself', async (t) => {
  const expected = emulated ? 'ATTESTATION_UNSIGNED' : 'ATTESTATION_ROOT_UNKNOWN';
  const refused = await attest('--verify', '--cid', cid, '--json');
  t.equal(
    refused.code,
    1,
    "a local launcher's documents are refused unless its root, or the emulator, is named",
  );
  t.match(JSON.parse(refused.stdout), { verified: false, verification_error_code: expected });
  t.match(refused.stderr, /NOT VALID(.|\n)*what to do/);
  const other = await verify('--cid', cid, '--pcr', `0=${'00'.repeat(48)}`);
  t.match(other, { code: 1, stdout: new RegExp(`expected +0000(.|\\n)*came +${pcr0}`) });
  const reserved = await attest('--attest', '--cid', cid, '--user-data', 'truce/channel/v1\u0001');
  t.match(reserved, { code: 1, stderr: /refuses: .*\(USER_DATA_REFUSED\)/ });
  if (emulated) t.match((await verify('--cid', cid)).stdout, /proves nothing\)\n$/);
});

t.test('the two scripts', { skip: emulated && 'they ask for what a signature proves' }, async (t) => {
  const truce = fileURLToPath(new URL('dist/truce.js', repositoryRoot));
  const path = join(folder, 'bin/truce');
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${truce}" "$@"\n`);
  chmodSync(path, 0o755);
  symlinkSync(fileURLToPath(repositoryRoot), join(folder, 'node_modules/truce'));
  const page = readFileSync(new URL('docs/attestation-service.md', repositoryRoot), 'utf8');
  const script = (language: string, begins: string) =>
    [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].find(
      ([, name, text]) => name === language && text!.startsWith(begins),
    )![2]!;
  writeFileSync(join(folder, 'attest.sh'), script('bash', '#!/bin/bash'));
  writeFileSync(join(folder, 'attest.mjs'), script('js', '#!/usr/bin/env node'));
  const root = trust[1]!;
  const [shell, shellLying, program, programLying] = await Promise.all([
    run('bash', 'attest.sh', { CID: cid, ROOT: root, PCR0: pcr0 }),
    run('bash', 'attest.sh', { CID: cid, ROOT: root, PCR0: '00'.repeat(48) }),
    run(process.execPath, 'attest.mjs', { CID: cid, ROOT: root, PCR0: pcr0 }),
    run(process.execPath, 'attest.mjs', { CID: cid, ROOT: root, PCR0: '00'.repeat(48) }),
  ]);
  t.match(shell, { code: 0, stdout: /verified successfully\nModule ID: i-/ });
  t.match(shellLying, { code: 1, stdout: /verification failed/ });
  t.match(program, { code: 0, stdout: /Enclave verified: i-.*\nPublic key: 120 bytes/ });
  t.match(programLying, { code: 1, stderr: /Verification failed: PCR0/ });
});

function run(program: string, script: string, variables: Record<string, string>) {
  const options = {
    cwd: folder,
    env: {
      ...process.env,
      ...variables,
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(':'),
    },
  };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(program, [join(folder, script)], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}
