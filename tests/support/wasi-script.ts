/**
 * Programs made of a list of WASI calls, for tests that have to say exactly what a program does. Compiled from text; a
 * step that fails ends the program with its error number, unless the numbers are to be recorded in a file.
 */
import { compileText } from '../programs/sample-programs.ts';

export type Step =
  | { readonly call: 'make-directory' | 'remove-directory' | 'unlink'; readonly path: string }
  | { readonly call: 'rename' | 'link'; readonly from: string; readonly to: string }
  | { readonly call: 'symbolic-link'; readonly target: string; readonly path: string }
  /** Opens with O_CREAT unless `existing`, with O_TRUNC where `cut`; writes at `offset`, or at the end. */
  | {
      readonly call: 'write';
      readonly path: string;
      readonly text: string;
      readonly offset?: number;
      readonly append?: boolean;
      readonly cut?: boolean;
      readonly existing?: boolean;
    }
  | { readonly call: 'set-size'; readonly path: string; readonly size: number }
  | { readonly call: 'set-times'; readonly path: string; readonly nanoseconds: number }
  | { readonly call: 'print'; readonly text: string; readonly to?: 'stdout' | 'stderr' }
  /** Needs the clock. */
  | { readonly call: 'sleep'; readonly milliseconds: number }
  /** Reads a byte: of a live file, once somebody has written one. */
  | { readonly call: 'await'; readonly path: string }
  | { readonly call: 'loop' };

const IMPORTS: Readonly<Record<string, string>> = {
  path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
  path_create_directory: 'i32 i32 i32',
  path_remove_directory: 'i32 i32 i32',
  path_unlink_file: 'i32 i32 i32',
  path_rename: 'i32 i32 i32 i32 i32 i32',
  path_link: 'i32 i32 i32 i32 i32 i32 i32',
  path_symlink: 'i32 i32 i32 i32 i32',
  path_filestat_set_times: 'i32 i32 i32 i32 i64 i64 i32',
  fd_read: 'i32 i32 i32 i32',
  fd_write: 'i32 i32 i32 i32',
  fd_pwrite: 'i32 i32 i32 i64 i32',
  fd_filestat_set_size: 'i32 i64',
  fd_close: 'i32',
  poll_oneoff: 'i32 i32 i32 i32',
};

// Addresses. Texts begin where the fixed places end; 4 pages are room enough for those of a test.
const OPENED = 0;
const VECTOR = 16;
const COUNT = 24;
const SUBSCRIPTION = 32;
const EVENT = 96;
const RESULTS = 128;
const TEXTS = 8192;

// Source: WASI preview 1, typenames.witx.
const [CREATE, TRUNCATE, APPEND, FOLLOW] = [1, 8, 1, 1];
const [RIGHTS_READ, RIGHTS_WRITE, RIGHTS_SET_SIZE] = [1 << 1, (1 << 6) | (1 << 2), 1 << 22];

/** `record`: where the error number of each step goes, a byte each; the program then goes on and exits with 0. */
export async function compileScript(
  steps: readonly Step[],
  options: { readonly record?: string } = {},
): Promise<Uint8Array> {
  const data: string[] = [];
  let end = TEXTS;
  const text = (value: string): string => {
    const bytes = Buffer.from(value);
    const escaped = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    data.push(`(data (i32.const ${end}) "${escaped}")`);
    const place = `(i32.const ${end}) (i32.const ${bytes.length})`;
    end += bytes.length + 1;
    return place;
  };
  const body = steps.map((step, index) => {
    const done = `(local.set $error ${compileStep(step, text)})`;
    return options.record === undefined
      ? `${done} (if (local.get $error) (then (call $proc_exit (local.get $error))))`
      : `${done} (i32.store8 (i32.const ${RESULTS + index}) (local.get $error))`;
  });
  if (options.record !== undefined) {
    const record: Step = { call: 'write', path: options.record, text: '', cut: true };
    const [vector, length] = [`(i32.const ${RESULTS})`, `(i32.const ${steps.length})`];
    body.push(`(call $check ${compileWrite(record, `${vector} ${length}`, text)})`);
  }
  const imports = Object.entries(IMPORTS).map(
    ([name, parameters]) =>
      `(import "wasi_snapshot_preview1" "${name}" (func $${name} (param ${parameters}) (result i32)))`,
  );
  return compileText(`(module
    ${imports.join('\n')}
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 4)
    ${data.join('\n')}
    (func $check (param $error i32) (if (local.get $error) (then (call $proc_exit (local.get $error)))))
    (func $vector (param $address i32) (param $length i32)
      (i32.store (i32.const ${VECTOR}) (local.get $address))
      (i32.store (i32.const ${VECTOR + 4}) (local.get $length)))
    (func (export "_start")
      (local $error i32)
      ${body.join('\n')}))`);
}

type PlaceText = (value: string) => string;

function compileStep(step: Step, text: PlaceText): string {
  const three = '(i32.const 3)';
  switch (step.call) {
    case 'make-directory':
      return `(call $path_create_directory ${three} ${text(step.path)})`;
    case 'remove-directory':
      return `(call $path_remove_directory ${three} ${text(step.path)})`;
    case 'unlink':
      return `(call $path_unlink_file ${three} ${text(step.path)})`;
    case 'rename':
      return `(call $path_rename ${three} ${text(step.from)} ${three} ${text(step.to)})`;
    case 'link':
      return `(call $path_link ${three} (i32.const 0) ${text(step.from)} ${three} ${text(step.to)})`;
    case 'symbolic-link':
      return `(call $path_symlink ${text(step.target)} ${three} ${text(step.path)})`;
    case 'set-times': {
      const time = `(i64.const ${step.nanoseconds})`;
      // The two flags: ATIM and MTIM.
      return `(call $path_filestat_set_times ${three} (i32.const 0) ${text(step.path)} ${time} ${time} (i32.const 5))`;
    }
    case 'write':
      return compileWrite(step, text(step.text), text);
    case 'set-size':
      return opening(
        step.path,
        text,
        0,
        0,
        RIGHTS_SET_SIZE,
        `(call $fd_filestat_set_size ${opened} (i64.const ${step.size}))`,
      );
    case 'print': {
      const fd = step.to === 'stderr' ? 2 : 1;
      return `(block (result i32) (call $vector ${text(step.text)})
        (call $fd_write (i32.const ${fd}) (i32.const ${VECTOR}) (i32.const 1) (i32.const ${COUNT})))`;
    }
    case 'sleep':
      // A subscription to the monotonic clock (1), relative: userdata, tag, id, timeout, precision, flags.
      return `(block (result i32)
        (i32.store8 (i32.const ${SUBSCRIPTION + 8}) (i32.const 0))
        (i32.store (i32.const ${SUBSCRIPTION + 16}) (i32.const 1))
        (i64.store (i32.const ${SUBSCRIPTION + 24}) (i64.const ${step.milliseconds * 1_000_000}))
        (call $poll_oneoff (i32.const ${SUBSCRIPTION}) (i32.const ${EVENT}) (i32.const 1) (i32.const ${COUNT})))`;
    case 'await': {
      const place = `(call $vector (i32.const ${RESULTS}) (i32.const 1))`;
      const read = `(call $fd_read ${opened} (i32.const ${VECTOR}) (i32.const 1) (i32.const ${COUNT}))`;
      return opening(step.path, text, 0, 0, RIGHTS_READ, `(block (result i32) ${place} ${read})`);
    }
    case 'loop':
      return '(block (result i32) (loop $for_ever (br $for_ever)) (i32.const 0))';
  }
}

const opened = `(i32.load (i32.const ${OPENED}))`;

function compileWrite(step: Step & { call: 'write' }, bytes: string, text: PlaceText): string {
  const flags = (step.existing ? 0 : CREATE) | (step.cut ? TRUNCATE : 0);
  const vector = `(i32.const ${VECTOR}) (i32.const 1)`;
  const write =
    step.offset === undefined
      ? `(call $fd_write ${opened} ${vector} (i32.const ${COUNT}))`
      : `(call $fd_pwrite ${opened} ${vector} (i64.const ${step.offset}) (i32.const ${COUNT}))`;
  const writing = `(block (result i32) (call $vector ${bytes}) ${write})`;
  return opening(step.path, text, flags, step.append ? APPEND : 0, RIGHTS_WRITE, writing);
}

/** Opens, works and closes; the first error. Links at the end are followed. */
function opening(
  path: string,
  text: PlaceText,
  flags: number,
  fdFlags: number,
  rights: number,
  work: string,
): string {
  const open = `(call $path_open (i32.const 3) (i32.const ${FOLLOW}) ${text(path)} (i32.const ${flags})
    (i64.const ${rights}) (i64.const 0) (i32.const ${fdFlags}) (i32.const ${OPENED}))`;
  return `(block (result i32) (local.set $error ${open})
    (if (i32.eqz (local.get $error)) (then
      (local.set $error ${work})
      (drop (call $fd_close ${opened}))))
    (local.get $error))`;
}
