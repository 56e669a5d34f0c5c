import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../proto/errors.ts';
import { type JsonLimits, readJson } from '../../proto/json/reader.ts';
import { itemPath, jsonInteger, memberPath, plainJson } from '../../proto/json/value.ts';

function read(input: string | Uint8Array, limits?: JsonLimits): unknown {
  return plainJson(readJson(input, limits));
}

/** line:column and reason of the refusal; undefined where the text is accepted. */
function refusal(input: string | Uint8Array, limits?: JsonLimits): string | undefined {
  try {
    readJson(input, limits);
    return undefined;
  } catch (error) {
    if (!(error instanceof TruceError) || error.code !== 'JSON_INVALID') throw error;
    return `${error.details.line}:${error.details.column} ${error.details.reason}`;
  }
}

t.test('reads every kind of value', (t) => {
  const text = ' {"a": [1, -2.5e3, 0, true, false, null, ""], "\\u00e9\\ud83d\\ude00\\n\\/": {}, "": []} ';
  t.strictSame(read(text), JSON.parse(text));
  t.strictSame(read(new TextEncoder().encode('"é😀"')), 'é😀');
  t.end();
});

t.test('keeps a member named __proto__ a member', (t) => {
  const value = read('{"__proto__": 1, "constructor": 2}') as object;
  t.strictSame(Object.keys(value), ['__proto__', 'constructor']);
  t.equal(Object.getPrototypeOf(value), Object.prototype);
  t.end();
});

t.test('says where the fault is', (t) => {
  const cases: [string | Uint8Array, string][] = [
    ['', '1:1 the text ends where a value is due'],
    ['{\n  "a": 1,\n  "a": 2}', '3:3 a name that the object has already'],
    ['{"\\u0061": 1, "a": 2}', '1:15 a name that the object has already'],
    ['[1,]', '1:4 no JSON value begins like this'],
    ['{"a":1,}', '1:8 a name in quotes is due'],
    ['{"a" 1}', "1:6 ':' is due"],
    ['[1 2]', "1:4 ',' or ']' is due"],
    ['{"a":1 "b":2}', "1:8 ',' or '}' is due"],
    ['[1]\n\nx', '3:1 text after the document'],
    ['\ufeff1', '1:1 a byte order mark'],
    [new Uint8Array([0xef, 0xbb, 0xbf, 0x31]), '1:1 a byte order mark'],
    ['01', '1:2 text after the document'],
    ['+1', '1:1 no JSON value begins like this'],
    ['1.', '1:2 text after the document'],
    ['.5', '1:1 no JSON value begins like this'],
    ['1e999', '1:1 a number too large'],
    ['NaN', '1:1 no JSON value begins like this'],
    ['tru', '1:1 no JSON value begins like this'],
    ['"a', '1:3 the text ends inside a string'],
    ['"\t"', '1:2 a control character inside a string'],
    ['"\\x"', '1:2 an unknown escape'],
    ['"\\u12g4"', '1:2 an unknown escape'],
    ['["\\ud800"]', '1:2 half of a surrogate pair'],
    ['["\\ude00\\ud83d"]', '1:2 half of a surrogate pair'],
    ['["\ud800"]', '1:3 half of a surrogate pair'],
    ["'a'", '1:1 no JSON value begins like this'],
    ['// a\n1', '1:1 no JSON value begins like this'],
    ['\u00a01', '1:1 no JSON value begins like this'],
    [new Uint8Array([0x22, 0x0a, 0x61, 0xff, 0x22]), '2:2 not UTF-8'],
    // An overlong slash, a surrogate and a code point over U+10FFFF.
    [new Uint8Array([0x22, 0xc0, 0xaf, 0x22]), '1:2 not UTF-8'],
    [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), '1:2 not UTF-8'],
    [new Uint8Array([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), '1:2 not UTF-8'],
    [new Uint8Array([0x22, 0xc3]), '1:2 not UTF-8'],
  ];
  for (const [input, expected] of cases) t.equal(refusal(input), expected, JSON.stringify(input));
  t.end();
});

t.test('bounds depth and size', (t) => {
  t.equal(refusal('[[1]]', { depth: 2 }), undefined);
  t.equal(refusal('[[{}]]', { depth: 2 }), '1:3 nested deeper than 2');
  t.equal(refusal('{"a":[1],"b":2}', { values: 4 }), undefined);
  t.equal(refusal('{"a":[1],"b":2}', { values: 3 }), '1:14 more than 3 values');
  t.match(refusal('['.repeat(200_000)), /nested deeper than 64/);
  t.equal(refusal('"é"', { bytes: 4 }), undefined);
  t.equal(refusal('"é"', { bytes: 3 }), '1:1 longer than 3 bytes');
  t.equal(refusal(new TextEncoder().encode('"é"'), { bytes: 3 }), '1:1 longer than 3 bytes');
  t.end();
});

t.test('takes for integers only what is written as one and held exactly', (t) => {
  for (const [text, expected] of [
    ['0', 0],
    ['-7', -7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', undefined],
    ['1.0', undefined],
    ['1e2', undefined],
    ['-0', undefined],
  ] as const) {
    const value = readJson(text);
    t.ok(value.kind === 'number' && value.text === text, text);
    t.equal(jsonInteger(text), expected, text);
  }
  t.end();
});

t.test('writes JSON paths that are safe to print', (t) => {
  t.equal(itemPath(memberPath('$', 'identities'), 3), '$.identities[3]');
  t.equal(memberPath('$', 'odd "name"\u001b[2J\u202e'), '$["odd \\"name\\"\\u001b[2J\\u202e"]');
  t.ok(memberPath('$', 'x'.repeat(1000)).length < 80);
  t.end();
});

t.test('accepts nothing that JSON.parse refuses, and reads the same value', (t) => {
  // Pieces of JSON in any order meet the grammar's edges far more often than random text.
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    'a',
    '"a"',
    '"b"',
    '0',
    '1',
    '-',
    '.',
    'e5',
    'true',
    'null',
  ];
  const noise = fc.array(
    fc.constantFrom(...pieces, ' ', '\n', '\\u0041', '\\ud83d\\ude00', '\u0000', '\ufeff'),
    {
      maxLength: 12,
    },
  );
  let accepted = 0;
  const agrees = (text: string) => {
    let ours: unknown;
    try {
      ours = read(text);
    } catch (error) {
      if (error instanceof TruceError) return;
      throw error;
    }
    accepted += 1;
    t.strictSame(ours, JSON.parse(text));
  };
  fc.assert(
    fc.property(noise, (parts) => agrees(parts.join(''))),
    { numRuns: 3000 },
  );
  t.ok(accepted > 20, 'some noise was JSON');
  t.end();
});

t.test('accepts whatever JSON.stringify writes of well-formed values, and gives it back', (t) => {
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: 'small', stringUnit: 'binary' }),
      fc.constantFrom(0, 2),
      (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        t.strictSame(read(text), JSON.parse(text));
        t.strictSame(read(new TextEncoder().encode(text)), JSON.parse(text));
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

t.test('answers arbitrary bytes with a value or with JSON_INVALID', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      refusal(bytes);
    }),
    { numRuns: 2000 },
  );
  t.end();
});
