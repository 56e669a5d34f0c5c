import t from 'tap';
import { limitModule } from '../../../runtime/wasi/module-limits.ts';
import { watchTables } from '../../../runtime/wasi/table-watch.ts';
import { compileText } from '../../programs/sample-programs.ts';

const LIMIT = 100;

async function watched(text: string) {
  const { bytes } = limitModule(await compileText(text), { memoryPages: 1, tableElements: LIMIT });
  const found = watchTables(bytes, LIMIT);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(found.bytes as BufferSource));
  return { ...found, limited: bytes, exports: instance.exports };
}

t.test('a table that may grow is exported, with what it may grow to', async (t) => {
  const { tables, exports } = await watched(`(module (table 3 funcref) (memory (export "memory") 1)
    (func (export "grow") (param i32) (result i32) (table.grow 0 (ref.null func) (local.get 0))))`);
  t.same(tables, [{ name: 'truce:table:0', minimum: 3, maximum: LIMIT }]);
  const table = exports['truce:table:0'] as WebAssembly.Table;
  const grow = exports.grow as (by: number) => number;
  t.equal(grow(97), 3);
  t.equal(table.length, LIMIT);
  t.equal(grow(1), -1);
  t.ok(exports.memory, 'what it exports itself stays');
});

t.test('several share, and each has its own name, whatever names are taken', async (t) => {
  const { tables, exports } = await watched(`(module (table 10 funcref) (table 20 funcref) (table 5 5 funcref)
    (func (export "truce:table:0")) (func (export "truce:table:0:")))`);
  t.same(tables, [
    { name: 'truce:table:0::', minimum: 10, maximum: 31 },
    { name: 'truce:table:1', minimum: 20, maximum: 41 },
  ]);
  t.equal((exports['truce:table:1'] as WebAssembly.Table).length, 20);
  t.type(exports['truce:table:0'], 'function');
});

t.test('nothing is changed where nothing can grow up to the limit', async (t) => {
  for (const text of [
    '(module (func (export "f")))',
    '(module (table 5 5 funcref) (func (export "f")))',
    '(module (table 5 50 funcref) (func (export "f")))',
    '(module (table 100 funcref) (func (export "f")))',
    '(module (table 5 funcref))',
  ]) {
    const { bytes, limited, tables } = await watched(text);
    t.equal(bytes, limited, text);
    t.same(tables, []);
  }
  const many = `(module ${'(table 0 funcref) '.repeat(17)} (func (export "f")))`;
  t.same((await watched(many)).tables, [], 'a hundred thousand tables are not worth an export each');
});
