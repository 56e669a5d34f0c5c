/** Who may read and write a file that takes the place of another: nobody who could not before. */
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { accessListAt, setAccessList } from '../../../native/access-lists.ts';
import { BoundaryTable } from '../../../proto/policy/access.ts';
import { copyResults } from '../../../runtime/exec/results.ts';
import { accessList, whyNoAccessLists } from '../../support/access-list.ts';
import { left } from '../../support/left-files.ts';

/** Has a result take the place of a file. */
function replace(host: string): Promise<void> {
  const { fileSystem } = left({ '/out/a': 'new' });
  const copy = { fileSystem, boundaries: new BoundaryTable([]), copied: new Map() };
  return copyResults(copy, [{ guest: '/out/a', directory: false, host }], new AbortController().signal);
}

t.test('a file that is replaced keeps its group, where we may give it, with its permissions', async (t) => {
  const folder = t.testdir({ old: 'before' });
  // Root gives files to anybody, others to none but groups of their own.
  const [uid, gid] = process.getuid!() === 0 ? [65_534, 65_533] : [process.getuid!(), process.getgid!()];
  chownSync(join(folder, 'old'), uid, gid);
  chmodSync(join(folder, 'old'), 0o640);
  await replace(join(folder, 'old'));
  const after = statSync(join(folder, 'old'));
  t.same([after.uid, after.gid, after.mode & 0o777], [uid, gid, 0o640]);
});

const LIST = accessList({ owner: 6, user: [1234, 6], group: 0, mask: 6, others: 4 });

function giveList(path: string): void {
  const descriptor = openSync(path, 'r+');
  setAccessList(descriptor, LIST);
  closeSync(descriptor);
}

const NOBODY = 65_534;

/** A folder of nobody's. Not where the tests are: others than root may have no way there. */
const open = mkdtempSync(join(tmpdir(), 'truce-group-'));
t.teardown(() => rmSync(open, { recursive: true }));

/** Only root can be somebody else for a while. */
function whyNotNobody(): string | false {
  if (process.getuid!() !== 0) return 'needs root';
  chownSync(open, NOBODY, NOBODY);
  process.seteuid!(NOBODY);
  try {
    readdirSync(open);
    return false;
  } catch {
    return `others may not go to ${open}`;
  } finally {
    process.seteuid!(0);
  }
}

t.test(
  'a group that may not be given away may do nothing with the new file',
  { skip: whyNotNobody() },
  async (t) => {
    writeFileSync(join(open, 'old'), 'before');
    // Whom the group's permissions kept out is now one of the others; a list's mask says nothing of the group.
    for (const [before, after, list] of [
      [0o664, 0o604, false],
      [0o604, 0o600, false],
      ...(whyNoAccessLists(open) === false ? [[0o664, 0o600, true] as const] : []),
    ] as const) {
      chownSync(join(open, 'old'), 0, 65_533);
      if (list) giveList(join(open, 'old'));
      chmodSync(join(open, 'old'), before);
      process.seteuid!(NOBODY);
      try {
        await replace(join(open, 'old'));
      } finally {
        process.seteuid!(0);
      }
      const status = statSync(join(open, 'old'));
      t.same([status.uid, status.mode & 0o777], [NOBODY, after]);
      t.equal(accessListAt(join(open, 'old')), undefined);
    }
  },
);

const listed = t.testdir({ old: 'before' });

t.test('a file that is replaced keeps its list of who may', { skip: whyNoAccessLists(listed) }, async (t) => {
  const path = join(listed, 'old');
  giveList(path);
  await replace(path);
  t.equal(readFileSync(path, 'utf8'), 'new');
  t.same(accessListAt(path), LIST);
  t.equal(statSync(path).mode & 0o777, 0o664);
});
