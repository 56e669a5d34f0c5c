import t from 'tap';
import { moduleOutline } from '../../../runtime/wasi/module-outline.ts';

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const section = (id: number, ...content: number[]) => [id, content.length, ...content];
const outlineOf = (...sections: number[][]) => moduleOutline(Uint8Array.of(...PREAMBLE, ...sections.flat()));
const NAMES = [1, 0x6d, 1, 0x6e];
const [FUNCTION, TABLE, MEMORY, GLOBAL, TAG] = [0, 1, 2, 3, 4];

t.test('a typed reference is one parameter, whatever its heap type', async (t) => {
  const types = [
    [0x60, 2, 0x63, 0x70, 0x7f, 1, 0x64, 0x81, 0x00],
    [0x60, 1, 0x7e, 0],
    [0x60, 0, 0],
  ];
  t.same(outlineOf(section(1, types.length, ...types.flat())).parameters, [2, 1, 0]);
});

t.test('imports of every kind are passed over, and counted', async (t) => {
  const imports = [
    [...NAMES, FUNCTION, 0],
    [...NAMES, TABLE, 0x70, 1, 1, 2],
    [...NAMES, MEMORY, 0, 1],
    [...NAMES, GLOBAL, 0x64, 0x70, 0],
    [...NAMES, GLOBAL, 0x7f, 1],
    [...NAMES, TAG, 0, 0],
  ];
  const outline = outlineOf(
    section(1, 1, 0x60, 0, 0),
    section(2, imports.length, ...imports.flat()),
    section(6, 1, 0x7f, 0, 0x41, 0, 0x0b),
  );
  t.match(outline, { importedFunctions: 1, importedGlobals: 2, globals: 3, hasMemory: true });
  t.same([...outline.importNames], ['m']);
});

t.test('several memories, and what is malformed, are refused', async (t) => {
  const memory = section(5, 1, 0, 1);
  const imported = section(2, 1, ...NAMES, MEMORY, 0, 1);
  t.throws(() => outlineOf(imported, memory), { code: 'MODULE_UNSUPPORTED' });
  t.throws(() => outlineOf(section(2, 1, ...NAMES, 5, 0)), { code: 'MODULE_INVALID' });
  t.throws(() => outlineOf(section(2, 2, ...NAMES, FUNCTION, 0)), { code: 'MODULE_INVALID' });
  t.throws(() => outlineOf(memory, memory), { code: 'MODULE_INVALID' });
});
