/** Imported ahead of a program: makes clone with namespaces fail with EPERM, as container runtimes do. */
import { setNoNewPrivileges } from '../../native/process-control.ts';
import {
  answer,
  argumentOffset,
  installFilter,
  jumpIfEqual,
  load,
  maskWith,
  SeccompAction,
  SeccompData,
} from '../../native/seccomp.ts';

const CLONE = process.arch === 'arm64' ? 220 : 56;
/** CLONE_NEWNS and CLONE_NEWCGROUP to CLONE_NEWNET. Source: Linux include/uapi/linux/sched.h. */
const NAMESPACES = 0x20000 | 0x7e000000;

setNoNewPrivileges();
installFilter([
  load(SeccompData.number),
  jumpIfEqual(CLONE, 0, 4),
  load(argumentOffset(0, 'low')),
  maskWith(NAMESPACES),
  jumpIfEqual(0, 1, 0),
  answer(SeccompAction.errno(1)),
  answer(SeccompAction.ALLOW),
]);
