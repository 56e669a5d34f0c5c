/** POSIX access control lists as the kernel has them. Source: Linux include/uapi/linux/posix_acl_xattr.h, posix_acl.h. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setAccessList } from '../../native/access-lists.ts';

const VERSION = 2;
const TAG = { owner: 0x01, user: 0x02, group: 0x04, mask: 0x10, others: 0x20 } as const;
const NOBODY = 0xffffffff;

/** Permissions, as in modes; `user` is one more by number. */
export function accessList(permissions: {
  readonly owner: number;
  readonly user: readonly [id: number, permissions: number];
  readonly group: number;
  readonly mask: number;
  readonly others: number;
}): Uint8Array {
  const { owner, user, group, mask, others } = permissions;
  const entries = [
    [TAG.owner, owner, NOBODY],
    [TAG.user, user[1], user[0]],
    [TAG.group, group, NOBODY],
    [TAG.mask, mask, NOBODY],
    [TAG.others, others, NOBODY],
  ] as const;
  const list = new DataView(new ArrayBuffer(4 + 8 * entries.length));
  list.setUint32(0, VERSION, true);
  for (const [index, [tag, permission, id]] of entries.entries()) {
    list.setUint16(4 + 8 * index, tag, true);
    list.setUint16(6 + 8 * index, permission, true);
    list.setUint32(8 + 8 * index, id, true);
  }
  return new Uint8Array(list.buffer);
}

/** False, or why a folder's file system keeps none. */
export function whyNoAccessLists(folder: string): string | false {
  const path = join(folder, 'access-list-probe');
  const descriptor = openSync(path, 'w');
  try {
    setAccessList(descriptor, accessList({ owner: 6, user: [1, 0], group: 0, mask: 0, others: 0 }));
    return false;
  } catch (error) {
    return `the file system here keeps no access control lists: ${(error as Error).message}`;
  } finally {
    closeSync(descriptor);
    rmSync(path);
  }
}
