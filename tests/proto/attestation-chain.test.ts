import 'reflect-metadata';
import { BasicConstraintsExtension, Extension, KeyUsageFlags, KeyUsagesExtension } from '@peculiar/x509';
import t, { type Test } from 'tap';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import type { ErrorCode } from '../../proto/errors.ts';
import {
  AttestationAuthority,
  type CertificateShape,
  nodeCrypto as crypto,
  type DocumentFields,
  type Level,
} from '../support/attestation-authority.ts';

const authority = await AttestationAuthority.create();
const other = await AttestationAuthority.create();

async function verify(
  from: AttestationAuthority,
  changed: Partial<DocumentFields> = {},
  time: number = from.time,
) {
  return verifyAttestation(await from.document(changed), { crypto, time, roots: [from.root] });
}

/** An authority one of whose certificates is bent, and the verdict over its documents. */
async function bent(level: Level, bend: (shape: CertificateShape) => void, time?: number) {
  const made = await AttestationAuthority.create({
    time: authority.time,
    bend: (shape, at) => {
      if (at === level) bend(shape);
    },
  });
  return verify(made, {}, time);
}

async function refusesBent(t: Test, level: Level, code: ErrorCode, bend: (shape: CertificateShape) => void) {
  await t.rejects(
    bent(level, bend),
    { name: 'TruceError', code, details: { subject: /CN=/ } },
    `${level} ${code}`,
  );
}

const replaceUsage = (usage: KeyUsageFlags | undefined) => (shape: CertificateShape) => {
  shape.extensions = shape.extensions.filter((extension) => !(extension instanceof KeyUsagesExtension));
  if (usage !== undefined) shape.extensions.push(new KeyUsagesExtension(usage, true));
};
const replaceConstraints =
  (constraints: BasicConstraintsExtension | undefined) => (shape: CertificateShape) => {
    shape.extensions = shape.extensions.filter(
      (extension) => !(extension instanceof BasicConstraintsExtension),
    );
    if (constraints !== undefined) shape.extensions.push(constraints);
  };
const pathLength = (length: number) => replaceConstraints(new BasicConstraintsExtension(true, length, true));

t.test('a chain shaped as the real one is followed to its root', async (t) => {
  const facts = await verify(authority);
  t.same(
    facts.chain?.certificates.map((certificate) => certificate.subject.commonName?.split('.')[0]),
    [
      'test',
      '0123456789abcdef',
      'fedcba9876543210',
      'i-0123456789abcdef0',
      'i-0123456789abcdef0-enc0123456789abcde',
    ],
  );
  t.equal(facts.chain?.notAfter, facts.chain?.leaf.notAfter, 'it is as good as its shortest-lived member');
});

t.test('a root is trusted only where the caller names it', async (t) => {
  const document = await authority.document();
  const code = 'ATTESTATION_ROOT_UNKNOWN';
  await t.rejects(
    verifyAttestation(document, { crypto, time: authority.time }),
    { code },
    'not beside the real one',
  );
  await t.rejects(verifyAttestation(document, { crypto, time: authority.time, roots: [other.root] }), {
    code,
  });
  const twisted = new Uint8Array(authority.root);
  twisted[twisted.length - 1]! ^= 1;
  await t.rejects(verifyAttestation(document, { crypto, time: authority.time, roots: [twisted] }), { code });
  await t.resolves(
    verifyAttestation(document, { crypto, time: authority.time, roots: [other.root, authority.root] }),
  );
  await t.rejects(
    verify(authority, { cabundle: authority.cabundle.slice(1) }),
    { code },
    'no root in the bundle',
  );
  await t.rejects(
    verify(authority, { cabundle: [other.root, ...authority.cabundle] }),
    { code },
    'another one first',
  );
  await t.rejects(
    verify(authority, { cabundle: authority.cabundle.toReversed() }),
    { code },
    'the root at the end',
  );
});

t.test('certificates that are swapped, left out or borrowed are refused', async (t) => {
  const [root, regional, zonal, instance] = authority.cabundle as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const names = { code: 'ATTESTATION_CHAIN_NAMES' };
  for (const [cabundle, message] of [
    [[root, zonal, regional, instance], 'swapped'],
    [[root, regional, instance, zonal], 'the last two swapped'],
    [[root, regional, zonal], 'the last left out'],
    [[root, zonal, instance], 'one left out'],
    [[root], 'all left out'],
    [[root, regional, regional, zonal, instance], 'one twice'],
    [[root, regional, zonal, instance, authority.certificate], 'the leaf among the authorities'],
  ] as const)
    await t.rejects(verify(authority, { cabundle }), names, message);
  const signature = { code: 'ATTESTATION_CHAIN_SIGNATURE' };
  for (const [index, borrowed] of other.cabundle.entries())
    if (index > 0)
      await t.rejects(
        verify(authority, { cabundle: authority.cabundle.with(index, borrowed) }),
        signature,
        'one of the same name from another root',
      );
  await t.rejects(verify(authority, { certificate: other.certificate }), signature, 'a leaf of another root');
  await t.rejects(verify(authority, { certificate: instance }), names, 'an authority for a leaf');
});

t.test('constraints on authorities are enforced at every level', async (t) => {
  const code = 'ATTESTATION_CHAIN_PATH_LENGTH';
  await refusesBent(t, 'root', code, pathLength(2));
  await refusesBent(t, 'regional', code, pathLength(1));
  await refusesBent(t, 'zonal', code, pathLength(0));
  await t.resolves(bent('root', pathLength(3)));
  for (const level of ['root', 'regional', 'zonal', 'instance'] as const) {
    await refusesBent(t, level, 'ATTESTATION_CHAIN_NOT_AUTHORITY', replaceConstraints(undefined));
    await refusesBent(
      t,
      level,
      'ATTESTATION_CHAIN_NOT_AUTHORITY',
      replaceConstraints(new BasicConstraintsExtension(false, undefined, true)),
    );
    await refusesBent(t, level, 'ATTESTATION_CHAIN_KEY_USAGE', replaceUsage(KeyUsageFlags.digitalSignature));
    await refusesBent(t, level, 'ATTESTATION_CHAIN_KEY_USAGE', replaceUsage(undefined));
  }
});

t.test('a leaf signs documents and nothing else', async (t) => {
  await refusesBent(t, 'leaf', 'ATTESTATION_LEAF_AUTHORITY', pathLength(0));
  await refusesBent(t, 'leaf', 'ATTESTATION_CHAIN_KEY_USAGE', replaceUsage(KeyUsageFlags.nonRepudiation));
  await refusesBent(t, 'leaf', 'ATTESTATION_CHAIN_KEY_USAGE', replaceUsage(undefined));
  await t.resolves(
    bent('leaf', replaceConstraints(undefined)),
    'without basic constraints it is no authority',
  );
});

t.test('critical extensions that are not understood are refused', async (t) => {
  const nameConstraints = (critical: boolean) => (shape: CertificateShape) => {
    shape.extensions.push(new Extension('2.5.29.30', critical, Uint8Array.of(0x30, 0)));
  };
  for (const level of ['root', 'zonal', 'leaf'] as const) {
    await refusesBent(t, level, 'ATTESTATION_CHAIN_EXTENSION', nameConstraints(true));
    await t.resolves(bent(level, nameConstraints(false)));
  }
});

t.test('only P-384 with SHA-384 is accepted', async (t) => {
  const code = 'ATTESTATION_CHAIN_ALGORITHM';
  await refusesBent(t, 'zonal', code, (shape) => {
    shape.hash = 'SHA-256';
  });
  await refusesBent(t, 'zonal', code, (shape) => {
    shape.curve = 'P-256';
  });
});

t.test('every certificate must be valid at the time, to the second', async (t) => {
  const { time } = authority;
  for (const level of ['root', 'regional', 'zonal', 'instance', 'leaf'] as const) {
    const ends = (shape: CertificateShape): void => {
      shape.notAfter = Math.floor(time / 1000) * 1000;
    };
    const starts = (shape: CertificateShape): void => {
      shape.notBefore = Math.floor(time / 1000) * 1000;
    };
    const second = Math.floor(time / 1000) * 1000;
    await t.resolves(bent(level, ends, second));
    await t.rejects(bent(level, ends, second + 1), { code: 'ATTESTATION_CERTIFICATE_EXPIRED' }, level);
    await t.resolves(bent(level, starts, second));
    await t.rejects(
      bent(level, starts, second - 1),
      { code: 'ATTESTATION_CERTIFICATE_NOT_YET_VALID' },
      level,
    );
  }
});

t.test('a certificate that misnames its issuer is refused', async (t) => {
  for (const level of ['regional', 'zonal', 'instance', 'leaf'] as const)
    await refusesBent(t, level, 'ATTESTATION_CHAIN_NAMES', (shape) => {
      shape.issuer = 'CN=someone else';
    });
});
