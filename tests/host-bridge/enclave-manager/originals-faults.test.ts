/**
 * What the originals of the enclave manager got wrong, each with the test that shows it is refused here or is not there.
 * Source: Neo service layer, design document and code; SPECIFICATION.md names this list.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { measureImageFile } from '../../../host-bridge/cli/machine-options.ts';
import {
  EnclaveManager,
  type EnclaveManagerOptions,
} from '../../../host-bridge/enclave-manager/enclave-manager.ts';
import { nitroSource } from '../../../host-bridge/enclave-manager/launcher-sources.ts';
import { ServiceSession } from '../../../host-bridge/enclave-manager/service-session.ts';
import { NitroCli } from '../../../host-bridge/launcher/nitro-cli.ts';
import { type NitroLaunchOptions, nitroTarget } from '../../../host-bridge/launcher/nitro-launcher.ts';
import { dial } from '../../../host-bridge/relay/dial.ts';
import type { DialTarget } from '../../../host-bridge/relay/dial-target.ts';
import { encodeVsockAddress, listenVsock } from '../../../native/vsock.ts';
import { encodeServiceFrame } from '../../../proto/wire/service-frame.ts';
import { encodeServiceAnswer } from '../../../proto/wire/service-message.ts';
import { writeExecutable, writeStandInImage } from '../../support/stand-in-nitro-local.ts';
import { echo, type StandInAnswer, serveStandInServices } from '../../support/stand-in-services.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce manager '));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
/** Its path has blanks, which the originals' command line would have taken apart. */
const image = writeStandInImage(folder, 'good');
const { pcr0 } = await measureImageFile(image);
const EXPECTED = { pcrs: new Map([[0, pcr0]]) };
const CONFIGURATION = JSON.stringify({
  Enclave: { Path: image, Memory: '128', Cpus: '2' },
  Vsock: { Port: 5000 },
});
/** A stand-in for nitro-cli, with enclaves of its own. */
interface StandIn {
  readonly state: string;
  readonly program: string;
  /** Those that run, by their processes. */
  running(): Promise<readonly number[]>;
}

function standIn(): StandIn {
  const directory = mkdtempSync(join(folder, 'cli-'));
  const state = join(directory, 'state');
  mkdirSync(state);
  const path = join(directory, 'nitro-cli.mjs');
  const program = writeExecutable(path, './stand-in-nitro-cli.js', 'standInNitroCli', state);
  const cli = new NitroCli(program);
  return { state, program, running: async () => (await cli.describe()).map(({ ProcessID }) => ProcessID) };
}

type Reach = NonNullable<NitroLaunchOptions['target']>;

/** A manager in the plain form, whose enclaves' services a stand-in answers; stopped at the end of the test. */
async function managed(
  t: Test,
  { nitro = standIn(), ...changes }: Partial<EnclaveManagerOptions> & { nitro?: StandIn } = {},
  watch: (own: Reach) => Reach = (own) => own,
): Promise<EnclaveManager> {
  const path = join(mkdtempSync(join(folder, 'services-')), '5000');
  const source = nitroSource(measureImageFile, {
    nitroCli: nitro.program,
    installation: {
      keeperProgram: fileURLToPath(new URL('../../../host-bridge/launcher/keeper-main.js', import.meta.url)),
    },
    systemRoot: join(folder, 'nowhere'),
    target: watch((cid, port) =>
      port === 5000
        ? { kind: 'unix', path }
        : {
            kind: 'unix',
            path: join(nitro.state, `i-0stand1n-enc${String(cid - 16).padStart(4, '0')}`, String(port)),
          },
    ),
    graceMilliseconds: 100,
  });
  const options = {
    configuration: CONFIGURATION,
    expected: EXPECTED,
    channel: 'plain-and-read-by-the-host',
  } as const;
  const manager = new EnclaveManager({ ...options, ...changes }, source);
  const server = await serveStandInServices(path, echo);
  t.teardown(async () => {
    await manager.stop();
    server.close();
  });
  return manager;
}

/** A session alone, with a stand-in that answers so. */
async function session(t: Test, answer: StandInAnswer): Promise<ServiceSession> {
  const path = join(mkdtempSync(join(folder, 'services-')), '5000');
  const server = await serveStandInServices(path, answer);
  t.teardown(() => server.close());
  const opened = new ServiceSession(
    await dial({ kind: 'unix', path }, {}, AbortSignal.timeout(10_000)),
    1 << 20,
  );
  t.teardown(() => opened.close());
  return opened;
}

const ping = { requestId: 'r', serviceType: 'ping', operation: '', payload: new Uint8Array(0) };

t.test('sockaddr_vm: the port is at byte 4 and the CID at byte 8, behind two bytes of nothing', (t) => {
  const address = encodeVsockAddress({ cid: 0x01020304, port: 5000 });
  t.same([...address], [40, 0, 0, 0, 0x88, 0x13, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0]);
  t.end();
});

const HAS_VSOCK = existsSync('/dev/vsock');

t.test("the enclave listens under every CID, not under its parent's", { skip: !HAS_VSOCK }, async (t) => {
  const port = 0xffffa;
  const server = await listenVsock({ port }, () => undefined);
  // One that is this machine's is taken with all of them; the others it does not have.
  for (const cid of [1, 2, 3])
    await t.rejects(
      listenVsock({ port, cid }, () => undefined),
      { code: /^EADDR/ },
    );
  server.close();
});

t.test(
  'an enclave on Nitro is dialled by AF_VSOCK, not by a Unix socket, under the CID that its start told',
  async (t) => {
    let dialled: DialTarget | undefined;
    const manager = await managed(t, {}, (own) => (cid, port) => {
      dialled = nitroTarget(cid, port);
      return own(cid, port);
    });
    await manager.start();
    t.same(dialled, { kind: 'vsock', cid: 16, port: 5000 }, 'the one that the stand-in gives first');
  },
);

t.test('a length is read whole, however its bytes come', async (t) => {
  const services = await session(t, ({ requestId, payload }, socket) => {
    const answer = { requestId, success: true, errorMessage: null, errorCode: null, payload };
    const frame = encodeServiceFrame(encodeServiceAnswer(answer));
    socket.setNoDelay(true);
    for (const [index, byte] of frame.entries()) setTimeout(() => socket.write(Uint8Array.of(byte)), index);
  });
  t.match(await services.send(ping), { requestId: 'r', success: true });
});

t.test('negative, empty and huge lengths of answers are refused', async (t) => {
  const frames = [
    [0xff, 0xff, 0xff, 0xff],
    [0, 0, 0, 0x80],
    [0, 0, 0, 0],
    [0xff, 0xff, 0xff, 0x7f],
  ];
  for (const frame of frames) {
    const services = await session(t, (_request, socket) => void socket.write(Buffer.from(frame)));
    await t.rejects(services.send(ping), { code: 'CLIENT_PROTOCOL' }, frame.join(' '));
    t.notOk(services.open);
  }
});

t.test('an answer to another request, or none at all, is no answer', async (t) => {
  const other = await session(t, (request, socket) => echo({ ...request, requestId: 'another' }, socket));
  await t.rejects(other.send(ping), { code: 'CLIENT_PROTOCOL' });
  let asked = 0;
  const gone = await session(t, (_request, socket) => {
    asked += 1;
    socket.destroy();
  });
  await t.rejects(gone.send(ping), { code: 'CLIENT_CLOSED' });
  t.equal(asked, 1, 'and it is not sent again, for it may have been done');
});

t.test('an answer that says no is an answer, and no exception is made into one', async (t) => {
  const no = { success: false, errorMessage: 'Unknown service type: x', errorCode: null, payload: null };
  const services = await session(t, ({ requestId }, socket) => {
    socket.write(encodeServiceFrame(encodeServiceAnswer({ requestId, ...no })));
  });
  t.same(await services.send({ ...ping, serviceType: 'x' }), { requestId: 'r', ...no });
});

t.test('a silent enclave holds up a call for as long as its caller lets it', async (t) => {
  const services = await session(t, () => undefined);
  await t.rejects(services.send(ping, AbortSignal.timeout(50)), { name: 'TimeoutError' });
  t.notOk(services.open, "and what comes late is nobody's answer");
});

t.test('what is stopped is what was started, not the first that runs', async (t) => {
  const nitro = standIn();
  const [first, second] = [await managed(t, { nitro }), await managed(t, { nitro })];
  await first.start();
  await second.start();
  const before = await nitro.running();
  t.equal(before.length, 2);
  await second.stop();
  t.same(await nitro.running(), before.slice(0, 1));
  t.match(await first.send(ping), { success: true }, 'the first one still answers');
  await t.rejects(second.send(ping), { code: 'MANAGER_NOT_RUNNING' });
  await second.stop();
  t.same(await nitro.running(), before.slice(0, 1), 'and a second stop ends nobody');
});

t.test('words on stderr are no failure, and a failure is no enclave', async (t) => {
  const nitro = standIn();
  writeFileSync(join(nitro.state, 'mode'), 'E26');
  const manager = await managed(t, { nitro });
  await t.rejects(manager.start(), { code: 'NITRO_MEMORY_LOW' });
  await t.rejects(manager.send(ping), { code: 'MANAGER_NOT_RUNNING' });
  rmSync(join(nitro.state, 'mode'));
  // The stand-in tells of its progress on stderr, as nitro-cli does.
  await manager.start();
});

t.test('start waits for what tells that the enclave is up, and for nothing else', async (t) => {
  const manager = await managed(t);
  const starting = manager.start();
  await t.rejects(manager.send(ping), { code: 'MANAGER_NOT_RUNNING' }, 'before, nothing can be sent');
  await t.rejects(manager.start(), { code: 'MANAGER_RUNNING' });
  await starting;
  t.match(await manager.send(ping), { success: true });
});

t.test('no image is started that is not the one expected', async (t) => {
  const refused: [Partial<EnclaveManagerOptions>, object][] = [
    [{ expected: { pcrs: new Map([[0, pcr0.map((byte) => byte ^ 1)]]) } }, { what: 'PCR0' }],
    [{ expected: { pcrs: new Map([[0, pcr0.subarray(0, 32)]]) } }, { what: 'PCR0' }],
    [
      {
        expected: {
          pcrs: new Map([
            [0, pcr0],
            [8, pcr0],
          ]),
        },
      },
      { what: 'PCR8' },
    ],
    [{ expected: { sha256: new Uint8Array(32) } }, { what: 'SHA-256' }],
    [{ trust: { pcrs: new Map([[0, new Uint8Array(48)]]) } }, { what: 'PCR0' }],
  ];
  const nitro = standIn();
  for (const [changes, details] of refused) {
    const manager = await managed(t, { nitro, ...changes });
    await t.rejects(manager.start(), { code: 'MANAGER_IMAGE_UNEXPECTED', details });
  }
  t.same(await nitro.running(), [], 'nothing has run');
  const sha256 = createHash('sha256').update(readFileSync(image)).digest();
  const manager = await managed(t, { expected: { sha256 } });
  await manager.start();
  for (const expected of [{}, { pcrs: new Map([[0, new Uint8Array(48)]]) }, { pcrs: new Map([[3, pcr0]]) }])
    await t.rejects(managed(t, { expected }), { code: 'MANAGER_IMAGE_UNNAMED' }, 'any image at all would do');
});

t.test(
  'attestation is verified: in the plain form there is none, and nobody says that it is fine',
  async (t) => {
    const manager = await managed(t);
    await manager.start();
    await t.rejects(manager.attest(), { code: 'SERVICE_CHANNEL_PLAIN' });
    await t.rejects(managed(t, { channel: 'tls' }), { code: 'MANAGER_CONFIGURATION_INVALID' });
  },
);

t.test('two files that name two ports are not guessed at', async (t) => {
  const enclaveConfiguration = '{"Vsock":{"Port":5001}}';
  await t.rejects(managed(t, { enclaveConfiguration }), { code: 'MANAGER_CONFIGURATION_INVALID' });
  await managed(t, { enclaveConfiguration: '{"Vsock":{"Port":"5000"},"Logging":{}}' });
});

t.test('a start that is stopped leaves nothing running, wherever it was', async (t) => {
  const nitro = standIn();
  const manager = await managed(t, { nitro });
  const early = manager.start();
  await Promise.all([t.rejects(early, { code: 'MANAGER_NOT_RUNNING' }), manager.stop()]);
  // While the enclave's services are dialled it runs already.
  let late: Promise<void> | undefined;
  const other = await managed(t, { nitro }, (own) => (cid, port) => {
    if (port === 5000) late ??= other.stop();
    return own(cid, port);
  });
  await t.rejects(other.start(), { code: 'MANAGER_NOT_RUNNING' });
  t.not(late, undefined);
  await late;
  t.same(await nitro.running(), []);
  await manager.start();
  t.match(await manager.send({ serviceType: 'ping' }), { success: true });
});
