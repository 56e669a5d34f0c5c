import { createHash, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { VerifiedChainCache } from '../../proto/attestation/chain-cache.ts';
import {
  AWS_NITRO_ROOT_G1_PEM,
  AWS_NITRO_ROOT_G1_SHA256,
  awsNitroRoots,
} from '../../proto/attestation/roots.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { nodeCrypto as crypto } from '../support/attestation-authority.ts';

interface Fixture {
  readonly file: string;
  readonly time: string;
  readonly timestamp: number;
  readonly module_id: string;
  readonly debug: boolean | null;
  readonly pcrs: Readonly<Record<string, string>>;
  readonly pcr_indices: readonly number[];
  readonly public_key: string | null;
  readonly user_data: string | null;
  readonly nonce: string | null;
  readonly sha256: string;
  readonly leaf_valid: readonly [string, string];
  readonly expect: string;
}

const folder = new URL('../fixtures/attestation/', import.meta.url);
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const fixtures = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as Fixture[];
const genuine = fixtures.filter((fixture) => fixture.file.startsWith('genuine/'));
const NOW = Date.UTC(2026, 5, 1);

/** The index writes byte strings as `length:first 32 bytes in hexadecimal`, and null for null. */
function summary(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : `${bytes.length}:${toHex(bytes).slice(0, 64)}`;
}

t.test('the pinned root is AWS G1', async (t) => {
  const [root] = awsNitroRoots() as [Uint8Array];
  t.equal(createHash('sha256').update(root).digest('hex'), AWS_NITRO_ROOT_G1_SHA256);
  t.same(decodePemCertificates(AWS_NITRO_ROOT_G1_PEM), [root]);
  t.same(decodePemCertificates(readFileSync(new URL('certs/aws-nitro-root-g1.pem', folder), 'utf8')), [root]);
  root.fill(0);
  t.notSame(awsNitroRoots()[0], root, 'and no caller can change it');
});

t.test('every genuine document verifies at its own time and says what is known of it', async (t) => {
  t.equal(genuine.length, 24);
  for (const fixture of genuine) {
    const bytes = read(fixture.file);
    t.equal(createHash('sha256').update(bytes).digest('hex'), fixture.sha256);
    const facts = await verifyAttestation(bytes, { crypto, time: 'document', allowDebug: true });
    const { document } = facts;
    t.equal(facts.signed, true, fixture.file);
    t.equal(document.timestamp, fixture.timestamp);
    t.equal(document.moduleId, fixture.module_id);
    t.equal(facts.debug, fixture.debug);
    t.same(
      [...document.pcrs.keys()].sort((a, b) => a - b),
      fixture.pcr_indices,
    );
    for (const [index, pcr] of document.pcrs) t.equal(toHex(pcr), fixture.pcrs[index] ?? '00'.repeat(48));
    t.equal(summary(document.publicKey), fixture.public_key);
    t.equal(summary(document.userData), fixture.user_data);
    t.equal(summary(document.nonce), fixture.nonce);
    t.equal(facts.chain?.leaf.notBefore, Date.parse(fixture.leaf_valid[0]));
    t.equal(facts.chain?.leaf.notAfter, Date.parse(fixture.leaf_valid[1]));
    t.equal(facts.chain?.certificates.length, 5);
  }
});

t.test('genuine documents are good within their time only', async (t) => {
  for (const fixture of genuine) {
    const bytes = read(fixture.file);
    const leafEnd = Date.parse(fixture.leaf_valid[1]);
    await t.rejects(verifyAttestation(bytes, { crypto, time: NOW }), {
      code: 'ATTESTATION_CERTIFICATE_EXPIRED',
    });
    await t.rejects(verifyAttestation(bytes, { crypto, time: leafEnd + 1 }), {
      code: 'ATTESTATION_CERTIFICATE_EXPIRED',
    });
    await t.resolves(verifyAttestation(bytes, { crypto, time: leafEnd, allowDebug: true }));
    await t.rejects(verifyAttestation(bytes, { crypto, time: Date.parse(fixture.leaf_valid[0]) - 1 }), {
      code: 'ATTESTATION_CERTIFICATE_NOT_YET_VALID',
    });
  }
});

t.test('genuine debug enclaves are refused unless asked for', async (t) => {
  for (const fixture of genuine) {
    const verdict = verifyAttestation(read(fixture.file), { crypto, time: fixture.timestamp });
    if (fixture.debug) await t.rejects(verdict, { code: 'ATTESTATION_DEBUG' });
    else t.equal((await verdict).debug, false);
  }
});

t.test('a genuine production enclave is recognised by its measurements and nonce', async (t) => {
  const fixture = genuine.find((candidate) => candidate.file.includes('i-020b6af9246d90e92'))!;
  const bytes = read(fixture.file);
  const pcrs = new Map(Object.entries(fixture.pcrs).map(([index, hex]) => [Number(index), fromHex(hex)!]));
  t.ok(pcrs.has(8), 'it is a signed image');
  const options = { crypto, time: fixture.timestamp } as const;
  await t.resolves(verifyAttestation(bytes, { ...options, pcrs }));
  pcrs.get(8)![0]! ^= 1;
  await t.rejects(verifyAttestation(bytes, { ...options, pcrs }), {
    code: 'ATTESTATION_PCR_MISMATCH',
    details: { index: 8 },
  });
  await t.rejects(verifyAttestation(bytes, { ...options, policyHash: new Uint8Array(32) }), {
    code: 'ATTESTATION_POLICY_ABSENT',
  });
});

t.test('documents that are not AWS enclaves are refused', async (t) => {
  const codes = new Map([
    ['invalid/20210909T101920Z_i-02e3a660059b27d87_15d4f223.bin', 'ATTESTATION_SIGNATURE'],
    ['invalid/20241213T090545Z_i-0d69bec447a037a2a_d8032479.bin', 'ATTESTATION_ROOT_UNKNOWN'],
    [
      'nitrotpm/20260201T051943Z_i-030a1f233f8348690-tpm0000000000000000_799ae6d1.bin',
      'ATTESTATION_NITROTPM',
    ],
  ]);
  const bad = fixtures.filter((fixture) => !fixture.file.startsWith('genuine/'));
  t.same(bad.map((fixture) => fixture.file).sort(), [...codes.keys()].sort());
  for (const { file } of bad)
    await t.rejects(verifyAttestation(read(file), { crypto, time: 'document', allowDebug: true }), {
      code: codes.get(file),
    });
});

t.test('no genuine document passes under another root', async (t) => {
  const certificate = (name: string) =>
    decodePemCertificates(readFileSync(new URL(`certs/${name}`, folder), 'utf8'));
  for (const name of ['tampered-root.pem', 'unknown-ca.pem']) {
    const roots = certificate(name);
    for (const { file } of genuine.slice(0, 3))
      await t.rejects(verifyAttestation(read(file), { crypto, time: 'document', allowDebug: true, roots }), {
        code: 'ATTESTATION_ROOT_UNKNOWN',
      });
  }
  const roots = [...certificate('unknown-ca.pem'), ...awsNitroRoots()];
  await t.resolves(
    verifyAttestation(read(genuine[3]!.file), { crypto, time: 'document', allowDebug: true, roots }),
  );
});

t.test('a cache spares signatures and relaxes nothing', async (t) => {
  let verifications = 0;
  const counting = {
    subtle: {
      importKey: webcrypto.subtle.importKey.bind(webcrypto.subtle),
      digest: webcrypto.subtle.digest.bind(webcrypto.subtle),
      verify: (...parameters: Parameters<typeof webcrypto.subtle.verify>) => {
        verifications++;
        return webcrypto.subtle.verify(...parameters);
      },
    },
  } as unknown as typeof crypto;
  const cache = new VerifiedChainCache(2);
  const fixture = genuine[3]!;
  const options = { crypto: counting, time: fixture.timestamp, allowDebug: true, cache } as const;
  const first = await verifyAttestation(read(fixture.file), options);
  t.equal(verifications, 5, 'four certificates and the document');
  t.same((await verifyAttestation(read(fixture.file), options)).document, first.document);
  t.equal(verifications, 6);
  await t.rejects(verifyAttestation(read(fixture.file), { ...options, time: NOW }), {
    code: 'ATTESTATION_CERTIFICATE_EXPIRED',
  });
  await t.rejects(verifyAttestation(read(fixture.file), { ...options, roots: [Uint8Array.of(1)] }), {
    code: 'ATTESTATION_ROOT_UNKNOWN',
  });
  const tampered = read(fixture.file);
  tampered[tampered.length - 1]! ^= 1;
  await t.rejects(verifyAttestation(tampered, options), { code: 'ATTESTATION_SIGNATURE' });
  for (const other of genuine.slice(4, 9))
    await verifyAttestation(read(other.file), { ...options, time: 'document' });
  t.equal(cache.size, 2, 'and it is bounded');
});
