/**
 * System calls that a jail must refuse, by x86-64 number, with arguments that do no harm where they are allowed: null
 * pointers, descriptor -1, process -1, signal 0. 'parent' is the caller's parent. Not locked in, root gets something
 * other than EPERM for each, so that an EPERM is the filter's.
 * Source: Linux arch/x86/entry/syscalls/syscall_64.tbl.
 */
type Attempt = readonly [number: number, ...values: readonly (number | 'parent')[]];

export const SYSTEM_CALLS: Readonly<Record<string, Attempt>> = {
  // Files.
  open: [2, 0],
  openat: [257, -100, 0],
  openat2: [437, -100, 0, 0, 0],
  open_by_handle_at: [304, -1, 0],
  getdents64: [217, -1],
  ftruncate: [77, -1],
  unlink: [87, 0],
  fchmod: [91, -1],
  mount: [165, 0, 0, 0, 0, 0],
  chroot: [161, 0],
  memfd_create: [319, 0],
  inotify_init1: [294, -1],
  ioctl: [16, -1],
  // Sockets. AF_VSOCK is 40, and no network namespace bounds it.
  'socket AF_UNIX': [41, 1, 1, 0],
  'socket AF_INET': [41, 2, 1, 0],
  'socket AF_NETLINK': [41, 16, 3, 0],
  'socket AF_VSOCK': [41, 40, 1, 0],
  socketpair: [53, 1, 1, 0, 0],
  connect: [42, -1],
  bind: [49, -1],
  listen: [50, -1],
  accept: [43, -1],
  sendto: [44, -1],
  sendmsg: [46, -1],
  recvmsg: [47, -1],
  setsockopt: [54, -1],
  // Descriptors. F_SETFL is 4, F_SETOWN 8, F_DUPFD 0; O_ASYNC is 0x2000.
  dup: [32, -1],
  dup2: [33, -1, -1],
  dup3: [292, -1, -1],
  'fcntl F_SETFL O_ASYNC': [72, -1, 4, 0x2000],
  'fcntl F_SETOWN': [72, 1, 8, 'parent'],
  'fcntl F_DUPFD': [72, -1, 0],
  pipe2: [293, 0],
  splice: [275, -1],
  epoll_create1: [291, -1],
  // Processes. CLONE_SIGHAND (0x800) without CLONE_VM, and CLONE_THREAD alone, are EINVAL outside a jail.
  execve: [59, 0, 0, 0],
  execveat: [322, -1, 0, 0, 0, 0],
  'clone a process': [56, 0x800 | 17],
  'clone a thread with its own memory': [56, 0x10000],
  'clone a process that shares memory': [56, 0x100 | 0x10000000 | 0x200],
  ptrace: [101, 16, -1],
  process_vm_readv: [310, -1],
  process_vm_writev: [311, -1],
  pidfd_open: [434, -1],
  pidfd_send_signal: [424, -1],
  pidfd_getfd: [438, -1],
  'kill the parent': [62, 'parent', 0],
  'tgkill the parent': [234, 'parent', 'parent', 0],
  tkill: [200, 'parent', 0],
  rt_sigqueueinfo: [129, 'parent', 0, 0],
  unshare: [272, 0],
  setns: [308, -1],
  setpriority: [141, 0, 0, 0],
  sched_setaffinity: [203, 0, 0, 0],
  personality: [135, 0xffffffff],
  prctl: [157, 3],
  seccomp: [317, 99],
  'prlimit64 to set': [302, 0, 7, 1, 0],
  'prlimit64 of the parent': [302, 'parent', 7, 0, 0],
  setrlimit: [160, 7, 0],
  setuid: [105, 0],
  capset: [126, 0, 0],
  // Memory. MAP_SHARED is 1, MAP_SHARED_VALIDATE 3, MAP_PRIVATE 2, MAP_ANONYMOUS 0x20, MAP_GROWSDOWN 0x100.
  'mmap MAP_SHARED': [9, 0, 4096, 3, 0x21, -1, 0],
  'mmap MAP_SHARED_VALIDATE': [9, 0, 4096, 3, 0x23, -1, 0],
  'mmap MAP_GROWSDOWN': [9, 0, 4096, 3, 0x122, -1, 0],
  'mmap a file': [9, 0, 4096, 1, 0x02, -1, 0],
  mremap: [25, 0],
  shmget: [29, 0, 0, 0],
  mlock: [149, 0, 0],
  'madvise MADV_MERGEABLE': [28, 1, 0, 12],
  'futex FUTEX_LOCK_PI': [202, 0, 6],
  // The kernel's larger machines.
  io_uring_setup: [425, 0, 0],
  io_uring_enter: [426, -1],
  bpf: [321, 0, 0, 0],
  keyctl: [250, 0],
  add_key: [248, 0],
  userfaultfd: [323, -1],
  perf_event_open: [298, 0],
  init_module: [175, 0],
  timer_create: [222, -100],
};

/** Numbers that a jailed process may call whatever the arguments, and clone3 (435), which answers ENOSYS. */
export const OPEN_SYSTEM_CALLS =
  '0 1 3 10 11 12 14 19 20 24 35 39 96 98 131 186 204 219 228 229 230 232 273 281 318 334 435';
