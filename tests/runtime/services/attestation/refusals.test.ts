import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { PURPOSES } from '../../../../proto/attestation/purpose.ts';
import { callersUserData } from '../../../../runtime/services/attestation/caller-user-data.ts';
import { serveAttestation } from './served-attestation.ts';

t.test('nothing of the name space of truce is signed, however it is written', async (t) => {
  const { ask, exchange, asked } = await serveAttestation(t);
  const refused = { success: false, code: 'USER_DATA_REFUSED' };
  for (const purpose of PURPOSES) {
    t.match(await ask({ command: 'attest', user_data: `${purpose}\0content` }), refused, purpose);
    t.match(await ask({ command: 'attest', user_data: purpose }), refused);
  }
  for (const written of [
    'truce/',
    'truce/later/v9',
    'truce\\/x',
    '\\u0074ruce/x',
    '\\u0074\\u0072\\u0075\\u0063\\u0065\\u002fx',
    'truce/\\u0000',
    'truce/\\ud83d\\ude00',
  ]) {
    const answer = await exchange(`{"command":"attest","user_data":"${written}"}\n`);
    t.match(JSON.parse(answer), refused, written);
  }
  t.same(asked, []);
});

t.test('what only looks like it is signed as it is', async (t) => {
  const { ask, asked } = await serveAttestation(t);
  // Small caps, another slash, a byte order mark, a NUL or a space before it: other bytes, which no verifier takes for it.
  const others = ['truce', 'Truce/', 'truce\u2215x', '\ufefftruce/', '\0truce/', ' truce/', 'ｔruce/', ''];
  for (const [index, user_data] of others.entries()) {
    t.match(await ask({ command: 'attest', user_data }), { success: true, user_data });
    t.same(Buffer.from(asked[index]!.userData!), Buffer.from(user_data));
  }
});

t.test('no text that could be the hash of a certification request is signed', (t) => {
  const hexadecimal = randomBytes(16).toString('hex');
  t.equal(callersUserData(hexadecimal).length, 32, 'a number in hexadecimal is too rare a hash');
  t.equal(callersUserData(hexadecimal.toUpperCase()).length, 32);
  for (const text of [`${'a'.repeat(31)}B`, 'g'.repeat(32), ' '.repeat(32), 'é'.repeat(16), '😀'.repeat(8)])
    t.throws(() => callersUserData(text), { code: 'USER_DATA_REFUSED' }, text);
  t.equal(callersUserData('g'.repeat(31)).length, 31);
  t.equal(callersUserData('g'.repeat(33)).length, 33);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      let bytes: Uint8Array;
      try {
        bytes = callersUserData(text);
      } catch {
        return;
      }
      t.same(bytes, new TextEncoder().encode(text));
      if (bytes.length === 32 && !/^[0-9a-f]*$|^[0-9A-F]*$/.test(text)) throw new Error(text);
    }),
  );
  t.end();
});

t.test('a DER request cannot be written as text', (t) => {
  // SEQUENCE with a length of more than 127 bytes: the next byte is 0x81 to 0x84, which begins no character.
  for (const length of [0x81, 0x82, 0x83, 0x84])
    t.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(0x30, length, 0x30, 0x30)));
  t.end();
});

t.test('fields of other kinds or sizes are refused before anything is signed', async (t) => {
  const { ask, exchange, asked } = await serveAttestation(t);
  const refused: [name: string, request: unknown][] = [
    ['user_data of 513 bytes', { command: 'attest', user_data: 'x'.repeat(513) }],
    ['user_data of 171 characters of 3 bytes', { command: 'attest', user_data: '✓'.repeat(171) }],
    ['a nonce of 513 bytes', { command: 'attest', nonce: 'x'.repeat(513) }],
    ['a number for user_data', { command: 'attest', user_data: 7 }],
    ['a list for a nonce', { command: 'attest', nonce: [1] }],
    ['a text for generate_key', { command: 'attest', generate_key: 'true' }],
    ['no object', ['attest']],
    ['null', null],
  ];
  for (const [name, request] of refused)
    t.match(
      await ask(request),
      { success: false, code: 'MESSAGE_INVALID', error: /^Failed to process/ },
      name,
    );
  const malformed: [name: string, line: string | Buffer][] = [
    ['an empty line', ''],
    ['half an object', '{"command":"ping"'],
    ['two objects', '{"command":"ping"}{}'],
    ['one name twice', '{"command":"ping","command":"attest"}'],
    ['half a surrogate pair', '{"command":"attest","user_data":"\\ud800"}'],
    ['half a pair that hides a name', '{"command":"attest","user_data":"\\udc00truce/"}'],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', '\ufeff{"command":"ping"}'],
    ['nine lists deep', '[[[[[[[[[]]]]]]]]]'],
  ];
  for (const [name, line] of malformed) {
    const answer = await exchange(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    t.match(
      JSON.parse(answer),
      { success: false, code: 'JSON_INVALID', error: /^Invalid JSON request: / },
      name,
    );
  }
  for (const command of [7, null, undefined, 'x'.repeat(1000), 'PING', 'ping '])
    t.match(await ask({ command }), {
      success: false,
      error: /^Unknown command: .{1,64}$/,
      available_commands: ['ping', 'attest', 'status'],
    });
  const cut = await ask({ command: `${'x'.repeat(63)}😀😀` });
  t.equal(cut.error, `Unknown command: ${'x'.repeat(63)}😀`, 'no character is cut in half');
  t.same(asked, []);
  t.match(await ask({ command: 'attest', user_data: 'x'.repeat(512), nonce: '\u0001'.repeat(512) }), {
    success: true,
  });
});
