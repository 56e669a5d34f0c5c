/** Descriptors as the numbers that programs pass: any number there is, and one that was used before. */
import t from 'tap';
import { Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { type CallName, callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { ALL, Guest } from './guest.ts';
import { eachGoodCall, preparedForAll, refusal, type Value } from './prepared-guest.ts';

const { BADF, NOTDIR } = Errno;

t.test('descriptors are unsigned numbers, in every place of every call', async (t) => {
  const second: Partial<Record<CallName, number>> = { fd_renumber: 1, path_link: 4, path_rename: 3 };
  for (const name of callNames.filter((each) => /^(fd|path)_/.test(each))) {
    const good = eachGoodCall().find(([each]) => each === name)?.[1].values;
    const types = [...signatures[name].split(':')[0]!];
    const values = good ?? types.map((type): Value => (type === 'I' ? 1n : 4));
    const places = [name === 'path_symlink' ? 2 : 0, second[name]].filter((index) => index !== undefined);
    for (const index of places) {
      const numbers = [6, 12, 255, 256, 65_536 + 4, 0x7fffffff, -0x80000000, -2, -1];
      const wrong = numbers.flatMap((number) =>
        refusal(preparedForAll(), name, values.with(index, number), BADF),
      );
      t.same(wrong, [], `${name}, argument ${index}`);
    }
  }
});

t.test('a number that is used again keeps nothing of what it was open on before', async (t) => {
  const guest = new Guest({
    files: { '/many/a': '', '/many/b': '', '/many/c': '', '/few/x': '', '/file': 'content' },
  });
  const many = guest.open('many');
  const names = guest.list(many).map(({ name }) => name);
  t.same(names, ['.', '..', 'a', 'b', 'c']);
  guest.done('fd_fdstat_set_rights', many, BigInt(Rights.FD_READDIR), 0n);
  guest.done('fd_close', many);
  const few = guest.open('few');
  t.equal(few, many);
  t.ok(guest.fdstat(few).inheriting !== 0, 'what the one before gave up is there again');
  const out = guest.room(4);
  const buffer = guest.room(200);
  guest.done('fd_readdir', few, buffer, 200, 4n, out);
  t.equal(guest.view.getUint32(out, true), 0, 'a cookie of the other listing is behind the end of this one');
  guest.done('fd_readdir', few, buffer, 200, 2n, out);
  t.equal(guest.view.getUint32(out, true), 25, 'and one that both have goes on in this one');
  guest.done('fd_close', few);
  const file = guest.open('file', { base: ALL });
  t.equal(file, many);
  t.equal(guest.call('fd_readdir', file, buffer, 200, 2n, out), NOTDIR);
  t.equal(guest.seek(file, 3n, 0), 3);
  guest.done('fd_close', file);
  t.equal(guest.seek(guest.open('file', { base: ALL }), 0n, 1), 0);
});
