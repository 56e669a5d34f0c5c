/** What `truce verify` prints of one document: a report for people, or one line of JSON. */
import type { DocumentFacts, UnverifiedClaims } from '../../proto/attestation/library/index.ts';
import { isZero } from '../../proto/attestation/measurements.ts';
import { toHex } from '../../proto/bytes.ts';
import type { TruceError } from '../../proto/errors.ts';
import type { Explanation } from './attestation-explanation.ts';
import { printable } from './command-io.ts';
import { foldText } from './fold-text.ts';

/** The verdict on one input. */
export interface Verdict {
  readonly file: string;
  readonly error: TruceError | undefined;
  /** Proven where there is no error; else as far as anything could be read. */
  readonly facts: (DocumentFacts & Pick<UnverifiedClaims, 'certificate'>) | undefined;
  /** Where the document is valid: until when, milliseconds since 1970, and its region if its names tell one. */
  readonly validUntil?: number;
  readonly region?: string | undefined;
  readonly explanation?: Explanation;
}

const NAME_WIDTH = 13;
/** As many bytes as a register has; JSON has them all. */
const SHOWN_BYTES = 48;
/** A register must fit behind its name. */
const WIDTH = 2 + NAME_WIDTH + 2 * SHOWN_BYTES;

export function verdictFields({ file, error, facts }: Verdict): Record<string, unknown> {
  const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : toHex(bytes));
  const certificate = facts?.certificate;
  return {
    file,
    valid: error === undefined,
    code: error?.code ?? null,
    message: error?.message ?? null,
    moduleId: facts?.moduleId ?? null,
    timestamp: facts?.timestamp ?? null,
    debug: facts?.debug ?? null,
    pcrs:
      facts === undefined
        ? null
        : Object.fromEntries(sortedPcrs(facts).map(([index, pcr]) => [index, hex(pcr)])),
    nonce: hex(facts?.nonce),
    userData: hex(facts?.userData),
    publicKey: hex(facts?.publicKey),
    certificate:
      certificate === undefined
        ? null
        : {
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter,
          },
  };
}

export function verdictText(verdict: Verdict): string {
  const { file, error, facts, explanation = {} } = verdict;
  const rows = facts === undefined ? '' : factRows(verdict, facts);
  if (error === undefined) return `valid: ${printable(file)}\n${rows}`;
  const why = [
    row('why', error.message),
    ...(explanation.expected === undefined ? [] : [row('expected', explanation.expected)]),
    ...(explanation.came === undefined ? [] : [row('came', explanation.came)]),
    ...(explanation.remedy === undefined ? [] : [row('what to do', explanation.remedy)]),
    row('code', error.code),
  ].join('');
  const claims = rows === '' ? '' : `  it claims, and nothing of it is proven:\n${rows}`;
  return `NOT VALID: ${printable(file)}\n${why}${claims}`;
}

function factRows({ error, validUntil, region }: Verdict, facts: NonNullable<Verdict['facts']>): string {
  const { moduleId, timestamp, debug, nonce, userData, publicKey, certificate } = facts;
  const pcrs = sortedPcrs(facts);
  const zero = pcrs.filter(([, pcr]) => isZero(pcr)).map(([index]) => index);
  return [
    row('module', moduleId),
    row('made', new Date(timestamp).toISOString()),
    ...(validUntil === undefined ? [] : [row('valid until', new Date(validUntil).toISOString())]),
    ...(error === undefined ? [row('region', region ?? 'not told')] : []),
    row('debug', debug ? 'yes: its host reads everything' : 'no'),
    ...pcrs.filter(([, pcr]) => !isZero(pcr)).map(([index, pcr]) => row(`PCR${index}`, toHex(pcr))),
    ...(zero.length === 0 ? [] : [row('zero PCRs', zero.join(' '))]),
    row('nonce', shortHex(nonce)),
    row('user data', shortHex(userData)),
    row('public key', shortHex(publicKey)),
    row('signed by', certificate?.subject ?? 'nothing readable'),
  ].join('');
}

function sortedPcrs({ pcrs }: DocumentFacts): [number, Uint8Array][] {
  return [...pcrs].sort(([left], [right]) => left - right);
}

function shortHex(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return 'none';
  if (bytes.length <= SHOWN_BYTES) return bytes.length === 0 ? 'empty' : toHex(bytes) + quotedText(bytes);
  return `${toHex(bytes.subarray(0, SHOWN_BYTES - 10))}... (${bytes.length} bytes)`;
}

/** What people have written is more to them as text: ` "text"`; nothing where it is anything but printable ASCII. */
export function quotedText(bytes: Uint8Array): string {
  return bytes.every((byte) => byte >= 0x20 && byte <= 0x7e) ? ` "${String.fromCharCode(...bytes)}"` : '';
}

function row(name: string, value: string): string {
  return foldText(`  ${name.padEnd(NAME_WIDTH)}`, printable(value), WIDTH);
}
