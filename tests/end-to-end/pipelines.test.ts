import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { registerClientCommand } from '../../host-bridge/cli/client.ts';
import { commandHere } from '../support/command-here.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const example = (name: string) => readFileSync(new URL(`examples/${name}/${name}.wasm`, repositoryRoot));

t.test(
  'a pipeline runs its programs in order, each with its own rights, for who may run them all',
  async (t) => {
    const [owner, other] = await Promise.all([makeParty('owner'), makeParty('other')]);
    const [list, sort] = [example('random-u32-list'), example('sort-numbers')];
    const files = { '/numbers/unsorted.txt': READ, '/output/sorted.txt': READ };
    const enclave = await startTestEnclave({
      parties: [
        {
          certificate: owner.certificate,
          rights: {
            '/program/list.wasm': WRITE | RUN,
            '/program/sort.wasm': WRITE | RUN,
            '/program/absent': READ,
            ...files,
          },
        },
        { certificate: other.certificate, rights: { '/program/list.wasm': RUN, ...files } },
      ],
      programs: [
        { path: '/program/list.wasm', module: list, rights: { '/numbers/unsorted.txt': WRITE } },
        {
          path: '/program/sort.wasm',
          module: sort,
          rights: { '/numbers/unsorted.txt': READ, '/output/sorted.txt': WRITE },
        },
      ],
      pipelines: [
        '/program/list.wasm ; if /numbers/unsorted.txt { /program/sort.wasm ; }',
        'if /program/absent { /program/list.wasm } else { /program/sort.wasm }',
        '',
      ],
    });
    t.teardown(() => enclave.stop());
    const session = await enclave.connect(owner);
    await session.writeFile('/program/list.wasm', list);
    await session.writeFile('/program/sort.wasm', sort);

    t.same(await session.runPipeline('2'), { exitCode: 0 }, 'the empty one does nothing');
    t.not(
      (await session.runPipeline('1')).exitCode,
      0,
      'sorting what is not there fails, and its code is the answer',
    );
    t.same(await session.runPipeline('0'), { exitCode: 0 });
    const numbers = async (name: string) =>
      Buffer.from(await session.readFile(name))
        .toString()
        .trim()
        .split('\n')
        .map(Number);
    const unsorted = await numbers('/numbers/unsorted.txt');
    t.ok(unsorted.length > 1);
    t.same(
      await numbers('/output/sorted.txt'),
      [...unsorted].sort((a, b) => a - b),
    );

    await t.rejects(session.runPipeline('3'), { code: 'PIPELINE_UNKNOWN' });
    const second = await enclave.connect(other);
    await t.rejects(second.runPipeline('0'), { code: 'PROGRAM_UNKNOWN' }, 'a step that it may not run');
    await t.rejects(second.runPipeline('1'), { code: 'ACCESS_DENIED' }, 'a file that it may not know of');

    const folder = mkdtempSync(join(tmpdir(), 'truce-pipelines-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const at = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const { host, port } = enclave.relay.address;
    const { roots, emulator } = enclave.trust;
    const command = (...args: string[]) =>
      commandHere(registerClientCommand, [
        ...['client', at('policy.json', enclave.policy), '--address', `${host}:${port}`],
        ...['--identity', at('o.pem', owner.certificate), '--key', at('o.key', owner.key)],
        ...(emulator ? ['--trust-emulator'] : ['--trust-root', at('root.pem', String(roots?.[0]))]),
        ...args,
      ]);
    t.match(await command('--pipeline', '0', '--pipeline', '2'), {
      code: 0,
      stdout: /ran 0\b.*\n.*ran 2\b/,
    });
    t.match(await command('--pipeline', '7'), { code: 1, stderr: /no such pipeline: 7/ });
    await session.close();
    await second.close();
  },
);
