import t from 'tap';
import { defaultLimits } from '../../../../proto/limits.ts';
import type { ServiceAnswer } from '../../../../proto/wire/service-message.ts';
import { ServiceDispatcher } from '../../../../runtime/services/enclave/dispatcher.ts';
import { plainAttestationService } from '../../../../runtime/services/enclave/own-services.ts';
import type { EnclaveService, ServiceCall } from '../../../../runtime/services/enclave/service.ts';

const LIMITS = { ...defaultLimits, serviceCalls: 4, serviceCallsPerCaller: 2, serviceMessageBytes: 8192 };
const never = new AbortController().signal;

/** A dispatcher with one service, `it`, whose one operation is `do`. */
function dispatcher(call: (call: ServiceCall) => Promise<object>, operations = ['do']) {
  const service: EnclaveService = { type: 'it', operations, call };
  const made = new ServiceDispatcher([service], LIMITS);
  const ask = (
    caller = 'alice',
    payload = '',
    operation = 'do',
    serviceType = 'it',
  ): Promise<ServiceAnswer> =>
    made.answer(
      { requestId: 'r', serviceType, operation, payload: new TextEncoder().encode(payload) },
      { caller: { id: caller }, attestation: plainAttestationService() },
      never,
    );
  return { made, ask };
}

t.test('so many calls at once, of one caller and of all; what is over is told to come again', async (t) => {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { made, ask } = dispatcher(async () => {
    await finished;
    return {};
  });
  const calls = ['alice', 'alice', 'bob', 'carol'].map((caller) => ask(caller));
  t.equal(made.calls, 4);
  t.match(await ask('alice'), { errorCode: 'SERVICE_BUSY', errorMessage: /^2 calls of this caller/ });
  t.match(await ask('dave'), { errorCode: 'SERVICE_BUSY', errorMessage: /^4 calls of all callers/ });
  finish();
  for (const answer of await Promise.all(calls)) t.match(answer, { requestId: 'r', success: true });
  t.equal(made.calls, 0);
  t.match(await ask('alice'), { success: true });
  t.equal(made.requests, 7);
});

t.test('a fault of a service is told by a number, and takes no place with it', async (t) => {
  const { made, ask } = dispatcher(async () => {
    throw new Error('a secret: hunter2');
  });
  const answer = await ask();
  t.match(answer, { success: false, errorCode: 'INTERNAL', payload: null });
  t.notMatch(answer.errorMessage, 'hunter2');
  t.equal(made.calls, 0);
});

t.test('services get the payload as it was read, and an empty one where there is none', async (t) => {
  const { ask } = dispatcher(async ({ payload, caller, operation }) => ({
    names: [...payload.keys()],
    caller: caller.id,
    operation,
  }));
  const of = (answer: ServiceAnswer) => JSON.parse(new TextDecoder().decode(answer.payload ?? undefined));
  t.same(of(await ask('alice', '{"b":1,"a":[2]}')), { names: ['b', 'a'], caller: 'alice', operation: 'do' });
  t.same(of(await ask('alice')), { names: [], caller: 'alice', operation: 'do' });
  for (const payload of ['[]', '1', 'null', '""'])
    t.match(await ask('alice', payload), { errorCode: 'SERVICE_PAYLOAD_INVALID' }, payload);
  const deep = `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`;
  const full = `{"a":[${'{},'.repeat(1021)}{}]}`;
  t.match(await ask('alice', full), { success: true });
  const fuller = full.replace('[', '[1,');
  for (const payload of ['{', '{"a":1,"a":2}', '{"a":1}x', deep, fuller])
    t.match(await ask('alice', payload), { errorCode: 'JSON_INVALID' }, payload.slice(0, 20));
});

t.test(
  'unknown services and operations are named back, with nothing that could steer a terminal',
  async (t) => {
    const { ask } = dispatcher(async () => ({}));
    t.match(await ask('alice', '', 'do', 'pricefeed'), { errorMessage: 'Unknown service type: pricefeed' });
    t.match(await ask('alice', '', 'do', '\u001b[31m\n'), { errorMessage: 'Unknown service type: ?[31m?' });
    const unknown = 'it has no operation undo; it has: do';
    t.match(await ask('alice', '', 'undo'), {
      errorCode: 'SERVICE_OPERATION_UNKNOWN',
      errorMessage: unknown,
    });
    const any = dispatcher(async ({ operation }) => ({ operation }), []);
    t.match(await any.ask('alice', '', 'whatever'), { success: true });
  },
);

t.test('an answer that no frame may hold is an error', async (t) => {
  const { ask } = dispatcher(async () => ({ text: 'x'.repeat(LIMITS.serviceMessageBytes) }));
  t.match(await ask(), { success: false, errorCode: 'SERVICE_ANSWER_TOO_LARGE' });
});
