/**
 * What is refused whatever the dialect: text that is no strict JSON, or too much of it, or damaged anywhere.
 */
import fc from 'fast-check';
import t from 'tap';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { first, proxy, refusal, second } from './policy-refusals.ts';
import { type SampleCertificate, seed004Policy, truce2Policy, veracruzPolicy } from './policy-samples.ts';

t.test('refuses text that is no strict JSON, or too much of it', (t) => {
  const text = JSON.stringify(veracruzPolicy(first, second, proxy));
  t.match(refusal(text.replace('{', '{"debug":true,')), { code: 'JSON_INVALID', details: { line: 1 } });
  t.equal(refusal(`${text}x`)?.code, 'JSON_INVALID');
  t.equal(refusal(`\ufeff${text}`)?.code, 'JSON_INVALID');
  t.equal(refusal(text.replace('"id":0', `"id":${'['.repeat(20)}${']'.repeat(20)}`))?.code, 'JSON_INVALID');
  const room = (1 << 20) - text.length;
  t.equal(refusal(text + ' '.repeat(room)), undefined, 'exactly 1 MiB is read');
  t.equal(refusal(text + ' '.repeat(room + 1))?.code, 'POLICY_TOO_LARGE');
  t.equal(refusal(new Uint8Array((1 << 20) + 1))?.code, 'POLICY_TOO_LARGE');
  t.equal(refusal(`"${'é'.repeat(1 << 19)}"`)?.code, 'POLICY_TOO_LARGE', 'bytes are counted, not characters');
  t.throws(() => parsePolicy(text, { now: Number.NaN }), RangeError);
  t.end();
});

t.test('answers a damaged policy with an error of the table', (t) => {
  const makers = [
    seed004Policy,
    veracruzPolicy,
    (...made: SampleCertificate[]) => truce2Policy([...made, first]),
  ];
  const texts = makers.map((make) => JSON.stringify(make(first, second, proxy)));
  const damage = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.nat({ max: 4000 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.constantFrom('', '0', '"', '{', ']', '-', '\\', 'null', 'x', '/', '..'),
  });
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ text, at, remove, insert }) => {
      const place = at % text.length;
      const error = refusal(text.slice(0, place) + insert + text.slice(place + remove));
      if (error !== undefined) refused += 1;
      // No message shows an unfilled place of its template.
      t.notMatch(error?.message ?? '', /\{\w+\}/);
    }),
    { numRuns: 400 },
  );
  t.ok(refused > 100);
  t.end();
});
