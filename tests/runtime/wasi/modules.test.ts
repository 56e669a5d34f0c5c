import fc from 'fast-check';
import t from 'tap';
import wabt from 'wabt';
import { TruceError } from '../../../proto/errors.ts';
import { validateImports, validateSignatures } from '../../../runtime/wasi/import-check.ts';
import { limitModule, moduleKind } from '../../../runtime/wasi/module-limits.ts';
import { ProcessExit } from '../../../runtime/wasi/preview1.ts';
import { callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';

const tools = await wabt();
const limits = { memoryPages: 8, tableElements: 100 };

function wat(text: string): Uint8Array {
  const features = { exceptions: true, memory64: true, threads: true, reference_types: true };
  const module = tools.parseWat('program.wat', text, features);
  return new Uint8Array(module.toBinary({}).buffer);
}

function bytesOf(...sections: [id: number, ...bytes: number[]][]): Uint8Array {
  const body = sections.flatMap(([id, ...bytes]) => [id, bytes.length, ...bytes]);
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...body);
}

const program = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table 3 funcref)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00" "\\00\\00\\03\\00\\02\\00\\00\\00" "hello ok")
  (func $say (param $vector i32) (drop (call $write (i32.const 1) (local.get $vector) (i32.const 1) (i32.const 32))))
  (func (export "_start")
    (call $say (i32.const 0))
    (drop (memory.grow (i32.const 3)))
    (i32.store16 (i32.const 0x30000) (i32.const 0x6b6f))
    (call $say (i32.const 8))
    (call $exit (memory.grow (i32.const 100)))))`;

function instantiate(guest: Guest, bytes: Uint8Array): WebAssembly.Instance {
  const limited = limitModule(bytes, limits);
  validateSignatures(limited);
  const module = new WebAssembly.Module(limited.bytes as BufferSource);
  validateImports(module);
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: guest.preview1.imports });
  guest.preview1.bind(instance.exports.memory as WebAssembly.Memory);
  return instance;
}

t.test('a program writes, grows its memory up to the limit, and exits', async (t) => {
  const guest = new Guest();
  const instance = instantiate(guest, wat(program));
  t.throws(() => (instance.exports._start as () => void)(), new ProcessExit(0xffffffff));
  t.equal(guest.output.stdout, 'hello ok', 'also from memory that came after the first call');
});

t.test('a program that catches what ends it has ended all the same', async (t) => {
  const guest = new Guest();
  const instance = instantiate(
    guest,
    wat(`(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "_start") (try (do (call $exit (i32.const 3))) (catch_all))))`),
  );
  (instance.exports._start as () => void)();
  t.equal(guest.preview1.exit?.exitCode, 3);
});

t.test('limits are written into memories and tables', async (t) => {
  const memory = (text: string) => limitModule(wat(`(module (memory ${text}))`), limits).memoryPages;
  t.same(memory('1'), { minimum: 1, maximum: 8 });
  t.same(memory('1 3'), { minimum: 1, maximum: 3 });
  t.same(memory('8 65536'), { minimum: 8, maximum: 8 });
  t.throws(() => memory('9'), { code: 'MODULE_MEMORY_TOO_LARGE' });
  t.equal(limitModule(wat('(module)'), limits).memoryPages, undefined);

  const tables = limitModule(
    wat(`(module (table (export "a") 10 funcref) (table (export "b") 20 25 externref)
      (func (export "grow") (param i32) (result i32) (table.grow 0 (ref.null func) (local.get 0))))`),
    limits,
  );
  t.equal(tables.tableElements, 30);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(tables.bytes as BufferSource));
  const grow = exports.grow as (by: number) => number;
  t.equal(grow(36), -1);
  t.equal(grow(35), 10, 'half of what is left of the limit');
  t.throws(() => (exports.b as WebAssembly.Table).grow(6));
  t.throws(() => limitModule(wat('(module (table 60 funcref) (table 41 funcref))'), limits), {
    code: 'MODULE_TABLE_TOO_LARGE',
  });
});

t.test('what the limits could not hold is refused', async (t) => {
  const refused: [string, Uint8Array][] = [
    ['a shared memory', wat('(module (memory 1 2 shared))')],
    ['a 64-bit memory', wat('(module (memory i64 1))')],
    ['two memories', bytesOf([5, 2, 0, 1, 0, 1])],
    ['custom page sizes', bytesOf([5, 1, 8, 1])],
    ['a shared table', bytesOf([4, 1, 0x70, 3, 1, 1])],
    ['a 64-bit table', bytesOf([4, 1, 0x70, 4, 1])],
    ['a table of typed references', bytesOf([4, 1, 0x63, 0x70, 0, 1])],
    ['a table with a first value', bytesOf([4, 1, 0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b])],
    ['garbage-collected types', bytesOf([1, 1, 0x5f, 0])],
  ];
  for (const [what, bytes] of refused)
    t.throws(() => limitModule(bytes, limits), { code: 'MODULE_UNSUPPORTED' }, what);
  for (const imported of ['(memory 1)', '(table 1 funcref)', '(global i32)']) {
    const bytes = wat(`(module (import "wasi_snapshot_preview1" "fd_read" ${imported}))`);
    t.throws(() => limitModule(bytes, limits), { code: 'MODULE_IMPORT_FORBIDDEN' }, imported);
    t.throws(
      () => validateImports(new WebAssembly.Module(bytes as BufferSource)),
      { code: 'MODULE_IMPORT_FORBIDDEN' },
      imported,
    );
  }
});

t.test('bytes that are no module are refused', async (t) => {
  const invalid: [string, Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['half a preamble', Uint8Array.of(0, 0x61, 0x73, 0x6d)],
    ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)],
    ['an unknown section', bytesOf([14])],
    ['a section twice', bytesOf([5, 1, 0, 1], [5, 1, 0, 1])],
    ['a section beyond the end', Uint8Array.of(...bytesOf(), 5, 9, 1)],
    ['a section with a rest', bytesOf([5, 1, 0, 1, 0])],
    ['an integer over 32 bits', bytesOf([5, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x1f])],
    ['an endless integer', bytesOf([5, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0])],
    ['more entries than bytes', bytesOf([3, 0xff, 0xff, 0x03, 0])],
    ['unknown limits', bytesOf([5, 1, 0x10, 1])],
    ['a maximum below its minimum', bytesOf([5, 1, 1, 2, 1])],
    ['a type that is not there', bytesOf([2, 1, 1, 0x61, 1, 0x62, 0, 7])],
    ['a name that is not UTF-8', bytesOf([2, 1, 1, 0xff, 1, 0x62, 0, 0])],
    ['an unknown kind of import', bytesOf([2, 1, 1, 0x61, 1, 0x62, 9, 0])],
  ];
  for (const [what, bytes] of invalid)
    t.throws(() => limitModule(bytes, limits), { code: 'MODULE_INVALID' }, what);
  t.same(
    [moduleKind(invalid[2]![1]), moduleKind(wat('(module)')), moduleKind(Uint8Array.of(1))],
    ['component', 'core', undefined],
  );
  const padded = limitModule(bytesOf([5, 0x81, 0x80, 0, 0, 0x82, 0x80, 0x80, 0x80, 0]), limits);
  t.same(padded.memoryPages, { minimum: 2, maximum: 8 }, 'linkers pad their integers');
});

t.test('whatever is made of a module, its limits hold or it is refused', async (t) => {
  const original = wat(program);
  let accepted = 0;
  const mutation = fc.record({ at: fc.nat(original.length - 1), byte: fc.nat(255), cut: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let bytes = original.slice();
      for (const { at, byte, cut } of mutations) {
        if (at < bytes.length) bytes[at] = byte;
        if (cut === 0) bytes = bytes.slice(0, at);
      }
      let limited: ReturnType<typeof limitModule>;
      try {
        limited = limitModule(bytes, limits);
      } catch (error) {
        if (error instanceof TruceError) return;
        throw error;
      }
      accepted++;
      const again = limitModule(limited.bytes, limits);
      if (Buffer.compare(again.bytes, limited.bytes) !== 0)
        throw new Error('limiting twice is not limiting once');
      if ((limited.memoryPages?.maximum ?? 0) > limits.memoryPages)
        throw new Error('a memory over its limit');
      if (!WebAssembly.validate(limited.bytes as BufferSource)) return;
      if (!WebAssembly.validate(bytes as BufferSource)) throw new Error('an invalid module was made valid');
    }),
    { numRuns: 2000 },
  );
  t.ok(accepted > 100 && accepted < 2000, `${accepted} of them could be read`);
});

t.test('a program imports nothing but preview 1, with the types it has', async (t) => {
  const letters: Record<string, string> = { i: 'i32', I: 'i64' };
  const typed = (signature: string) => {
    const [parameters, results] = signature
      .split(':')
      .map((part) => [...part].map((letter) => letters[letter]).join(' '));
    return `(param ${parameters}) (result ${results})`;
  };
  const ends = '(memory (export "memory") 1) (func (export "_start"))';
  const check = (body: string): void => {
    const bytes = wat(`(module ${body})`);
    validateSignatures(limitModule(bytes, limits));
    validateImports(new WebAssembly.Module(bytes as BufferSource));
  };
  const all = callNames.map(
    (name) => `(import "wasi_snapshot_preview1" "${name}" (func ${typed(signatures[name])}))`,
  );
  t.doesNotThrow(() => check(`${all.join('')} ${ends}`));
  t.equal(callNames.length, 46, 'the 45 of the first snapshot and sock_accept');
  const imports = (module: string, name: string, type: string) =>
    `(import "${module}" "${name}" (func ${type})) ${ends}`;
  for (const [module, name] of [
    ['env', 'fd_close'],
    ['wasi_unstable', 'fd_close'],
    ['wasi_snapshot_preview1', 'fd_dup'],
    ['wasi_snapshot_preview1', 'toString'],
    ['wasi_snapshot_preview1', 'fd_create'],
    ['veracruz_si', 'fd_close'],
    ['veracruz_si', 'toString'],
  ] as const) {
    const body = imports(module, name, typed('i:i'));
    t.throws(() => check(body), { code: 'MODULE_IMPORT_FORBIDDEN' });
    t.throws(() => validateImports(new WebAssembly.Module(wat(`(module ${body})`) as BufferSource)), {
      code: 'MODULE_IMPORT_FORBIDDEN',
    });
  }
  for (const type of ['ii:i', 'I:i', ':i', 'i:', 'i:I'])
    t.throws(
      () => check(imports('wasi_snapshot_preview1', 'fd_close', typed(type))),
      { code: 'MODULE_IMPORT_TYPE' },
      type,
    );
  t.doesNotThrow(() => check(imports('veracruz_si', 'fd_create', typed('i:i'))), "Veracruz's own call");
  for (const type of [':i', 'ii:i', 'i:', 'I:i'])
    t.throws(() => check(imports('veracruz_si', 'fd_create', typed(type))), { code: 'MODULE_IMPORT_TYPE' });
  t.throws(() => check('(import "veracruz_si" "fd_create" (memory 1))'), { code: 'MODULE_IMPORT_FORBIDDEN' });
  for (const missing of [
    '',
    '(func (export "_start"))',
    '(memory (export "memory") 1)',
    '(memory (export "_start") 1) (func (export "memory"))',
    '(memory (export "memory") 1) (func (export "_start") (param i64))',
  ])
    t.throws(() => check(missing), { code: 'MODULE_EXPORT_MISSING' }, missing);
  t.doesNotThrow(
    () => check('(memory (export "memory") 1) (func (export "_start") (param i32 i32))'),
    "Veracruz's other entry",
  );
});

t.test('a message about a module quotes no more of it than fits a line', async (t) => {
  const bytes = wat(`(module (import "${'m'.repeat(500)}" "a\\n\\1b[31m" (memory 1)))`);
  try {
    limitModule(bytes, limits);
    t.fail('it is refused');
  } catch (error) {
    t.ok(error instanceof TruceError);
    const { message } = error as TruceError;
    t.notMatch(message, /[^\x20-\x7e…]/);
    t.ok(message.length < 250);
  }
});
