import { existsSync } from 'node:fs';
import t from 'tap';
import { launchProcess } from '../../host-bridge/launcher/process-launcher.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { modifyInstallation } from '../support/modified-installation.ts';
import type { TestEnclave } from '../support/test-enclave.ts';
import { descendants, descendantsRunning, gone } from './processes.ts';
import { codeOf, RawParty } from './raw-party.ts';
import { loop, owner, reader, startWatched } from './watched-enclave.ts';

t.test('what an enclave cannot be without takes it along, and nothing is left', async (t) => {
  const victims = {
    'the secure module': () => descendantsRunning(process.pid, 'nsm-simulator.js')[0]!,
    'the runtime': (enclave: TestEnclave) => enclave.enclave.pid,
  };
  for (const [what, find] of Object.entries(victims)) {
    const { enclave, until } = await startWatched(t);
    await until(({ executor }) => executor.warm === 1);
    const session = await enclave.connect(owner);
    await session.writeFile('/loop.wasm', loop);
    const run = session.run('/loop.wasm').catch(({ code }) => code);
    await until(({ runs }) => runs.running === 1);
    const processes = descendants(process.pid).filter(({ pid }) => pid !== enclave.relay.pid);
    t.ok(processes.length >= 4, 'module, runtime, spawner, children');
    process.kill(find(enclave), 'SIGKILL');
    t.match(await run, /SHUTTING_DOWN|CLIENT_CLOSED/, `${what}: its clients get an error`);
    await enclave.enclave.exited;
    await gone(...processes.map(({ pid }) => pid));
    t.notOk(existsSync(enclave.enclave.directory), `${what}: no directory is left`);
    await t.rejects(enclave.connect(owner), { code: /^CLIENT_(UNREACHABLE|TLS_FAILED)$/ });
    await enclave.stop();
  }
});

t.test('a signal ends the runtime in order: answers that are due are given', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { enclave, until } = await startWatched(t);
    const writer = await enclave.connect(owner);
    await writer.writeFile('/loop.wasm', loop);
    const party = await RawParty.open(enclave.relay.address, owner);
    const idle = await RawParty.open(enclave.relay.address, reader);
    const run = { context: 1, kind: 'request_result', fileName: '/loop.wasm' } as const;
    party.send(
      encodeRequest(run),
      encodeRequest({ ...run, context: 2 }),
      encodeRequest({ ...run, context: 3 }),
    );
    await until(({ runs }) => runs.running === 1);
    process.kill(enclave.enclave.pid, signal);
    for (const context of [1, 2, 3]) {
      const answer = await party.answer();
      t.match([answer?.context, codeOf(answer)], [context, 'SHUTTING_DOWN']);
    }
    t.equal(await party.ended, '');
    t.equal(await idle.ended, '', 'an idle session is closed in order as well');
    t.same(await enclave.enclave.exited, { code: 0, signal: null }, signal);
    t.notOk(existsSync(enclave.enclave.directory));
    await enclave.stop();
  }
});

t.test('a runtime that cannot go on says why in one line, the last of its console', async (t) => {
  const installation = modifyInstallation("throw new Error('one line\\nanother line');");
  t.teardown(() => installation.remove());
  await t.rejects(launchProcess({ installation }), {
    code: 'LAUNCH_FAILED',
    message: /truce runtime: fatal: [A-Z_]+: .*one line \| another line/,
  });
});
