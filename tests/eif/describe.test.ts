import { readFileSync } from 'node:fs';
import t from 'tap';
import { describeEif, inspectEif } from '../../eif/describe.ts';
import { readEif, writeEif } from '../../eif/image.ts';
import { type SectionContent, SectionType } from '../../eif/image-format.ts';
import { assembleImage } from '../../eif/image-writer.ts';
import { prepareKernel } from '../../eif/kernel-format.ts';
import { type EifMetadata, encodeMetadata, parseMetadata } from '../../eif/metadata.ts';
import { signImage } from '../../eif/sign.ts';
import { encodeCbor } from '../../proto/cbor/writer.ts';
import { DAY, makeSigner, NOW } from '../support/image-signer.ts';

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/eif/${name}`, import.meta.url)));
const unsigned = fixture('unsigned.eif');
const bytes = (text: string) => new TextEncoder().encode(text);

const metadata: EifMetadata = {
  imageName: 'é"\n',
  imageVersion: '2',
  buildTime: '1970-01-01T00:00:00+00:00',
  buildTool: 'truce',
  buildToolVersion: '0.1.0',
  operatingSystem: 'Linux',
  kernelVersion: '6.12.94',
};

/** The fixture with other metadata or signature. */
function rebuilt(replacements: Partial<Record<'metadata' | 'signature', Uint8Array>>): Uint8Array {
  const image = readEif(unsigned);
  const sections: SectionContent[] = image.sections.map(({ type, data }) =>
    type === SectionType.METADATA ? { type, data: replacements.metadata ?? data } : { type, data },
  );
  if (replacements.signature !== undefined)
    sections.push({ type: SectionType.SIGNATURE, data: replacements.signature });
  return Buffer.concat(assembleImage(image, sections));
}

t.test('an unsigned image is described with the keys of nitro-cli, in their order', async (t) => {
  const expected = JSON.parse(Buffer.from(fixture('expected.json')).toString())['unsigned.eif'];
  t.equal(
    JSON.stringify(describeEif(unsigned, NOW)),
    JSON.stringify({
      EifVersion: 4,
      Measurements: expected.Measurements,
      IsSigned: false,
      CheckCRC: true,
      ImageName: 'fixture',
      ImageVersion: '1.0',
      Metadata: {
        BuildTime: '1970-01-01T00:00:00+00:00',
        BuildTool: 'fixture',
        BuildToolVersion: '0',
        OperatingSystem: 'Linux',
        KernelVersion: '6.6.79',
        DockerInfo: null,
      },
    }),
  );
});

t.test('a signed image is described with its certificate as OpenSSL names it', async (t) => {
  const signer = await makeSigner('secp384r1', {
    name: 'The "signer"',
    notAfter: Date.UTC(2025, 6, 9, 17, 16, 38),
  });
  const description = describeEif(signImage(unsigned, signer, { now: NOW }).image, NOW);
  t.same(Object.keys(description), [
    'EifVersion',
    'Measurements',
    'IsSigned',
    'SigningCertificate',
    'CheckCRC',
    'SignatureCheck',
    'ImageName',
    'ImageVersion',
    'Metadata',
  ]);
  const { Signature, ...certificate } = description.SigningCertificate as Record<string, unknown>;
  t.equal(
    JSON.stringify(certificate),
    JSON.stringify({
      IssuerName: { commonName: 'The signer' },
      Algorithm: 'ecdsa-with-SHA384',
      NotBefore: 'Dec 31 00:00:00 2024 GMT',
      NotAfter: 'Jul  9 17:16:38 2025 GMT',
    }),
  );
  t.match(Signature, /^30(:[0-9A-F]{2}){99,103}$/);
});

t.test('everything that is wrong is told, and the image described all the same', async (t) => {
  const [signer, other] = await Promise.all([
    makeSigner('secp384r1', { notAfter: NOW }),
    makeSigner('prime256v1'),
  ]);
  const signed = signImage(unsigned, signer, { now: NOW }).image;
  const damaged = Uint8Array.from(signed);
  damaged[600]! ^= 1;
  const { description, problems } = inspectEif(damaged, NOW + DAY);
  t.match(description, { CheckCRC: false, SignatureCheck: false, IsSigned: true, ImageName: 'fixture' });
  t.match(problems, [
    { code: 'EIF_CRC_MISMATCH' },
    { code: 'EIF_SIGNATURE_MISMATCH', details: { reason: 'it is the signature of another PCR0' } },
    { code: 'EIF_CERTIFICATE_EXPIRED', details: { notAfter: new Date(NOW).toISOString() } },
  ]);

  // A signature that is moved to another image, or whose certificate is exchanged.
  const section = (image: Uint8Array) => readEif(image).signature!;
  const parts = { ...partsOf(), ramdisks: [Uint8Array.of(1)] };
  const foreign = Buffer.concat(
    assembleImage(readEif(unsigned), [
      ...readEif(writeEif(parts)).sections,
      { type: SectionType.SIGNATURE, data: section(signed) },
    ]),
  );
  t.match(inspectEif(foreign, NOW), {
    description: { CheckCRC: true, SignatureCheck: false },
    problems: [{ details: { reason: /another PCR0/ } }],
  });
  const exchange = (certificate: Uint8Array) =>
    rebuilt({ signature: sectionOf(certificate, coseOf(section(signed))) });
  t.match(inspectEif(exchange(other.certificate), NOW).problems, [
    { details: { reason: /not signed with ES256/ } },
  ]);
  const same = await makeSigner('secp384r1');
  t.match(inspectEif(exchange(same.certificate), NOW).problems, [{ details: { reason: /does not verify/ } }]);
  const strange = await makeSigner('secp256k1');
  t.match(inspectEif(exchange(strange.certificate), NOW).problems, [{ details: { reason: /not of P-256/ } }]);
  // Text around the certificate is no part of it: OpenSSL's own printing goes before it.
  const printed = Buffer.concat([bytes('Certificate:\n  Data:\n'), signer.certificate]);
  t.same(inspectEif(exchange(printed), NOW).problems, []);
});

t.test('a signature section that readers could disagree on is refused', async (t) => {
  const signer = await makeSigner('secp384r1');
  const signed = signImage(unsigned, signer, { now: NOW }).image;
  const cose = coseOf(readEif(signed).signature!);
  const certificate = [...signer.certificate];
  const entry = (...members: [string, unknown][]) => encodeCbor([new Map(members)] as never);
  const good: [string, unknown][] = [
    ['signing_certificate', certificate],
    ['signature', [...cose]],
  ];
  const variants: Record<string, Uint8Array> = {
    'no CBOR': Uint8Array.of(0xff),
    'no array': encodeCbor(new Map(good) as never),
    'no signature': encodeCbor([]),
    'two signatures': encodeCbor([new Map(good), new Map(good)] as never),
    'another order': entry(good[1]!, good[0]!),
    'a further key': entry(...good, ['x', 0]),
    'byte strings': entry(['signing_certificate', signer.certificate], ['signature', cose]),
    'large integers': entry(['signing_certificate', [256]], good[1]!),
    'negative integers': entry(['signing_certificate', [-1]], good[1]!),
    'no certificate': entry(['signing_certificate', [...bytes('x')]], good[1]!),
    'a broken certificate': entry(
      ['signing_certificate', [...bytes('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')]],
      good[1]!,
    ),
    'a certificate without an end': entry(['signing_certificate', certificate.slice(0, 100)], good[1]!),
    'no COSE': entry(good[0]!, ['signature', [0x80]]),
    'a tag': entry(good[0]!, ['signature', [0xd2, ...cose]]),
    'trailing bytes': Buffer.concat([entry(...good), Uint8Array.of(0)]),
  };
  for (const [what, signature] of Object.entries(variants))
    t.throws(() => describeEif(rebuilt({ signature }), NOW), { code: 'EIF_SIGNATURE_INVALID' }, what);
  t.same(inspectEif(rebuilt({ signature: entry(...good) }), NOW).problems, []);
});

t.test('metadata goes into an image and comes back', async (t) => {
  const full = { ...metadata, dockerInfo: { Id: 'x', Size: 1 }, customMetadata: { team: ['a'] } };
  t.same(parseMetadata(encodeMetadata(full)), full);
  t.equal(
    Buffer.from(encodeMetadata(metadata)).toString(),
    '{"ImageName":"é\\"\\n","ImageVersion":"2","BuildMetadata":{"BuildTime":"1970-01-01T00:00:00+00:00","BuildTool":"truce","BuildToolVersion":"0.1.0","OperatingSystem":"Linux","KernelVersion":"6.12.94"},"DockerInfo":null,"CustomMetadata":null}',
  );
  t.throws(() => encodeMetadata({ ...metadata, imageName: '\ud800' }), { code: 'EIF_METADATA_INVALID' });
  t.throws(() => encodeMetadata({ ...metadata, customMetadata: 'x'.repeat(4095) }), {
    code: 'EIF_METADATA_INVALID',
  });
  t.doesNotThrow(() => encodeMetadata({ ...metadata, customMetadata: 'x'.repeat(4094) }));
  t.throws(() => encodeMetadata({ ...metadata, dockerInfo: Symbol('x') }), { code: 'EIF_METADATA_INVALID' });
});

t.test('custom metadata stands among the fixed fields, and hides none of them', async (t) => {
  const shown = (customMetadata: unknown) => {
    const image = rebuilt({ metadata: encodeMetadata({ ...metadata, customMetadata }) });
    const { BuildTime, BuildTool, BuildToolVersion, OperatingSystem, KernelVersion, DockerInfo, ...rest } =
      describeEif(image, NOW).Metadata as Record<string, unknown>;
    t.equal(BuildTime, metadata.buildTime);
    return rest;
  };
  t.same(shown({ team: 'a', n: 1 }), { team: 'a', n: 1 });
  t.same(shown(null), {});
  t.same(shown({ BuildTime: 'x' }), { CustomMetadata: { BuildTime: 'x' } });
  t.same(shown([1]), { CustomMetadata: [1] });
  t.same(shown('text'), { CustomMetadata: 'text' });
  t.same(Object.entries(shown(JSON.parse('{"__proto__":{"a":1}}'))), [['__proto__', { a: 1 }]]);
});

t.test('metadata that nitro-cli could not read is refused', async (t) => {
  const whole = JSON.parse(Buffer.from(encodeMetadata(metadata)).toString()) as Record<string, unknown>;
  const without = (name: string) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
  const build = whole.BuildMetadata as Record<string, unknown>;
  const variants = [
    '',
    '[]',
    '{"a":1,"a":2}',
    `${JSON.stringify(whole)}x`,
    ...Object.keys(whole).map((name) => JSON.stringify(without(name))),
    JSON.stringify({ ...whole, ImageName: 1 }),
    JSON.stringify({ ...whole, BuildMetadata: [] }),
    JSON.stringify({ ...whole, BuildMetadata: { ...build, KernelVersion: null } }),
    JSON.stringify({ ...whole, DockerInfo: 'x'.repeat(1 << 20) }),
  ];
  for (const text of variants)
    t.throws(
      () => describeEif(rebuilt({ metadata: bytes(text) }), NOW),
      { code: 'EIF_METADATA_INVALID' },
      text.slice(0, 60),
    );
  t.match(describeEif(rebuilt({ metadata: bytes(JSON.stringify({ ...whole, More: 1 })) }), NOW), {
    ImageName: metadata.imageName,
  });
});

t.test('kernels that would die without a word are refused, and those of aarch64 placed', async (t) => {
  const bzImage = new Uint8Array(0x210);
  bzImage.set([0x55, 0xaa], 0x1fe);
  bzImage.set(bytes('HdrS'), 0x202);
  t.equal(prepareKernel(bzImage, 'x86_64'), bzImage);
  const arm = new Uint8Array(64);
  arm.set(bytes('ARMd'), 56);
  const placed = prepareKernel(arm, 'aarch64');
  t.same([...placed.subarray(0, 16)], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0]);
  t.same([...arm.subarray(8, 16)], Array(8).fill(0), 'the kernel itself stays');
  t.same(prepareKernel(placed, 'aarch64'), placed);
  const elf = bytes('\x7fELF'.padEnd(600, '\0'));
  for (const [kernel, architecture, reason] of [
    [elf, 'x86_64', /ELF/],
    [elf, 'aarch64', /ELF/],
    [arm, 'x86_64', /no bzImage/],
    [bzImage, 'aarch64', /no Image/],
    [Uint8Array.of(0x1f, 0x8b), 'aarch64', /compressed/],
    [new Uint8Array(), 'x86_64', /no bzImage/],
    [arm.subarray(0, 63), 'aarch64', /no Image/],
  ] as const)
    t.throws(() => prepareKernel(kernel, architecture), { code: 'KERNEL_FORMAT', details: { reason } });
});

function partsOf() {
  const { kernel } = readEif(unsigned);
  return { architecture: 'x86_64', kernel, commandLine: 'x', metadata } as const;
}

/** The COSE_Sign1 of a section: the last member's integers. */
function coseOf(section: Uint8Array): Uint8Array {
  const key = Buffer.from(section).lastIndexOf('signature');
  const head = key + 'signature'.length;
  const length = section[head] === 0x98 ? section[head + 1]! : (section[head + 1]! << 8) | section[head + 2]!;
  const octets: number[] = [];
  for (let index = head + (section[head] === 0x98 ? 2 : 3); octets.length < length; index++)
    octets.push(section[index]! === 0x18 ? section[++index]! : section[index]!);
  return Uint8Array.from(octets);
}

function sectionOf(certificate: Uint8Array, cose: Uint8Array): Uint8Array {
  return encodeCbor([
    new Map([
      ['signing_certificate', [...certificate]],
      ['signature', [...cose]],
    ]),
  ]);
}
