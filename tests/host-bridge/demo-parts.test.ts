import { X509Certificate } from 'node:crypto';
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
import { createNarrator, createSilentNarrator } from '../../host-bridge/cli/demo-narrator.ts';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { demoPaths, demoPolicyText } from '../../host-bridge/cli/demo-policy.ts';
import { type DemoAttempt, judge } from '../../host-bridge/cli/demo-report.ts';
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

t.test('a report is only ok with the right answer, every check and every refusal', async (t) => {
  const line = { n: 3, slope: 2, intercept: 1, r2: 0.5 };
  const attempt: DemoAttempt = {
    party: 'institute',
    attempt: 'reads',
    code: 'ACCESS_DENIED',
    expected: ['ACCESS_DENIED'],
    message: 'not allowed',
  };
  const facts = {
    result: line,
    policyHash: '',
    instanceId: '',
    pcrs: {},
    checks: [{ party: 'ministry', name: 'signature', detail: '' }],
    refused: [attempt],
    timings: {},
  };
  const expected = { line, parties: ['ministry'], attempts: 1 };
  t.equal(judge(facts, expected).ok, true);
  t.equal(judge({ ...facts, result: { ...line, slope: 3 } }, expected).ok, false);
  t.equal(judge({ ...facts, checks: [] }, expected).ok, false);
  t.equal(judge({ ...facts, refused: [] }, expected).ok, false);
  t.equal(judge({ ...facts, refused: [{ ...attempt, code: undefined }] }, expected).ok, false);
  t.equal(judge({ ...facts, refused: [{ ...attempt, code: 'INTERNAL' }] }, expected).ok, false);
});

t.test('the narrator colours only where it is told to, and shows progress only on a terminal', async (t) => {
  const collect = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, write: (text: string) => void written.push(text), text: () => written.join('') };
  };
  const [plain, coloured, progress] = [collect(false), collect(true), collect(false)];
  for (const [output, colour] of [
    [plain, false],
    [coloured, true],
  ] as const) {
    const narrator = createNarrator(output, progress, colour);
    narrator.section('Answer', 'text');
    narrator.step('refused', 'institute', 'reads', '/input/a.csv', 'refused');
    t.equal(await narrator.during('waiting', Promise.resolve(1)), 1);
  }
  t.notOk(plain.text().includes('\x1b'));
  t.ok(coloured.text().includes('\x1b[33m✗\x1b[0m'));
  t.equal(stripVTControlCharacters(coloured.text()), plain.text());
  t.equal(progress.text(), '');
  const silent = createSilentNarrator(progress);
  silent.title('nothing');
  await t.rejects(silent.during('failing', Promise.reject(new Error('its own fault'))), {
    message: 'its own fault',
  });
});
