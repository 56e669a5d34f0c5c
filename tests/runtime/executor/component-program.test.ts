import t from 'tap';
import { runHere, transpiled } from '../../support/component-host.ts';
import { commandComponent, componentOf, EXIT_WITH_CODE, unusedImport } from '../../support/component-text.ts';

const PAGE = 65_536;
/** Page by page, until there is no more. */
const GROW = `(loop $again
    (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
    (br $again))
  (i32.const 0)`;
const CLOCK = {
  imports: `(import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))`,
  lowered: `(core func $now (canon lower (func $clock "now")))
    (core instance $host (export "now" (func $now)))`,
  fields: '(import "host" "now" (func $now (result i64)))',
};
const limits = (changes: object) => {
  const base = {
    memoryBytes: 32 * PAGE,
    tableElements: 1000,
    openFiles: 16,
    journalOperations: 10,
    vfs: { bytes: 1000, inodes: 10, nameBytes: 255, pathBytes: 4096, fileBytes: 1000 },
    jail: { dataBytes: 0, stackBytes: 0, cpuMilliseconds: 0, openFiles: 0, fileBytes: 0 },
  };
  return { limits: { ...base, ...changes } };
};
const endOf = async (...[parts, changes]: [Parameters<typeof commandComponent>[0], object?]) =>
  runHere(await commandComponent(parts), { ...limits({}), ...changes }).end;

t.test('run answers with ok or with an error', async (t) => {
  t.equal(await endOf({ body: '(i32.const 0)' }), 0);
  t.equal(await endOf({ body: '(i32.const 1)' }), 1);
});

t.test('an exit keeps its code', async (t) => {
  t.equal(await endOf({ ...EXIT_WITH_CODE, body: '(call $exit (i32.const 33)) (i32.const 0)' }), 33);
});

t.test('traps, and calls without end', async (t) => {
  t.equal(await endOf({ body: 'unreachable' }), 'RUN_TRAP');
  const fields = '(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))';
  t.equal(await endOf({ fields, body: '(call $deep (i32.const 0))' }), 'RUN_STACK_LIMIT');
});

t.test('memory and tables are held to the limits', async (t) => {
  t.equal(await endOf({ body: GROW }), 'RUN_MEMORY_LIMIT');
  t.equal(await endOf({ body: '(i32.const 0)', memoryPages: 33 }), 'MODULE_MEMORY_TOO_LARGE');
  t.equal(await endOf({ fields: '(table 1001 funcref)', body: '(i32.const 0)' }), 'MODULE_TABLE_TOO_LARGE');
  const table = '(i32.eq (table.grow 0 (ref.null func) (i32.const 2000)) (i32.const -1))';
  t.equal(await endOf({ fields: '(table 1 funcref)', body: `(i32.eqz ${table})` }), 0, 'it cannot grow more');
});

t.test('the memories of all instances together are held to the limit', async (t) => {
  const instances = (count: number, pages: number) =>
    componentOf(`(component
      (core module $main (memory (export "memory") ${pages}) (func (export "run") (result i32) (i32.const 0)))
      ${Array.from({ length: count }, (_, index) => `(core instance $i${index} (instantiate $main))`).join('\n')}
      (func $run (result (result)) (canon lift (core func $i0 "run")))
      (instance $entry (export "run" (func $run)))
      (export "wasi:cli/run@0.2.0" (instance $entry)))`);
  t.equal(runHere(await instances(1, 20), limits({})).end, 0);
  t.equal(runHere(await instances(2, 20), limits({})).end, 'MODULE_MEMORY_TOO_LARGE');
  t.equal(runHere(await instances(40, 1), limits({})).end, 'MODULE_MEMORY_TOO_LARGE');
});

t.test('what may be imported is WASI 0.2, and what the policy names', async (t) => {
  const imports = async (name: string, interfaces: string[] = []) => {
    const module = await commandComponent({ imports: unusedImport(name), body: '(i32.const 0)' });
    const { end, error } = runHere(module, { interfaces });
    return end === 'MODULE_IMPORT_FORBIDDEN' ? error?.details.name : end;
  };
  for (const name of [
    'wasi:http/outgoing-handler@0.2.0',
    'wasi:sockets/tcp@0.2.0',
    'wasi:cli/stdin@0.3.0',
    'wasi:keyvalue/store@0.2.0',
    'somebody:else/api@0.2.0',
  ])
    t.equal(await imports(name), JSON.stringify(name));
  t.equal(await imports('wasi:http/outgoing-handler@0.2.4', ['wasi:http']), 0);
  t.equal(await imports('wasi:sockets/tcp@0.2.11', ['wasi:sockets']), 0);
  t.equal(await imports('wasi:sockets/tcp@0.2.11', ['wasi:http']), '"wasi:sockets/tcp@0.2.11"');
});

t.test('a component that is no command has nothing to run', async (t) => {
  t.equal(await endOf({ body: '(i32.const 0)', entry: 'wasi:cli/walk@0.2.0' }), 'MODULE_EXPORT_MISSING');
  t.equal(await endOf({ body: '(i32.const 0)', entry: 'wasi:cli/run@0.3.0' }), 'MODULE_EXPORT_MISSING');
});

t.test('where clocks are denied, a component that asks ends, one that does not runs', async (t) => {
  const asks = { ...CLOCK, body: '(drop (call $now)) (i32.const 0)' };
  t.equal(await endOf(asks, { clock: false }), 'RUN_CLOCK_DENIED');
  t.equal(await endOf(asks, { clock: true }), 0);
  t.equal(await endOf({ ...CLOCK, body: '(i32.const 0)' }, { clock: false }), 0);
});

t.test('a function that an interface does not have cannot be called', async (t) => {
  const invented = {
    imports: `(import "wasi:cli/exit@0.2.0" (instance $exit (export "invented" (func))))`,
    lowered: `(core func $f (canon lower (func $exit "invented")))
      (core instance $host (export "f" (func $f)))`,
    fields: '(import "host" "f" (func $f))',
    body: '(call $f) (i32.const 0)',
  };
  t.not(await endOf(invented), 0);
});

t.test('a component whose core module is none fails when it is made, or when it is run', async (t) => {
  const made = transpiled(await commandComponent({ body: '(i32.const 0)' }));
  const modules = new Map([...made.modules].map(([name]) => [name, new Uint8Array(8)]));
  t.equal(runHere({ ...made, modules }).end, 'MODULE_INVALID');
  t.equal(runHere({ ...made, modules: new Map() }).end, 'COMPONENT_INVALID');
});
