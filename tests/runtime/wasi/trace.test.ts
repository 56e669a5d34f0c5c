import t from 'tap';
import { type AccessEntry, BoundaryTable } from '../../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { Preview1, ProcessExit } from '../../../runtime/wasi/preview1.ts';
import {
  type ImportName,
  importNames,
  signatures,
  veracruzSignatures,
} from '../../../runtime/wasi/signatures.ts';
import { CallTrace, TracedAccess } from '../../../runtime/wasi/trace.ts';
import { callFormats } from '../../../runtime/wasi/trace-format.ts';
import { ALL, Guest, type GuestOptions, ManualClock } from './guest.ts';
import { programCall } from './program-calls.ts';

function accessEntry([name, rights]: [string, number]): AccessEntry {
  const path = name.length > 1 ? name.replace(/\/$/, '') : name;
  return { path, rights, scope: name.endsWith('/') ? 'subtree' : 'file-or-subtree' };
}

/** A guest whose calls are traced; every look at the clock takes 500 ns. */
function traced(options: GuestOptions = {}) {
  const guest = new Guest(options);
  const access = new TracedAccess(
    Object.entries(options.rights ?? { '/': PREVIEW1_RIGHTS }).map(accessEntry),
  );
  const stream = { rights: PREVIEW1_RIGHTS };
  const wasi = new Preview1({
    fileSystem: guest.fileSystem,
    access,
    boundaries: new BoundaryTable([]),
    args: ['program', 'one'],
    env: ['SECRET=word'],
    streams: {
      stdin: { ...stream, read: () => 0 },
      stdout: { ...stream, write: (bytes) => bytes.length },
      stderr: { ...stream, write: (bytes) => bytes.length },
    },
    clock: 'clock' in options ? options.clock : new ManualClock(),
    random: (target) => target.fill(1),
    openFiles: 16,
  });
  const lines: string[] = [];
  let now = 0n;
  const tick = () => {
    now += 500n;
    return now;
  };
  const trace = new CallTrace({ wasi, access, now: tick, write: (line) => lines.push(line) });
  wasi.bind(guest.memory);
  trace.bind(guest.memory);
  const call = (name: ImportName, ...values: (number | bigint)[]) =>
    programCall(trace.imports, name, ...values);
  /** The line of one call. */
  const line = (name: ImportName, ...values: (number | bigint)[]): string => {
    call(name, ...values);
    return lines.at(-1) ?? '';
  };
  return { guest, call, lines, line };
}

t.test('a format for every call takes up its parameters, with pointers to results behind', async (t) => {
  for (const name of importNames) {
    const parameters = { ...signatures, ...veracruzSignatures }[name].split(':')[0] ?? '';
    const shown = callFormats[name].arguments.map(({ types }) => types).join('');
    t.ok(parameters.startsWith(shown), name);
    t.match(parameters.slice(shown.length), /^i*$/, name);
  }
});

t.test('one line for each call: arguments, result, rights that were checked, time', async (t) => {
  const { guest, line } = traced({ files: { '/dir/': '', '/dir/in.txt': 'hello' } });
  const out = guest.room(64);
  const path = guest.text('dir/in.txt');
  const opened = line('path_open', 3, 1, ...path, 9, 0x42n, ALL, 1, out);
  t.equal(
    opened,
    'path_open(3, SYMLINK_FOLLOW, "dir/in.txt", CREAT|TRUNC, FD_READ|FD_WRITE, ALL, APPEND) = fd 4 ' +
      '[PATH_CREATE_FILE|PATH_OPEN|PATH_FILESTAT_SET_SIZE at /dir/in.txt] <0.5 us>',
  );
  const [text, length] = guest.text('secret');
  const vectors = guest.vectors([text, length], [text, 3]);
  t.equal(line('fd_write', 4, ...vectors, out), 'fd_write(4, [6, 3]) = 9 [FD_WRITE] <0.5 us>');
  t.equal(
    line('fd_seek', 4, -4n, 1, out),
    'fd_seek(4, -4, CUR) = NOTCAPABLE [FD_SEEK, fd 4 lacks FD_SEEK] <0.5 us>',
  );
  t.equal(
    line('fd_filestat_get', 3, out),
    'fd_filestat_get(3) = {DIRECTORY, inode 2, 1 links, 0 bytes} [FD_FILESTAT_GET] <0.5 us>',
  );
  t.equal(line('fd_close', 4), 'fd_close(4) = SUCCESS <0.5 us>');
  t.equal(line('fd_close', 4), 'fd_close(4) = BADF <0.5 us>');
  t.equal(line('fd_create', out), 'fd_create() = fd 4 <0.5 us>');
  t.equal(line('args_sizes_get', out, out + 4), 'args_sizes_get() = 2 of 12 bytes <0.5 us>');
  t.equal(line('fd_prestat_dir_name', 3, out, 1), 'fd_prestat_dir_name(3) = "/" <0.5 us>');
  t.equal(
    line('path_rename', 3, ...path, 3, ...guest.text('dir/b')),
    'path_rename(3, "dir/in.txt", 3, "dir/b") = SUCCESS ' +
      '[PATH_RENAME_SOURCE at /dir/in.txt; PATH_RENAME_TARGET at /dir/b] <0.5 us>',
  );
  t.equal(
    line('path_symlink', ...guest.text('b'), 3, ...guest.text('dir/l')),
    'path_symlink("b", 3, "dir/l") = SUCCESS [PATH_SYMLINK at /dir/l] <0.5 us>',
  );
  t.equal(
    line('path_readlink', 3, ...guest.text('dir/l'), out, 16, out + 32),
    'path_readlink(3, "dir/l", 16) = "b" [PATH_READLINK at /dir/l] <0.5 us>',
  );
});

t.test('what is missing is named, and where', async (t) => {
  const { guest, line } = traced({
    rights: { '/': PREVIEW1_RIGHTS, '/closed/': Rights.PATH_OPEN, '/hidden/': 0 },
    files: { '/closed/': '', '/closed/file': 'x', '/hidden/': '' },
    clock: undefined,
  });
  const out = guest.room(64);
  t.equal(
    line('path_unlink_file', 3, ...guest.text('closed/file')),
    'path_unlink_file(3, "closed/file") = NOTCAPABLE ' +
      '[PATH_UNLINK_FILE at /closed/file, lacks PATH_UNLINK_FILE] <0.5 us>',
  );
  t.equal(
    line('path_open', 3, 0, ...guest.text('closed/file'), 0, 2n, 0n, 0, out),
    'path_open(3, 0, "closed/file", 0, FD_READ, 0, 0) = NOTCAPABLE [PATH_OPEN at /closed/file, lacks FD_READ] <0.5 us>',
  );
  t.equal(
    line('path_open', 3, 0, ...guest.text('hidden/file'), 0, 2n, 0n, 0, out),
    'path_open(3, 0, "hidden/file", 0, FD_READ, 0, 0) = NOTCAPABLE [PATH_OPEN] <0.5 us>',
    'judged at no path: it may not even be looked for',
  );
  t.equal(
    line('clock_time_get', 1, 5n, out),
    'clock_time_get(MONOTONIC, 5ns) = NOTCAPABLE [clocks are not enabled] <0.5 us>',
  );
});

t.test('bytes are not shown, and nothing that could steer a terminal is', async (t) => {
  const { guest, line, lines } = traced();
  const out = guest.room(1024);
  line('environ_get', out, out + 64);
  line('random_get', out, 16);
  const [text, length] = guest.text('word');
  line('fd_write', 1, ...guest.vectors([text, length]), out);
  t.notMatch(lines.join('\n'), /word|SECRET/);
  t.equal(lines[1], 'random_get(16) = SUCCESS <0.5 us>');
  t.equal(
    line('path_create_directory', 3, ...guest.text('a"\u001b[31m\n\u202eb')),
    'path_create_directory(3, "a\\"\\u{1b}[31m\\u{a}\\u{202e}b") = SUCCESS ' +
      '[PATH_CREATE_DIRECTORY at /a\\"\\u{1b}[31m\\u{a}\\u{202e}b] <0.5 us>',
  );
  const long = line('path_create_directory', 3, ...guest.text('x'.repeat(5000)));
  t.match(long, /"x{1024}"\.\.\. 5000 bytes\) = NAMETOOLONG/);
});

t.test('pointers and numbers that mean nothing are shown, and disturb nothing', async (t) => {
  const { guest, call, line } = traced();
  const out = guest.room(64);
  t.equal(
    line('path_create_directory', 3, -16, 32),
    'path_create_directory(3, 32 bytes at 0xfffffff0) = FAULT [PATH_CREATE_DIRECTORY] <0.5 us>',
  );
  t.match(line('fd_write', 1, -8, 2, out), /^fd_write\(1, \[\?, \?\]\) = FAULT/);
  t.match(
    line('fd_read', 0, 0, -1, out),
    /^fd_read\(0, \[\d+(, \d+){7}, \.\.\. 4294967295 in all\]\) = INVAL/,
  );
  t.equal(line('fd_seek', -1, 1n, 9, out), 'fd_seek(4294967295, 1, 9) = BADF [FD_SEEK] <0.5 us>');
  t.match(
    line('path_open', 3, 6, ...guest.text('a'), 0x30, -1n, 0n, 64, out),
    /\(3, 0x6, "a", 0x30, ALL\|UNKNOWN, 0, 0x40\) = INVAL/,
  );
  t.equal(call('fd_write', 1, -8, 2, out), Errno.FAULT, 'the program gets what it would get');
});

t.test('waiting shows what for', async (t) => {
  const { guest, line } = traced({ files: { '/f': 'x' } });
  const [list, events, out] = [guest.room(96), guest.room(64), guest.room(4)];
  guest.view.setUint32(list + 16, 1, true);
  guest.view.setBigUint64(list + 24, 7n, true);
  guest.view.setUint8(list + 48 + 8, 2);
  guest.view.setUint32(list + 48 + 16, 1, true);
  t.equal(
    line('poll_oneoff', list, events, 2, out),
    'poll_oneoff([MONOTONIC in 7ns, write fd 1]) = 1 [FD_WRITE|POLL_FD_READWRITE] <0.5 us>',
  );
});

t.test('the call that ends a program is shown, and ends it', async (t) => {
  const { call, lines } = traced();
  t.throws(() => call('proc_exit', 3), new ProcessExit(3));
  t.equal(lines.at(-1), 'proc_exit(3)');
});
