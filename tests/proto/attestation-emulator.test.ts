import t from 'tap';
import { encodeCoseSign1, protectedHeaderFor } from '../../proto/attestation/cose-sign1.ts';
import { awsNitroRoots } from '../../proto/attestation/roots.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { concatBytes } from '../../proto/bytes.ts';
import {
  AttestationAuthority,
  nodeCrypto as crypto,
  type DocumentFields,
  encodePayload,
} from '../support/attestation-authority.ts';

const authority = await AttestationAuthority.create();
const { time } = authority;

t.test("QEMU's unsigned documents pass only by name", async (t) => {
  const zero = new Uint8Array(64);
  const seconds = Math.floor(time / 1000) * 1000;
  interface Shape {
    readonly changed?: Partial<DocumentFields>;
    readonly algorithm?: number;
    readonly signature?: Uint8Array;
  }
  const emulated = ({ changed, algorithm = -1, signature = zero }: Shape = {}) =>
    encodeCoseSign1({
      protectedHeader: protectedHeaderFor(algorithm),
      payload: encodePayload(
        authority.fields({ certificate: zero, cabundle: [zero], timestamp: seconds, ...changed }),
      ),
      signature,
    });
  const trusting = { crypto, time, trust: 'qemu-emulator' } as const;
  const facts = await verifyAttestation(emulated(), trusting);
  t.equal(facts.signed, false, 'and are said to be unsigned');
  t.equal(facts.chain, undefined);
  for (const roots of [undefined, [authority.root], awsNitroRoots()])
    await t.rejects(
      verifyAttestation(emulated(), { crypto, time, ...(roots === undefined ? {} : { roots }) }),
      {
        code: 'ATTESTATION_UNSIGNED',
      },
    );
  const notEmulator = { code: 'ATTESTATION_NOT_EMULATOR' };
  for (const shape of [
    { signature: new Uint8Array(64).fill(1) },
    { signature: new Uint8Array(96) },
    { algorithm: -35 },
    { changed: { certificate: authority.certificate } },
    { changed: { certificate: new Uint8Array(63) } },
    { changed: { cabundle: authority.cabundle } },
    { changed: { cabundle: [zero, zero] } },
    { changed: { timestamp: seconds + 1 } },
    { changed: { nonce: undefined } },
  ])
    await t.rejects(verifyAttestation(emulated(shape), trusting), notEmulator);
  await t.rejects(verifyAttestation(await authority.document(), trusting), notEmulator, 'a signed document');
  const tagged = concatBytes(Uint8Array.of(0xd2), emulated());
  await t.rejects(verifyAttestation(tagged, trusting), notEmulator, 'a tagged one');
  const everything = { ...trusting, nonce: Uint8Array.of(1) };
  await t.rejects(
    verifyAttestation(emulated(), everything),
    { code: 'ATTESTATION_NONCE_MISMATCH' },
    'the rest is checked',
  );
  await t.rejects(verifyAttestation(emulated(), { ...trusting, time: time + 4 * 3_600_000 }), {
    code: 'ATTESTATION_TOO_OLD',
  });
});
