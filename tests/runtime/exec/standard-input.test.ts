import { PassThrough } from 'node:stream';
import t from 'tap';
import { feedStandardInput, InputWindow } from '../../../runtime/exec/standard-input.ts';
import { LiveFile } from '../../../runtime/vfs/live-file.ts';
import { ProgramHost } from '../../support/program-host.ts';

t.test('a window gives what comes, and keeps nothing that lies behind the reader', async (t) => {
  const window = new InputWindow();
  for (const piece of ['ab', 'cde', 'f']) window.append(Buffer.from(piece));
  const read = (length: number, position: number) => {
    const target = Buffer.alloc(length);
    return target.subarray(0, window.read(target, position)).toString();
  };
  t.equal(read(3, 0), 'abc');
  t.equal(window.kept, 6);
  t.equal(read(10, 3), 'def');
  t.equal(window.kept, 4, 'the first piece is gone');
  t.equal(read(2, 0), '', 'and reads as nothing');
  t.equal(read(2, 6), '');
  t.same([window.kept, window.size], [0, 6]);
});

t.test('nothing is taken from the input before a reader asks, and then one piece', async (t) => {
  const input = new PassThrough();
  const file = new LiveFile('stdin', new ProgramHost().fileSystem.streams.stdin);
  feedStandardInput(input, file, (error) => t.fail(error.message));
  for (const piece of ['one', 'two']) input.write(piece);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const grown = () => new Promise<void>((resolve) => file.once(resolve));
  await settled();
  t.equal(file.size, 0);
  const first = grown();
  t.equal(file.look(0, 0), 'nothing');
  await first;
  await settled();
  t.equal(file.size, 3);
  t.equal(file.look(0, 0), 'bytes');
  const second = grown();
  t.equal(file.look(3, 0), 'nothing');
  await second;
  t.equal(file.size, 6);
  input.end();
  const end = grown();
  t.equal(file.look(6, 0), 'nothing');
  await end;
  t.equal(file.look(6, 0), 'end');
});

t.test('an input that breaks is told of', async (t) => {
  const input = new PassThrough();
  const file = new LiveFile('stdin', new ProgramHost().fileSystem.streams.stdin);
  const failure = new Promise<Error>((resolve) => feedStandardInput(input, file, resolve));
  input.destroy(Object.assign(new Error('broken'), { code: 'EIO' }));
  t.match(await failure, { code: 'LOCAL_FILE_UNREADABLE', message: /standard input: EIO/ });
});
