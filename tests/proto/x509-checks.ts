/** What tests of certificates, and of what they are written in, check alike. */
import { X509Certificate } from 'node:crypto';
import type { Test } from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { type Certificate, parseCertificate } from '../../proto/x509/certificate.ts';

export function rejects(test: Test, action: () => unknown, code: string, message: string): void {
  test.throws(action, { name: 'TruceError', code }, message);
}

/** Reads a certificate, and checks that node reads the same. */
export function agreesWithNode(t: Test, der: Uint8Array): Certificate {
  const ours = parseCertificate(der);
  const theirs = new X509Certificate(der);
  t.equal(ours.notBefore, Date.parse(theirs.validFrom));
  t.equal(ours.notAfter, Date.parse(theirs.validTo));
  t.equal(ours.basicConstraints?.ca ?? false, theirs.ca);
  t.equal(BigInt(`0x${toHex(ours.serial)}`), BigInt(`0x${theirs.serialNumber}`));
  t.same(ours.publicKey.raw, theirs.publicKey.export({ type: 'spki', format: 'der' }));
  t.ok(theirs.subject.includes(`CN=${ours.subject.commonName}`));
  return ours;
}
