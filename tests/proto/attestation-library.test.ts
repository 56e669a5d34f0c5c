/** `truce/attestation` as other programs call it. What the verifier beneath refuses, attestation-*.test.ts shows rule by rule. */
import { createHash } from 'node:crypto';
import t from 'tap';
import {
  AWS_NITRO_ROOT_G1_PEM,
  decodeDocumentEncoding,
  readUnverifiedClaims,
  VerifiedChainCache,
  type VerifyAttestationOptions,
  verifyAttestation,
} from '../../proto/attestation/library/index.ts';
import { toHex } from '../../proto/bytes.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { AttestationAuthority, type CertificateShape, type Level } from '../support/attestation-authority.ts';
import { attestationFixtures, genuineDocuments, readAttestation } from '../support/attestation-fixtures.ts';

const production = genuineDocuments.find(({ file }) => file.includes('i-020b6af9246d90e92'))!;
const document = readAttestation(production.file);
const then = { time: production.timestamp } as const;
const optionsInvalid = { code: 'ATTESTATION_OPTIONS_INVALID' };

const extension = (name: string) =>
  createHash('sha384').update(new Uint8Array(48)).update(name).digest('hex');

t.test('every document of the collection gets its verdict', async (t) => {
  const codes = new Map([
    ['invalid/20210909T101920Z_i-02e3a660059b27d87_15d4f223.bin', 'ATTESTATION_SIGNATURE'],
    ['invalid/20241213T090545Z_i-0d69bec447a037a2a_d8032479.bin', 'ATTESTATION_ROOT_UNKNOWN'],
    [
      'nitrotpm/20260201T051943Z_i-030a1f233f8348690-tpm0000000000000000_799ae6d1.bin',
      'ATTESTATION_NITROTPM',
    ],
  ]);
  t.equal(attestationFixtures.length, genuineDocuments.length + codes.size);
  for (const fixture of attestationFixtures) {
    const verdict = verifyAttestation(readAttestation(fixture.file), { time: 'document', allowDebug: true });
    const code = codes.get(fixture.file);
    if (code !== undefined) {
      await t.rejects(verdict, { name: 'TruceError', code }, fixture.file);
      continue;
    }
    const facts = await verdict;
    t.match(facts, { moduleId: fixture.module_id, timestamp: fixture.timestamp, debug: fixture.debug });
    t.match(facts.region, /^(us|ap)-[a-z]+-[12]$/);
    t.equal(facts.chain.length, 5);
    t.equal(facts.chain[0]!.subject, 'C=US, O=Amazon, OU=AWS, CN=aws.nitro-enclaves');
    t.same(facts.certificate, facts.chain[4]);
    t.ok(facts.notBefore <= facts.timestamp && facts.timestamp <= facts.notAfter);
  }
});

t.test('time is now unless told', async (t) => {
  await t.rejects(verifyAttestation(document), { code: 'ATTESTATION_CERTIFICATE_EXPIRED' });
  await t.rejects(verifyAttestation(document, { time: 'now' }), { code: 'ATTESTATION_CERTIFICATE_EXPIRED' });
  await t.resolves(verifyAttestation(document, { time: new Date(production.timestamp) }));
  await t.rejects(verifyAttestation(document, { time: production.timestamp + 2000, maximumAge: 1000 }), {
    code: 'ATTESTATION_TOO_OLD',
  });
  await t.rejects(verifyAttestation(document, { time: production.timestamp - 2000, maximumSkew: 1000 }), {
    code: 'ATTESTATION_FROM_FUTURE',
  });
  for (const time of [Number.NaN, new Date('never'), 'yesterday' as unknown as Date])
    await t.rejects(verifyAttestation(document, { time }), optionsInvalid);
});

t.test('registers are expected exactly, as one of several, or by a test', async (t) => {
  const value = production.pcrs[0]!;
  const bytes = new Uint8Array(Buffer.from(value, 'hex'));
  const other = '11'.repeat(48);
  const accepted: VerifyAttestationOptions['pcrs'][] = [
    { 0: value },
    { 0: value.toUpperCase(), 8: production.pcrs[8]! },
    { 0: bytes },
    { 0: [other, value] },
    { 0: [other, bytes] },
    { 0: (pcr) => toHex(pcr) === value },
    new Map([[0, value]]),
  ];
  for (const pcrs of accepted) await t.resolves(verifyAttestation(document, { ...then, pcrs: pcrs! }));
  for (const pcrs of [{ 0: other }, { 0: [other] }, { 0: () => false }, new Map([[8, value]])])
    await t.rejects(verifyAttestation(document, { ...then, pcrs }), { code: 'ATTESTATION_PCR_MISMATCH' });
  await t.rejects(verifyAttestation(document, { ...then, pcrs: { 16: value } }), {
    code: 'ATTESTATION_PCR_ABSENT',
  });
  const truthy = { 0: () => 'yes' as unknown as boolean };
  await t.rejects(verifyAttestation(document, { ...then, pcrs: truthy }), {
    code: 'ATTESTATION_PCR_MISMATCH',
  });
  const senseless = [{ 0: '' }, { 0: [] }, { 0: 'zz'.repeat(48) }, { 0: value.slice(2) }, { 32: value }];
  const more = [
    { x: value },
    { '0x0': value },
    { '-1': value },
    { 0: 7 },
    { 0: null },
    new Map([[0.5, value]]),
  ];
  for (const pcrs of [...senseless, ...more])
    await t.rejects(verifyAttestation(document, { ...then, pcrs: pcrs as never }), optionsInvalid);
});

t.test('instance, role and account are held against PCR4 and PCR3', async (t) => {
  const instance = production.module_id.split('-enc')[0]!;
  t.equal(production.pcrs[4], extension(instance), 'AWS extends the very name');
  await t.resolves(verifyAttestation(document, { ...then, instance }));
  await t.rejects(verifyAttestation(document, { ...then, instance: 'i-0123456789abcdef0' }), {
    code: 'ATTESTATION_PCR_MISMATCH',
    details: { index: 4 },
  });
  const authority = await AttestationAuthority.create();
  const role = 'arn:aws:iam::123456789012:role/service/the-enclaves-parent';
  const pcrs = new Map([0, 1, 2].map((index): [number, Uint8Array] => [index, new Uint8Array(48).fill(7)]));
  pcrs.set(3, new Uint8Array(Buffer.from(extension(role), 'hex')));
  const made = await authority.document({ pcrs });
  const options = { time: authority.time, roots: [authority.root] };
  await t.resolves(verifyAttestation(made, { ...options, role, account: '123456789012' }));
  await t.rejects(verifyAttestation(made, { ...options, role: `${role}-2` }), {
    code: 'ATTESTATION_PCR_MISMATCH',
    details: { index: 3 },
  });
  for (const wrong of [
    { account: '123456789012' },
    { role, account: '123456789013' },
    { role, account: '12345' },
    { role: 'the-enclaves-parent' },
    { instance: 'i-1' },
    { instance, pcrs: { 4: production.pcrs[4]! } },
  ])
    await t.rejects(
      verifyAttestation(document, { ...then, ...wrong }),
      optionsInvalid,
      Object.keys(wrong).join(),
    );
});

t.test("a chain is pinned to a region by its authorities' names", async (t) => {
  await t.resolves(verifyAttestation(document, { ...then, region: 'us-east-1' }));
  await t.resolves(verifyAttestation(document, { ...then, region: ['eu-west-1', 'us-east-1'] }));
  await t.rejects(verifyAttestation(document, { ...then, region: 'us-east' }), {
    code: 'ATTESTATION_REGION_MISMATCH',
    message: 'the chain is of the region us-east-1 instead of us-east',
  });
  for (const region of ['', []])
    await t.rejects(verifyAttestation(document, { ...then, region }), optionsInvalid);
  const named = async (names: Partial<Record<Level, string>>) => {
    const bend = (shape: CertificateShape, level: Level) => {
      const order: Level[] = ['root', 'regional', 'zonal', 'instance', 'leaf'];
      const above = order[order.indexOf(level) - 1];
      if (names[level] !== undefined) shape.subject = `CN=${names[level]}`;
      if (above !== undefined && names[above] !== undefined) shape.issuer = `CN=${names[above]}`;
    };
    const authority = await AttestationAuthority.create({ bend });
    const options = { time: authority.time, roots: [authority.root] };
    return (await verifyAttestation(await authority.document(), options)).region;
  };
  t.equal(await named({}), 'us-east-1');
  t.equal(await named({ regional: '00ff.eu-west-1.test.nitro-enclaves' }), undefined, 'the others disagree');
  t.equal(await named({ regional: 'us-east-1.test.nitro-enclaves' }), undefined);
  t.equal(await named({ regional: '00ff.us-east-1.other.nitro-enclaves' }), undefined, 'not below its root');
  t.equal(await named({ zonal: '00ff.zonal.eu-west-1.test.nitro-enclaves' }), undefined);
  t.equal(await named({ instance: 'i-0123456789abcdef0.eu-west-1.test.nitro-enclaves' }), undefined);
  t.equal(await named({ root: 'another.root' }), undefined);
});

t.test('roots are DER or PEM, and take the place of AWS', async (t) => {
  const authority = await AttestationAuthority.create();
  const made = await authority.document();
  const at = { time: authority.time };
  const pem = encodePem('CERTIFICATE', authority.root);
  for (const root of [authority.root, pem, AWS_NITRO_ROOT_G1_PEM + pem])
    await t.resolves(verifyAttestation(made, { ...at, roots: [root] }));
  for (const roots of [undefined, [AWS_NITRO_ROOT_G1_PEM]])
    await t.rejects(verifyAttestation(made, roots === undefined ? at : { ...at, roots }), {
      code: 'ATTESTATION_ROOT_UNKNOWN',
    });
  await t.rejects(verifyAttestation(made, { ...at, roots: [] }), optionsInvalid);
  await t.rejects(verifyAttestation(made, { ...at, roots: ['no PEM'] }), { code: 'PEM_INVALID' });
  await t.rejects(verifyAttestation(document, { ...then, roots: [pem] }), {
    code: 'ATTESTATION_ROOT_UNKNOWN',
  });
});

t.test('what was asked for is bound to the answer', async (t) => {
  const authority = await AttestationAuthority.create();
  const [nonce, userData, publicKey] = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4)];
  const made = await authority.document({ nonce, userData, publicKey });
  const options = { time: authority.time, roots: [authority.root], cache: new VerifiedChainCache(1) };
  const facts = await verifyAttestation(made, { ...options, nonce, userData, publicKey });
  t.same([facts.nonce, facts.userData, facts.publicKey], [nonce, userData, publicKey]);
  for (const [field, code] of [
    ['nonce', 'ATTESTATION_NONCE_MISMATCH'],
    ['userData', 'ATTESTATION_USER_DATA_MISMATCH'],
    ['publicKey', 'ATTESTATION_PUBLIC_KEY_MISMATCH'],
  ] as const) {
    await t.rejects(verifyAttestation(made, { ...options, [field]: Uint8Array.of(9) }), { code });
    await t.rejects(
      verifyAttestation(await authority.document(), { ...options, [field]: Uint8Array.of(9) }),
      { code },
      `no ${field} at all`,
    );
  }
  await t.rejects(verifyAttestation(made, { ...options, nonce: new Uint8Array() }), optionsInvalid);
});

t.test('all-zero registers mean debug mode, which is refused unless asked for', async (t) => {
  const debugging = genuineDocuments.find(({ debug }) => debug)!;
  const options = { time: debugging.timestamp };
  const bytes = readAttestation(debugging.file);
  await t.rejects(verifyAttestation(bytes, options), { code: 'ATTESTATION_DEBUG' });
  t.equal((await verifyAttestation(bytes, { ...options, allowDebug: true })).debug, true);
});

t.test('a page without WebCrypto is told so', async (t) => {
  await t.rejects(verifyAttestation(document, { ...then, crypto: {} as never }), {
    ...optionsInvalid,
    message: /needs https/,
  });
});

t.test('claims can be read of documents that are not genuine', async (t) => {
  const forged = readAttestation('invalid/20210909T101920Z_i-02e3a660059b27d87_15d4f223.bin');
  const claims = readUnverifiedClaims(forged);
  t.equal(claims.moduleId, 'i-02e3a660059b27d87-enc017bca11991e5083');
  t.equal(claims.debug, true);
  t.match(claims.certificate?.subject, /CN=i-02e3a660059b27d87-enc/);
  const authority = await AttestationAuthority.create();
  const broken = readUnverifiedClaims(await authority.document({ certificate: new Uint8Array(64) }));
  t.equal(broken.certificate, undefined);
  t.equal(broken.chain.length, 5);
  t.throws(() => readUnverifiedClaims(document.subarray(1)), { code: 'CBOR_INVALID' });
});

t.test('raw, base64 and hexadecimal are told apart by their content', async (t) => {
  const buffer = Buffer.from(document);
  const lines = (text: string) => text.replace(/.{76}/g, '$&\r\n');
  const forms: (Uint8Array | string)[] = [
    document,
    Buffer.concat([Buffer.of(0xd2), buffer]).subarray(1),
    ...['hex', 'base64', 'base64url'].flatMap((encoding) => {
      const text = buffer.toString(encoding as BufferEncoding);
      return [text, `${lines(text)}\n`, ` \t${text}`, new TextEncoder().encode(text)];
    }),
    buffer.toString('hex').toUpperCase(),
    buffer.toString('base64').replace(/=+$/, ''),
  ];
  for (const form of forms) t.same(decodeDocumentEncoding(form), document);
  // Base64 of 4, 5 and 6 bytes: no, one and two padding characters to drop.
  for (const length of [4, 5, 6]) {
    const part = buffer.subarray(0, length);
    t.same(decodeDocumentEncoding(part.toString('base64')), new Uint8Array(part));
  }
  const code = 'ATTESTATION_ENCODING';
  for (const text of [
    '',
    ' \n',
    'hEShATgi!',
    'hEShA',
    'hEShATgi=',
    'hE=ShATg',
    '-----BEGIN X-----',
    'hEShATgiot===',
  ])
    t.throws(() => decodeDocumentEncoding(text), { code }, JSON.stringify(text));
  t.throws(() => decodeDocumentEncoding('hEQ='.replace('Q', 'R')), { code }, 'bits that no encoder sets');
  t.throws(() => decodeDocumentEncoding(new Uint8Array()), { code });
  t.throws(() => decodeDocumentEncoding('h'.repeat(65_537)), { code });
  t.same(
    decodeDocumentEncoding(Uint8Array.of(0x41, 0)),
    Uint8Array.of(0x41, 0),
    'bytes that are no text stay',
  );
});
