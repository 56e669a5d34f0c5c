import fc from 'fast-check';
import t from 'tap';
import {
  bool,
  bytes,
  enumeration,
  Failure,
  flags,
  list,
  option,
  record,
  result,
  string,
  type Type,
  tuple,
  u8,
  u16,
  u32,
  u64,
  variant,
} from '../../../../runtime/wasi/component/canonical-types.ts';
import { ComponentTrap, CoreValues, GuestData } from '../../../../runtime/wasi/component/guest-data.ts';
import { HandleTables, Resources } from '../../../../runtime/wasi/component/handles.ts';

const FREE = 1 << 30;

function guestData(): GuestData {
  const memory = new WebAssembly.Memory({ initial: 2 });
  let next = 4096;
  const realloc = (_old: number, _oldSize: number, align: number, size: number) => {
    const start = Math.ceil(next / align) * align;
    next = start + size;
    return start;
  };
  const data = new GuestData({ memory, realloc }, new HandleTables(new Resources(), [], []));
  data.enter();
  return data;
}

t.test('sizes, alignments and core values are those of the canonical ABI', async (t) => {
  const layout = ({ size, align, flat }: Type<unknown>) => [size, align, flat];
  t.same(layout(record({ a: u8, b: u32, c: u16 })), [12, 4, 3]);
  t.same(layout(record({ a: u64, b: u8 })), [16, 8, 2]);
  t.same(layout(tuple(string, bytes)), [16, 4, 4]);
  t.same(layout(option(u64)), [16, 8, 2]);
  t.same(layout(option(u8)), [2, 1, 2]);
  t.same(layout(result(u8, enumeration(['a', 'b']))), [2, 1, 2]);
  t.same(layout(result()), [1, 1, 1]);
  t.same(layout(flags(Array.from({ length: 9 }, (_, index) => `f${index}`))), [2, 2, 1]);
  t.same(layout(variant({ none: undefined, wide: u64, text: string })), [16, 8, 3]);
  t.same(layout(enumeration(Array.from({ length: 300 }, (_, index) => `c${index}`))), [2, 2, 1]);
});

t.test('what is stored is loaded again', async (t) => {
  const type = record({
    small: u8,
    flag: bool,
    wide: u64,
    name: string,
    content: bytes,
    pairs: list(tuple(string, u32)),
    some: option(u16),
    kind: enumeration(['one', 'two', 'three']),
  });
  fc.assert(
    fc.property(
      fc.record({
        small: fc.nat(255),
        flag: fc.boolean(),
        wide: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        name: fc.string({ unit: 'grapheme' }),
        content: fc.uint8Array(),
        pairs: fc.array(fc.tuple(fc.string(), fc.nat())),
        some: fc.option(fc.nat(65535), { nil: undefined }),
        kind: fc.constantFrom('one' as const, 'two' as const, 'three' as const),
      }),
      (value) => {
        const data = guestData();
        type.store(data, 1024, value);
        const loaded = type.load(data, 1024);
        t.same({ ...loaded, content: [...loaded.content] }, { ...value, content: [...value.content] });
      },
    ),
    { numRuns: 200 },
  );
});

t.test(
  'addresses that are not aligned or not there, cases that are none, and texts that are none, trap',
  async (t) => {
    const data = guestData();
    const end = 2 * 65536;
    t.throws(() => u32.load(data, 2), ComponentTrap);
    t.throws(() => u64.load(data, end), ComponentTrap);
    t.throws(() => u8.load(data, 0xffffffff), ComponentTrap);
    t.throws(() => data.bytes(end - 1, 2), ComponentTrap);
    t.throws(() => data.string(0, 0xffffffff), ComponentTrap);
    data.setUint(0, 1, 0xff);
    t.throws(() => data.string(0, 1), ComponentTrap, 'not UTF-8');
    t.throws(() => enumeration(['a', 'b']).load(data, 0), ComponentTrap, 'case 255 of two');
    data.setUint(8, 4, 64);
    data.setUint(12, 4, 100_000);
    t.throws(() => list(string).load(data, 8), ComponentTrap, 'more elements than a call may have');
    t.throws(() => list(u64).load(data, 8), ComponentTrap);
  },
);

t.test('the cases of a parameter take as many core values as the longest', async (t) => {
  const data = guestData();
  const values = new CoreValues();
  const type = variant({ none: undefined, pair: tuple(u32, u32), one: u8 });
  const lift = (...core: unknown[]) => {
    for (const [index, value] of core.entries()) values.set(index, value);
    return [type.lift(data, values), values.u32()];
  };
  t.same(lift(0, 8, 9, 77), [{ tag: 'none' }, 77]);
  t.same(lift(1, 8, 9, 77), [{ tag: 'pair', value: [8, 9] }, 77]);
  t.same(lift(2, 8n, 9, 77), [{ tag: 'one', value: 8 }, 77]);
});

t.test('a result that is given as a parameter throws its error', async (t) => {
  const data = guestData();
  const values = new CoreValues();
  values.set(0, 1);
  t.throws(() => result().lift(data, values), Failure);
});

class Lamp {}
class Door {}

t.test('which handle table is whose shows in use, whatever their order', async (t) => {
  for (const swapped of [false, true]) {
    const resources = new Resources();
    const lamps = [FREE, 0];
    const doors = [FREE, 0];
    const making = new HandleTables(resources, [lamps], [Lamp]);
    const both = new HandleTables(resources, swapped ? [doors, lamps] : [lamps, doors], [Door, Lamp]);
    const lamp = new Lamp();
    const handle = making.create(lamp, Lamp)!;
    t.equal(both.borrow(handle, Lamp), lamp);
    const door = new Door();
    const made = both.create(door, Door)!;
    t.equal(doors.length, 4, 'the table that is left over is for what is left over');
    t.equal(both.borrow(made, Door), door);
    t.equal(both.borrow(made + 1, Door), undefined);
  }
});

t.test("a handle that is given away is gone, and one that is lent is not the guest's to give", async (t) => {
  const resources = new Resources();
  const table = [FREE, 0];
  const tables = new HandleTables(resources, [table], [Lamp]);
  const lamp = new Lamp();
  const handle = tables.create(lamp, Lamp)!;
  t.equal(tables.take(handle, Lamp), lamp);
  t.equal(tables.take(handle, Lamp), undefined);
  t.equal(tables.borrow(handle, Lamp), undefined);
  const again = tables.create(lamp, Lamp)!;
  t.equal(again, handle, 'its place is used again');
  table[again * 2] = 1;
  t.equal(tables.borrow(again, Lamp), lamp);
  t.equal(tables.take(again, Lamp), undefined);
});
