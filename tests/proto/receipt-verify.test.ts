import t, { type Test } from 'tap';
import { encodeCoseSign1, protectedHeaderFor } from '../../proto/attestation/cose-sign1.ts';
import { sha384Of } from '../../proto/attestation/crypto.ts';
import { policyPcr16 } from '../../proto/attestation/measurements.ts';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { encodeOpening, joinOpenings } from '../../proto/receipt/openings.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from '../../proto/receipt/receipt.ts';
import type { SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import { type ReceiptExpectations, receiptKeyContent, verifyReceipt } from '../../proto/receipt/verify.ts';
import { AttestationAuthority, encodePayload, nodeCrypto } from '../support/attestation-authority.ts';
import {
  commitmentsOf,
  FILES,
  INSTANCE,
  POLICY_HASH,
  PROGRAM_HASH,
  ReceiptKey,
  receiptAt,
} from '../support/receipt-maker.ts';

const authority = await AttestationAuthority.create();
const key = new ReceiptKey();
const signed = await key.receipt(authority);
const HOUR = 3_600_000;
const expectations: ReceiptExpectations = {
  crypto: nodeCrypto,
  // Years later: what counts is when it was signed.
  time: authority.time + 30_000 * HOUR,
  roots: [authority.root],
  pcrs: new Map([[0, new Uint8Array(48).fill(1)]]),
  policyHash: POLICY_HASH,
  instanceId: INSTANCE,
  programHash: PROGRAM_HASH,
};

const refused = (
  t: Test,
  receipt: SignedReceipt,
  code: string,
  name: string,
  changed: Partial<ReceiptExpectations> = {},
) => t.rejects(verifyReceipt(receipt, { ...expectations, ...changed }), { code }, name);

/** Signed by the genuine key, whatever it says. */
const resigned = (receipt: Receipt): Promise<SignedReceipt> => key.receipt(authority, receipt);

t.test('a receipt says what it says, to whoever trusts its root and its runtime', async (t) => {
  const { receipt, attestation, files } = await verifyReceipt(signed, expectations);
  t.same(receipt, receiptAt(authority.time));
  t.equal(attestation.signed, true);
  t.same(files, FILES);
  const { crypto, time, roots } = expectations;
  await t.resolves(
    verifyReceipt(signed, { crypto, time, roots: roots! }),
    'expectations are for who has them',
  );
});

t.test('no bit of what is signed can be changed', async (t) => {
  const { data } = signed;
  for (let position = 0; position < data.length; position += 7) {
    const bent = data.slice();
    bent[position]! ^= 1;
    await t.rejects(verifyReceipt({ ...signed, data: bent }, expectations), `byte ${position}`);
  }
  const fields: [string, Partial<Receipt>][] = [
    ['instance', { instanceId: new Uint8Array(16) }],
    ['policy', { policyHash: new Uint8Array(32) }],
    ['program', { program: { path: '/program/other', sha256: PROGRAM_HASH } }],
    ['program hash', { program: { path: '/program/p.wasm', sha256: new Uint8Array(32) } }],
    ['pipeline', { pipeline: { name: '0', step: 0 } }],
    ['exit code', { outcome: { exitCode: 1 } }],
    ['outcome', { outcome: { success: true } }],
    ['start', { startedAt: authority.time - 2001 }],
    ['end', { endedAt: authority.time - 999 }],
    ['time of signing', { signedAt: authority.time + 1 }],
    ['usage', { usage: {} }],
    ['limits', { limits: {} }],
    ['inputs', { inputs: [] }],
    ['outputs', { outputs: [] }],
  ];
  for (const [name, changed] of fields) {
    const data = encodeReceipt({ ...decodeReceipt(signed.data), ...changed });
    // Instance and policy are held against the document before the signature is.
    const code =
      name === 'instance'
        ? 'RECEIPT_KEY_MISMATCH'
        : name === 'policy'
          ? 'ATTESTATION_POLICY_MISMATCH'
          : 'RECEIPT_SIGNATURE';
    await refused(t, { ...signed, data }, code, name);
  }
});

t.test('only the key that the document vouches for signs', async (t) => {
  const other = new ReceiptKey();
  await refused(t, { ...signed, signature: other.sign(signed.data) }, 'RECEIPT_SIGNATURE', 'another key');
  for (const length of [0, 95, 97])
    await refused(
      t,
      { ...signed, signature: new Uint8Array(length) },
      'RECEIPT_SIGNATURE',
      `${length} bytes`,
    );
  await refused(t, { ...signed, signature: new Uint8Array(96) }, 'RECEIPT_SIGNATURE', 'zeros');
  const document = (options: Parameters<ReceiptKey['document']>[1]) => key.document(authority, options);
  const withDocument = async (options: Parameters<ReceiptKey['document']>[1]) => ({
    ...signed,
    document: await document(options),
  });
  await refused(t, await withDocument({ publicKey: null }), 'RECEIPT_KEY_INVALID', 'no key');
  await refused(
    t,
    await withDocument({ publicKey: new Uint8Array(20) }),
    'RECEIPT_KEY_INVALID',
    'no key at all',
  );
  await refused(
    t,
    await withDocument({ purpose: 'truce/certificate/v1' }),
    'ATTESTATION_PURPOSE',
    'for a certificate',
  );
  await refused(
    t,
    await withDocument({ purpose: 'truce/channel/v1' }),
    'ATTESTATION_PURPOSE',
    'for a channel',
  );
  await refused(
    t,
    await withDocument({ instanceId: new Uint8Array(16) }),
    'RECEIPT_KEY_MISMATCH',
    'of another life',
  );
  await refused(
    t,
    await withDocument({ policyHash: new Uint8Array(32), provenPolicy: POLICY_HASH }),
    'RECEIPT_KEY_MISMATCH',
    'that names another policy',
  );
  await refused(
    t,
    await withDocument({ provenPolicy: new Uint8Array(32) }),
    'ATTESTATION_POLICY_MISMATCH',
    'that proves another policy',
  );
});

t.test('the document had to be good when the receipt was signed', async (t) => {
  const at = (offset: number) => resigned(receiptAt(authority.time + offset));
  await t.resolves(verifyReceipt(await at(1.9 * HOUR), expectations));
  await refused(t, await at(4 * HOUR), 'ATTESTATION_CERTIFICATE_EXPIRED', 'after its leaf');
  await refused(t, await at(-2 * HOUR), 'ATTESTATION_CERTIFICATE_NOT_YET_VALID', 'before its leaf');
  const early = {
    ...(await at(0)),
    document: await key.document(authority, { timestamp: authority.time + HOUR }),
  };
  await refused(t, early, 'ATTESTATION_FROM_FUTURE', 'a document made long after');
  const old = {
    ...(await at(1.5 * HOUR)),
    document: await key.document(authority, { timestamp: authority.time - 2 * HOUR }),
  };
  await refused(t, old, 'ATTESTATION_TOO_OLD', 'an old document');
});

t.test('a reader holds it against what it expects', async (t) => {
  const other = await AttestationAuthority.create();
  const cases: [string, string, Partial<ReceiptExpectations>][] = [
    ['another root', 'ATTESTATION_ROOT_UNKNOWN', { roots: [other.root] }],
    ['another runtime', 'ATTESTATION_PCR_MISMATCH', { pcrs: new Map([[0, new Uint8Array(48)]]) }],
    ['another policy', 'RECEIPT_POLICY_MISMATCH', { policyHash: new Uint8Array(32) }],
    ['another instance', 'RECEIPT_INSTANCE_MISMATCH', { instanceId: new Uint8Array(16) }],
    ['another program', 'RECEIPT_PROGRAM_MISMATCH', { programHash: new Uint8Array(32) }],
    ['an earlier clock', 'RECEIPT_FROM_FUTURE', { time: authority.time - HOUR }],
  ];
  for (const [name, code, changed] of cases) await refused(t, signed, code, name, changed);
  const { roots: _, ...withoutRoots } = expectations;
  await t.rejects(
    verifyReceipt(signed, withoutRoots),
    { code: 'ATTESTATION_ROOT_UNKNOWN' },
    "AWS's by default",
  );
  await t.rejects(
    verifyReceipt(signed, { ...withoutRoots, trust: 'qemu-emulator' }),
    { code: 'ATTESTATION_NOT_EMULATOR' },
    "and the emulator's are another kind",
  );
  const debug = new Map(
    Array.from({ length: 16 }, (_, index): [number, Uint8Array] => [index, new Uint8Array(48)]),
  );
  const document = await authority.document({ pcrs: debug });
  await refused(t, { ...signed, document }, 'ATTESTATION_DEBUG', 'an enclave in debug mode', {
    pcrs: new Map(),
  });
});

t.test('openings are of what was committed to, each once', async (t) => {
  const [first, second, third] = FILES;
  const opened = (...files: typeof FILES) => ({
    ...signed,
    openings: joinOpenings(files.map(encodeOpening)),
  });
  t.same((await verifyReceipt(opened(), expectations)).files, [], 'none is fine');
  t.same((await verifyReceipt(opened(second!), expectations)).files, [second]);
  const mismatch = 'RECEIPT_OPENING_MISMATCH';
  const { content } = first!;
  await refused(t, opened({ ...first!, salt: new Uint8Array(32) }), mismatch, 'another salt');
  await refused(t, opened({ ...first!, path: '/input/c' }), mismatch, 'another path');
  await refused(t, opened({ ...first!, content: { ...content!, size: 1 } }), mismatch, 'another size');
  await refused(
    t,
    opened({ ...first!, content: { size: 9, sha256: new Uint8Array(32) } }),
    mismatch,
    'another digest',
  );
  await refused(t, opened({ ...first!, side: 'output' }), mismatch, 'an input as an output');
  await refused(t, opened({ ...third!, content: undefined }), mismatch, 'an output as removed');
  await refused(t, opened(first!, first!), mismatch, 'one twice');
  await refused(t, { ...signed, openings: Uint8Array.of(0x01) }, 'RECEIPT_INVALID', 'no list');
});

t.test("the emulator's unsigned documents are accepted where they are asked for by name", async (t) => {
  const placeholder = new Uint8Array(64);
  const pcrs = new Map(authority.fields().pcrs as ReadonlyMap<number, Uint8Array>);
  pcrs.set(16, await policyPcr16(POLICY_HASH, sha384Of(nodeCrypto)));
  const payload = encodePayload(
    authority.fields({
      certificate: placeholder,
      cabundle: [placeholder],
      pcrs,
      publicKey: key.publicKey,
      userData: encodePurpose('truce/receipt/v1', receiptKeyContent(INSTANCE, POLICY_HASH)),
    }),
  );
  const protectedHeader = protectedHeaderFor(-1);
  const document = encodeCoseSign1({ protectedHeader, payload, signature: placeholder });
  const { roots: _, ...withoutRoots } = expectations;
  const unsigned = { ...signed, document };
  const { attestation } = await verifyReceipt(unsigned, { ...withoutRoots, trust: 'qemu-emulator' });
  t.equal(attestation.signed, false);
  await refused(t, unsigned, 'ATTESTATION_UNSIGNED', 'not otherwise');
});

t.test('commitments tell nothing to who has no opening', async (t) => {
  const again = FILES.map((file, index) => ({ ...file, salt: new Uint8Array(32).fill(index + 100) }));
  const [before, after] = [commitmentsOf(FILES, 'input'), commitmentsOf(again, 'input')];
  t.ok(before.every((one) => !after.some((other) => Buffer.compare(one, other) === 0)));
  t.same(
    before.map((one) => one.length),
    [32, 32],
  );
});
