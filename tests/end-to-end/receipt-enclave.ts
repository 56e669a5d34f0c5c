/** An enclave whose policy asks for receipts: programs that end in every way, for parties who may each read some of it. */
import { webcrypto } from 'node:crypto';
import t from 'tap';
import type { SignedReceipt, VerifiedReceipt } from '../../host-bridge/client/index.ts';
import { verifyTrustedReceipt } from '../../host-bridge/client/receipt-trust.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { Rights } from '../../proto/rights.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { makeParty, type Party, startTestEnclave, testLauncher } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';
import { compileScript } from '../support/wasi-script.ts';

/** An emulated machine needs a while to get a program going. */
export const WALL = testLauncher === 'qemu' ? 15_000 : 3000;
const { PATH_RENAME_SOURCE, PATH_RENAME_TARGET, PATH_UNLINK_FILE, PATH_LINK_SOURCE, PATH_LINK_TARGET } =
  Rights;
const MOVE = PATH_RENAME_SOURCE | PATH_RENAME_TARGET | PATH_UNLINK_FILE | PATH_LINK_SOURCE | PATH_LINK_TARGET;

export const work = await compileScript([
  { call: 'write', path: 'output/result', text: 'made of it' },
  { call: 'write', path: 'output/secret', text: 'for one' },
  { call: 'write', path: 'output/short-lived', text: 'never seen' },
  { call: 'unlink', path: 'output/short-lived' },
  { call: 'rename', from: 'output/old', to: 'output/new' },
  { call: 'unlink', path: 'output/unwanted' },
  { call: 'print', text: 'hello' },
  { call: 'print', text: ' there' },
]);
const late = await compileScript([{ call: 'print', text: 'so far' }, { call: 'loop' }]);
const modules: Record<string, Uint8Array> = {
  work,
  late,
  three: await compileSample('exit-three'),
  trap: await compileSample('trap'),
  echo: await compileSample('echo-stdin'),
  hidden: await compileScript([{ call: 'write', path: 'output/result', text: 'again' }]),
};
const OUTPUT = { '/output/': READ | WRITE | MOVE, '/output/secret': READ | WRITE | MOVE };
const programRights: Record<string, Record<string, number>> = {
  work: { '/input/': READ, ...OUTPUT, stdout: WRITE },
  late: { ...OUTPUT, stdout: WRITE },
  three: OUTPUT,
  trap: OUTPUT,
  hidden: OUTPUT,
  echo: { stdin: READ, stdout: WRITE },
};
const names = Object.keys(modules);
const paths = names.map((name) => `/program/${name}.wasm`);

export const [owner, supplier, reader, stranger] = await Promise.all(
  ['owner', 'supplier', 'reader', 'stranger'].map(makeParty),
);

/** For all tests of a file: every program is there, and the enclave stops with the last of them. */
export async function startReceiptEnclave() {
  const enclave = await startTestEnclave((pcr0) =>
    versionTwoPolicy(
      {
        parties: [
          {
            certificate: owner!.certificate,
            rights: {
              ...Object.fromEntries(paths.map((path) => [path, WRITE | RUN])),
              '/output/': READ | WRITE,
              '/output/secret': 0,
              stdin: READ | WRITE,
              stdout: READ,
            },
          },
          {
            certificate: supplier!.certificate,
            rights: { '/input/': READ | WRITE, '/program/work.wasm': RUN, '/program/trap.wasm': RUN },
          },
          { certificate: reader!.certificate, rights: { '/output/secret': READ } },
          { certificate: stranger!.certificate, rights: { '/elsewhere': READ | WRITE } },
        ],
        programs: names.map((name, index) => ({
          path: paths[index]!,
          module: modules[name]!,
          rights: programRights[name]!,
        })),
        pipelines: ['/program/work.wasm ; /program/three.wasm ; /program/work.wasm'],
        pcr0,
      },
      { receipts: true, live_files: ['stdin', 'stdout'] },
      {
        '/program/hidden.wasm': { outcome: 'success' },
        '/program/three.wasm': { fuel: 1000 },
        '/program/late.wasm': { limits: { wall_milliseconds: WALL } },
      },
    ),
  );
  t.teardown(() => enclave.stop());
  const policyHash = await hashPolicy(enclave.policy, webcrypto.subtle);
  const policy = parsePolicy(enclave.policy, { now: Date.now() });
  const open = (party: Party | undefined) => enclave.connect(party!);
  const session = await open(owner);
  const supply = await open(supplier);
  t.teardown(() => Promise.all([session.close(), supply.close()]));
  for (const [index, name] of names.entries()) await session.writeFile(paths[index]!, modules[name]!);

  /** What the programs find. */
  async function prepare(): Promise<void> {
    await supply.writeFile('/input/a', Buffer.from('one input'));
    await supply.writeFile('/input/deep', Buffer.from('another'));
    await session.writeFile('/output/old', Buffer.from('moved'));
    await session.writeFile('/output/unwanted', Buffer.from('not wanted'));
  }

  function verify(receipt: SignedReceipt): Promise<VerifiedReceipt> {
    const { trust } = enclave;
    return verifyTrustedReceipt(receipt, { trust, policy, policyHash, time: Date.now() });
  }

  return { enclave, policy, policyHash, open, session, supply, prepare, verify };
}
