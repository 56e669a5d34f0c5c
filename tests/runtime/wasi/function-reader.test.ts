import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { FunctionReader } from '../../../runtime/wasi/function-reader.ts';
import { instructionCode } from '../../../runtime/wasi/instructions.ts';
import { instrumentModule } from '../../../runtime/wasi/instrumented-module.ts';
import { compareLengths, moduleOf } from '../../support/instruction-lengths.ts';
import { repositoryRoot } from '../../support/repository.ts';

const [UNREACHABLE, END] = [0x00, 0x0b];

/** All instructions of a body that begins with its locals; what the reader throws. */
function walk(body: readonly number[]): string[] {
  const reader = new FunctionReader(Uint8Array.from(body), 0, body.length);
  const instructions: string[] = [];
  while (reader.next()) instructions.push(instructionCode(reader.operation));
  return instructions;
}

const code = (body: readonly number[]): string => {
  try {
    return walk(body).join(', ');
  } catch (error) {
    if (error instanceof TruceError) return error.code;
    throw error;
  }
};

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const IMMEDIATES = [
  ...[0, 1, 2, 3, 4, 8, 16].map(zeros),
  ...[0, 1, 2, 3, 4].flatMap((alignment) => [
    [alignment, 0],
    [alignment, 0, 0],
  ]),
  [0x40, END],
  [0x70],
  [1, 0x7f],
  [0, 0, 0x0b, 0x0b],
];
const LOCALS = [1, 4, 0x7f];

/** Every number that an instruction could have. */
function* numbers(): Generator<number[]> {
  for (let plain = 0; plain < 0xfb; plain++) yield [plain];
  for (let numeric = 0; numeric < 0x20; numeric++) yield [0xfc, numeric];
  for (let vector = 0; vector < 0x120; vector++)
    yield [0xfd, ...(vector < 0x80 ? [vector] : [(vector & 0x7f) | 0x80, vector >> 7])];
  for (let atomic = 0; atomic < 0x60; atomic++) yield [0xfe, atomic];
}

t.test('what the engine takes for an instruction, the reader reads to the same byte', async (t) => {
  const unknownToEngine: string[] = [];
  let valid = 0;
  for (const number of numbers()) {
    let known = false;
    for (const immediates of IMMEDIATES) {
      const body = [...LOCALS, UNREACHABLE, ...number, ...immediates, UNREACHABLE, END];
      if (!WebAssembly.validate(moduleOf(body, { data: true }) as BufferSource)) continue;
      valid++;
      known = true;
      if (/^(MODULE|RUN)/.test(code(body))) t.fail(`${number} with ${immediates}: ${code(body)}`);
    }
    const readable = IMMEDIATES.some((immediates) =>
      code([...LOCALS, UNREACHABLE, ...number, ...immediates, UNREACHABLE, END]).startsWith('0x'),
    );
    const first = number.map((byte) => byte.toString(16)).join(' ');
    if (readable && !known) unknownToEngine.push(first);
    if (known && !readable) t.fail(`${first} is valid and cannot be read`);
  }
  t.ok(valid > 450, `${valid} bodies`);
  const relaxed = unknownToEngine.filter((name) => /^fd .. 2$/.test(name));
  t.equal(relaxed.length, 20, 'relaxed vector instructions are read in order to be refused');
  t.same(
    unknownToEngine.filter((name) => !relaxed.includes(name)),
    // `else`, `catch`, `rethrow` and `catch_all`, which cannot stand alone.
    ['5', '7', '9', '19'],
  );
});

t.test('the reader ends each instruction where the engine does', async (t) => {
  const { compared, disagreements } = compareLengths(30);
  t.same(disagreements, []);
  t.ok(compared > 3000, `${compared}`);
});

t.test('a body is read to the byte, or refused', async (t) => {
  const invalid: readonly (readonly [string, readonly number[]])[] = [
    ['nothing', []],
    ['no end', [0, 0x01]],
    ['instructions behind the end', [0, END, 0x01]],
    ['a block that stays open', [0, 0x02, 0x40, END]],
    ['an immediate beyond the end', [0, 0x44, 0, 0, END]],
    ['a label list beyond the end', [0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, END]],
    ['locals beyond the end', [2, 1, 0x7f]],
    ['a type of locals that is none', [1, 1, 0x40, END]],
    ['too many locals', [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, END]],
    ['a block of an unknown type', [0, 0x02, 0x50, END, END]],
    ['an integer with bits beyond the 32nd', [0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a, END]],
    ['an integer over ten bytes', [0, 0x42, ...new Array<number>(10).fill(0x80), 0, 0x1a, END]],
    [
      'a select of 257 types, which some engines take for one',
      [0, 0x1c, 0x81, 0x02, ...zeros(257).fill(0x7f), END],
    ],
    ['an index over 32 bits', [0, 0x20, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x1a, END]],
  ];
  for (const [what, body] of invalid) t.equal(code(body), 'MODULE_INVALID', what);
  const unsupported: readonly (readonly [string, readonly number[]])[] = [
    ['an unknown instruction', [0, 0x27, END]],
    ['garbage collection', [0, 0xfb, 0, 0, END]],
    // Engines that know several memories take a number for the only one as well.
    ['a load from a memory by its number', [0, 0x28, 0x40, 0, 0, 0x1a, END]],
    ['a lane from a memory by its number', [0, 0xfd, 0x54, 0x40, 0, 0, 0, 0x1a, END]],
    ['an atomic load from a memory by its number', [0, 0xfe, 0x10, 0x42, 0, 0, 0x1a, END]],
    ['the size of a memory by a longer number', [0, 0x3f, 0x80, 0, 0x1a, END]],
    ['an unknown vector instruction', [0, 0xfd, 0x9a, 0x01, END]],
    ['an instruction of a huge number', [0, 0xfd, 0xff, 0xff, 0xff, 0xff, 0x0f, END]],
    ['a typed reference', [0, 0xd0, 0x05, END]],
    ['a local of typed references', [1, 1, 0x63, 0x70, END]],
    ['a block of typed references', [0, 0x02, 0x63, 0x70, END, END]],
  ];
  for (const [what, body] of unsupported) t.equal(code(body), 'MODULE_UNSUPPORTED', what);
  t.same(
    walk([
      2,
      1,
      0x7f,
      0x80,
      0x80,
      0x00,
      0x7b,
      0x41,
      0xff,
      0xff,
      0xff,
      0xff,
      0x7f,
      0x1a,
      0x02,
      0x40,
      END,
      END,
    ]),
    ['0x41', '0x1a', '0x02', '0x0b', '0x0b'],
    'integers may be padded, and be as long as they can be',
  );
});

const samples = ['directory-walk', 'private-set-intersection', 'linear-regression'].map((name) => {
  const path = new URL(`examples/${name}/${name}.wasm`, repositoryRoot);
  return new Uint8Array(readFileSync(path));
});

t.test(
  'whatever is made of a module, it is rewritten or refused, and stays valid where it was',
  async (t) => {
    const outcomes = { valid: 0, rewritten: 0, refused: 0 };
    const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(mutation, { maxLength: 3 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
        (sample, mutations, cut) => {
          let bytes = sample.slice();
          for (const { at, byte } of mutations) bytes[Math.floor(at * (bytes.length - 1))] = byte;
          if (cut !== null) bytes = bytes.slice(0, Math.floor(cut * bytes.length));
          const valid = WebAssembly.validate(bytes);
          if (valid) outcomes.valid++;
          let rewritten: Uint8Array;
          try {
            rewritten = instrumentModule(bytes, { fuel: 1000, deterministic: true, memoryPages: 16 }).bytes;
          } catch (error) {
            if (!(error instanceof TruceError)) throw error;
            if (valid) throw new Error('a valid module was refused', { cause: error });
            outcomes.refused++;
            return;
          }
          outcomes.rewritten++;
          if (valid && !WebAssembly.validate(rewritten as BufferSource))
            throw new Error('a valid module was made invalid');
        },
      ),
      { numRuns: 250 },
    );
    t.ok(outcomes.valid > 5 && outcomes.refused > 15, JSON.stringify(outcomes));
  },
);
