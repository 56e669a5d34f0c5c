import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { ContentDigests } from '../../../runtime/manager/content-digests.ts';
import { RunRecorder } from '../../../runtime/manager/run-recorder.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { FACTS, sha256 } from './run-samples.ts';

function makeFileSystem() {
  const contents = new MemfdContents({ limit: 64 << 20, descriptors: 64 });
  const limits = { bytes: 64 << 20, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 64 << 20 };
  return new FileSystem({ contents, limits, now: () => 0n });
}

t.test('a content is hashed once for as long as the file stays as it is', async (t) => {
  const fileSystem = makeFileSystem();
  const file = fileSystem.createFile(fileSystem.root, 'file');
  fileSystem.write(file, Buffer.from('first'), 0);
  const digests = new ContentDigests();
  const noted = digests.note(file);
  // What comes after it was noted is not in it.
  fileSystem.write(file, Buffer.from('SECOND'), 0);
  t.same(Buffer.from(await digests.digest(noted)), sha256('first'));
  const second = digests.note(file);
  t.equal(second.known, undefined, 'another content is another digest');
  t.same(Buffer.from(await digests.digest(second)), sha256('SECOND'));
  t.same(Buffer.from(digests.note(file).known!), sha256('SECOND'), 'and is known from then on');
  t.equal(digests.note(file).snapshot, undefined);

  fileSystem.write(file, Buffer.alloc(20 << 20, 7), 0);
  let turns = 0;
  let done = false;
  const hashing = digests.digest(digests.note(file)).finally(() => {
    done = true;
  });
  while (!done) {
    turns++;
    await turn();
  }
  t.ok(turns >= 10, `others had ${turns} turns meanwhile`);
  t.same(
    Buffer.from(await hashing),
    createHash('sha256')
      .update(Buffer.alloc(20 << 20, 7))
      .digest(),
  );
});

const room = async () => undefined;

t.test('a run that reads or writes more files than a receipt can list fails', async (t) => {
  const fileSystem = makeFileSystem();
  const file = fileSystem.createFile(fileSystem.root, 'file');
  const digests = new ContentDigests();
  const make = () => new RunRecorder({ digests, limit: 64 << 10, room, isLive: () => false });
  const files = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `/${index}`, file }));
  t.throws(() => make().began(files(1000)), { code: 'RECEIPT_TOO_LARGE' });
  const recorder = make();
  recorder.began(files(150));
  t.throws(() => recorder.wrote(files(1000), []), { code: 'RECEIPT_TOO_LARGE' });
  t.throws(
    () =>
      recorder.wrote(
        [],
        files(1000).map(({ path }) => path),
      ),
    { code: 'RECEIPT_TOO_LARGE' },
  );
  t.equal(recorder.facts, undefined, 'a run that never ended has no facts');
  recorder.ended(FACTS);
  t.equal((await recorder.finish()).length, 150, 'and what was refused is not listed');
});

t.test('a live file is recorded as it is when the run ends', async (t) => {
  const fileSystem = makeFileSystem();
  const create = (name: string, text: string) => {
    const file = fileSystem.createFile(fileSystem.root, name);
    fileSystem.write(file, Buffer.from(text), 0);
    return { path: `/${name}`, file };
  };
  const [input, output, others, ended] = [
    create('in', 'begin'),
    create('out', ''),
    create('chat', 'by a client'),
    create('ended', 'by a party'),
  ];
  const options = { room, digests: new ContentDigests(), isLive: (path: string) => path !== '/plain' };
  const recorder = new RunRecorder({ ...options, limit: 1 << 20 });
  recorder.began([input]);
  fileSystem.write(input.file, Buffer.from(' and end'), 5);
  recorder.changingLive(output);
  fileSystem.write(output.file, Buffer.from('resu'), 0);
  recorder.changingLive(output);
  fileSystem.write(output.file, Buffer.from('lt'), 4);
  fileSystem.write(output.file, Buffer.from(', and what a client adds'), 6);
  fileSystem.write(others.file, Buffer.from(' alone'), 11);
  // What came of that was a refusal.
  recorder.changingLive(ended);
  recorder.ended(FACTS);
  t.same([...recorder.outputPaths], ['/out']);
  const digestOf = (text: string) => ({ size: text.length, sha256: sha256(text) });
  t.same(await recorder.finish(), [
    { side: 'input', path: '/in', content: digestOf('begin and end') },
    { side: 'output', path: '/out', content: digestOf('result, and what a client adds') },
  ]);

  const charged = new RunRecorder({ ...options, limit: 64 << 10 });
  charged.began([]);
  const change = () => {
    for (let index = 0; index < 1000; index++) charged.changingLive({ path: `/${index}`, file: output.file });
  };
  t.throws(change, { code: 'RECEIPT_TOO_LARGE' }, 'each live file counts, too');
});
