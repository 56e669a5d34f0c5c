import { X509Certificate } from 'node:crypto';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import {
  countRows,
  fitLine,
  parseFittedLine,
  readDemoFiles,
  sameLine,
} from '../../host-bridge/cli/demo-files.ts';
import { createNarrator, type NarratorOptions } from '../../host-bridge/cli/demo-narrator.ts';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { demoPaths, demoPolicyText } from '../../host-bridge/cli/demo-policy.ts';
import { attempt, type DemoAttempt, faults } from '../../host-bridge/cli/demo-report.ts';
import { TruceError } from '../../proto/errors.ts';
import { findIdentity, mayRun } from '../../proto/policy/authority.ts';
import { permitsOperation } from '../../proto/policy/operations.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';

const HOUR = 3_600_000;
const pcr0 = new Uint8Array(48).fill(7);

t.test('the demo’s policy gives each party its own file, and no one another’s', async (t) => {
  const expiry = Date.now() + HOUR;
  const names = ['institute', 'registry', 'ministry'];
  const parties = await Promise.all(names.map((name) => createParty(name, expiry + HOUR)));
  const [institute, registry, ministry] = parties;
  if (institute === undefined || registry === undefined || ministry === undefined)
    throw new Error('three parties');
  const { program } = readDemoFiles();
  const text = demoPolicyText({
    institute,
    registry,
    ministry,
    program,
    pcr0,
    address: '127.0.0.1:443',
    expiry,
  });
  const policy = parsePolicy(text, { now: Date.now() });
  t.same(policy.warnings, []);
  t.same(policy.measurements.get('nitro'), pcr0.subarray(0, 32));
  t.same(
    parties.map((party) => {
      const identity = findIdentity(policy, new X509Certificate(party.certificate).raw);
      const rights = (path: string) => identity?.access.rightsAt(path) ?? 0;
      return Object.values(demoPaths).map((path) =>
        [
          permitsOperation(rights(path), 'read', 'existing') ? 'r' : '-',
          permitsOperation(rights(path), 'write', 'missing') ? 'w' : '-',
        ].join(''),
      );
    }),
    [
      ['-w', '--', '--', '--'],
      ['--', '-w', '--', '--'],
      ['--', '--', '-w', 'r-'],
    ],
  );
  const first = policy.programs[0];
  if (first === undefined) throw new Error('a program');
  t.same(
    policy.identities.map((identity) => mayRun(policy, identity, first)),
    [false, false, true],
  );
});

t.test('a party has a key of its own and a certificate for it', async (t) => {
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + HOUR;
  const [one, two] = [await createParty('one', notAfter), await createParty('one', notAfter)];
  const certificate = new X509Certificate(one.certificate);
  t.equal(certificate.subject, 'CN=one');
  t.equal(Date.parse(certificate.validTo), notAfter);
  t.ok(certificate.verify(certificate.publicKey), 'signed by itself');
  t.match(one.key, /^-----BEGIN PRIVATE KEY-----/);
  t.not(new X509Certificate(two.certificate).serialNumber, certificate.serialNumber);
  t.not(one.key, two.key);
});

t.test('the demo’s own computation finds a line that is known', async (t) => {
  const number = fc.integer({ min: -1000, max: 1000 });
  const csv = (rows: [number, number][]) =>
    Buffer.from(`k,v\n${rows.map(([key, value]) => `"row, ${key}",${value}\n`).join('')}`);
  const property = fc.property(
    fc.uniqueArray(number, { minLength: 3, maxLength: 50 }),
    number.filter((slope) => slope !== 0),
    number,
    (xs, slope, intercept) => {
      const a = csv(xs.map((x, index) => [index, x]));
      const b = csv(xs.map((x, index): [number, number] => [index, slope * x + intercept]).reverse());
      const line = fitLine(a, Buffer.concat([b, Buffer.from('"another, 1",5\n')]));
      return (
        countRows(a) === xs.length &&
        line.n === xs.length &&
        Math.abs(line.slope - slope) < 1e-6 &&
        Math.abs(line.intercept - intercept) < 1e-3 &&
        Math.abs(line.r2 - 1) < 1e-6
      );
    },
  );
  t.doesNotThrow(() => fc.assert(property));
});

t.test('lines are the same only where every figure is', async (t) => {
  const line = { n: 3, slope: 2, intercept: 1, r2: 0.5 };
  t.ok(sameLine(line, { ...line, slope: 2 + 1e-12 }));
  for (const other of [{ n: 4 }, { slope: 2.0001 }, { intercept: Number.NaN }, { r2: 0.6 }])
    t.notOk(sameLine({ ...line, ...other }, line), JSON.stringify(other));
  t.same(parseFittedLine(Buffer.from(JSON.stringify({ ...line, x: 'x' }))), line);
  for (const text of ['null', '[]', '{"n":3}', '{"n":3,"slope":"2","intercept":1,"r2":1}', '{'])
    t.throws(() => parseFittedLine(Buffer.from(text)), Error, text);
});

t.test('a report is only without faults with the right answer, every check and every refusal', async (t) => {
  const line = { n: 3, slope: 2, intercept: 1, r2: 0.5 };
  const refused: DemoAttempt = {
    party: 'institute',
    attempt: 'reads',
    code: 'ACCESS_DENIED',
    expected: 'ACCESS_DENIED',
    message: 'not allowed',
  };
  const check = { party: 'ministry', name: 'policy', ok: true, detail: '' };
  const facts = {
    result: line,
    policyHash: '',
    instanceId: '',
    pcrs: {},
    checks: [check],
    refused: [refused],
    timings: {},
  };
  const expected = { line, parties: ['ministry'], attempts: 1 };
  t.same(faults(facts, expected), []);
  t.same(faults({ ...facts, result: { ...line, slope: 3 } }, expected), ['the answer is wrong']);
  t.same(faults({ ...facts, checks: [] }, expected), ['ministry checked nothing']);
  t.same(faults({ ...facts, checks: [{ ...check, ok: false }] }, expected), [
    "ministry: the check 'policy' failed",
  ]);
  t.same(faults({ ...facts, refused: [] }, expected), ['0 attempts instead of 1']);
  for (const code of [null, 'INTERNAL'])
    t.match(faults({ ...facts, refused: [{ ...refused, code }] }, expected), [/instead of ACCESS_DENIED/]);
});

t.test('an attempt is refused by an error of the table, and by nothing else', async (t) => {
  const denied = new TruceError('ACCESS_DENIED', { operation: 'read', path: '/x' });
  const turnedAway = new TruceError('CLIENT_REFUSED', { code: 'IDENTITY_UNKNOWN', reason: 'unknown' });
  const trying = (error: Error) =>
    attempt('institute', 'reads', 'ACCESS_DENIED', () => Promise.reject(error));
  t.match(await trying(denied), { code: 'ACCESS_DENIED', message: 'not allowed to read /x' });
  t.match(await trying(turnedAway), { code: 'IDENTITY_UNKNOWN' });
  t.match(await attempt('institute', 'reads', 'ACCESS_DENIED', async () => 1), { code: null });
  await t.rejects(trying(new TypeError('a fault of ours')), { message: 'a fault of ours' });
});

t.test('the narrator colours only where it is told to, and can be silent', async (t) => {
  const tell = (options: NarratorOptions) => {
    const written: string[] = [];
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        done();
      },
    });
    const narrator = createNarrator({ stdout, stderr: stdout }, options);
    narrator.section('Answer', 'text');
    narrator.step('refused', 'institute', 'reads /input/a.csv', 'ACCESS_DENIED');
    return { narrator, text: written.join('') };
  };
  const [plain, coloured, silent] = [tell({}), tell({ colour: true }), tell({ silent: true })];
  t.notOk(plain.text.includes('\x1b'));
  t.ok(coloured.text.includes('\x1b[33m✗\x1b[0m'));
  t.equal(stripVTControlCharacters(coloured.text), plain.text);
  t.equal(silent.text, '');
  t.equal(await silent.narrator.during('waiting', Promise.resolve(1)), 1);
  await t.rejects(plain.narrator.during('failing', Promise.reject(new Error('its own fault'))), {
    message: 'its own fault',
  });
});
