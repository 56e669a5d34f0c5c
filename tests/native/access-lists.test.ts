import { closeSync, openSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { accessListAt, removeAccessList, setAccessList } from '../../native/access-lists.ts';
import { accessList, whyNoAccessLists } from '../support/access-list.ts';

const folder = t.testdir({ file: 'x' });
const path = join(folder, 'file');

t.test('a list is given, read and removed', { skip: whyNoAccessLists(folder) }, (t) => {
  const descriptor = openSync(path, 'r+');
  // Its folder may have given it one.
  removeAccessList(descriptor);
  t.equal(accessListAt(path), undefined);
  removeAccessList(descriptor);
  const list = accessList({ owner: 6, user: [1234, 4], group: 0, mask: 6, others: 0 });
  setAccessList(descriptor, list);
  t.same(accessListAt(path), list);
  t.equal(statSync(path).mode & 0o777, 0o660, 'the mask stands where the group would');
  t.throws(() => setAccessList(descriptor, new Uint8Array(3)), { code: 'EINVAL' });
  removeAccessList(descriptor);
  t.equal(accessListAt(path), undefined);
  closeSync(descriptor);
  t.throws(() => setAccessList(descriptor, list), { code: 'EBADF' });
  t.end();
});

t.test('a link has none, and what is not there is an error', (t) => {
  symlinkSync('file', join(folder, 'link'));
  t.equal(accessListAt(join(folder, 'link')), undefined);
  t.throws(() => accessListAt(join(folder, 'none')), { code: 'ENOENT', syscall: 'lgetxattr' });
  t.end();
});
