/** An enclave that ends lets those who carry TLS sessions over the control plane fetch what it still holds for the parties. */
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import type { ControlResponse } from '../../proto/wire/control-messages.ts';
import { encodeDataHeader, encodeRequest } from '../../proto/wire/request-codec.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { ControlConversation } from '../support/control-conversation.ts';
import { RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { VeracruzServerSession } from '../support/veracruz-server-session.ts';
import { RawParty } from './raw-party.ts';

const [owner, program] = await Promise.all([makeParty('owner'), compileSample('sleep-for-ever')]);
const PROGRAM = '/bin/sleep-for-ever.wasm';

async function serving(t: Test) {
  const started = await startTestEnclave({
    parties: [{ certificate: owner.certificate, rights: { '/bin/': WRITE | RUN } }],
    programs: [{ path: PROGRAM, module: program, rights: {} }],
    clock: true,
  });
  t.teardown(() => started.stop());
  const { enclave } = started;
  const control = new ControlClient(await enclave.connectControl());
  t.teardown(() => control.close());
  return { enclave, control, server: new ControlConversation(await enclave.connectControl()) };
}

async function openSession(server: ControlConversation): Promise<number> {
  const opened = await server.ask({ kind: 'new_tls_session' });
  if (opened?.kind !== 'tls_session') throw new Error('no session');
  return opened.session;
}

t.test('it waits for those who have not heard that it ends', async (t) => {
  const { enclave, control, server } = await serving(t);
  const session = await openSession(server);
  await control.shutdown();
  // Much longer than the end takes where nothing is held.
  await delay(500);
  t.match(await server.ask({ kind: 'get_tls_data', session }), { kind: 'tls_data', alive: false });
  t.match(await enclave.exited, { code: 0 });
});

t.test('the answer of a run that the end breaks off is fetched, however it is asked for', async (t) => {
  const { enclave, control, server } = await serving(t);
  const carried = await VeracruzServerSession.open(server);
  const { session } = carried;
  const party = new RawParty(
    connect({ socket: carried, cert: owner.certificate, key: owner.key, rejectUnauthorized: false }),
  );
  const header = encodeDataHeader({
    context: 1,
    kind: 'write_file',
    fileName: PROGRAM,
    length: program.length,
  });
  party.send(header, program);
  await party.answer();
  party.send(encodeRequest({ context: 2, kind: 'request_result', fileName: PROGRAM }));
  const running = async () => ((await control.status()) as { runs: { running: number } }).runs.running;
  while ((await running()) === 0);
  // Interrupts the fetch with which the stand-in waits for the run.
  await server.ask({ kind: 'status' });

  const fetched: ControlResponse[] = [];
  const ended = control.shutdown();
  for (let over = false; !over; ) {
    // What is asked behind a fetch cuts its waiting short.
    const [answer] = await Promise.all([
      server.ask({ kind: 'get_tls_data', session }),
      server.ask({ kind: 'status' }),
    ]);
    over = answer === undefined;
    if (answer !== undefined) fetched.push(answer);
    await delay(20);
  }
  await ended;
  const bytes = fetched.reduce(
    (sum, answer) => sum + (answer.kind === 'tls_data' ? answer.data.length : 0),
    0,
  );
  t.ok(bytes > 0, `${bytes} bytes of the last answer`);
  t.match(await enclave.exited, { code: 0 });
});
