/** What `truce attest` prints of each enclave that it asked: a report for people, or the vsock guide's JSON. */
import { readUnverifiedClaims, type UnverifiedClaims } from '../../proto/attestation/library/index.ts';
import { encodeBase64 } from '../../proto/base64.ts';
import { TruceError } from '../../proto/errors.ts';
import type { AttestationResponse, VerifiedResponse } from '../attestation-client/client.ts';
import { responseFields } from '../attestation-client/response-fields.ts';
import type { ServiceStatus } from '../attestation-client/service-answer.ts';
import { type ServiceExpectations, verifierOptionsOf } from '../attestation-client/verify-answer.ts';
import { EMULATOR_REMARK } from '../client/trust.ts';
import type { FoundEnclave } from '../launcher/running-enclaves.ts';
import type { Outcome } from './attest-ask.ts';
import type { AttestOptions } from './attest-options.ts';
import { explain } from './attestation-explanation.ts';
import { verdictText } from './attestation-report.ts';
import { type CommandIo, printable, printJson, printJsonLine } from './command-io.ts';
import { hintFor } from './hints.ts';

export class AttestReport {
  readonly #options: AttestOptions;
  readonly #expectations: ServiceExpectations;
  readonly #io: CommandIo;

  constructor(options: AttestOptions, expectations: ServiceExpectations, io: CommandIo) {
    this.#options = options;
    this.#expectations = expectations;
    this.#io = io;
  }

  /** A document is genuine whichever image made it: who names none has to hear of it. */
  warnOfAnyImage(): void {
    const { pcr, trustEmulator } = this.#options;
    if (pcr === undefined && trustEmulator !== true)
      this.#io.stderr.write('truce: no --pcr says which image is meant: any enclave counts as valid\n');
  }

  /** Whether all is as it should be. */
  tell(enclave: FoundEnclave, outcome: Outcome): boolean {
    const json = this.#options.json === true;
    const { stdout, stderr } = this.#io;
    if (json) this.#printFields({ ...fieldsOf(outcome), cid: enclave.cid });
    if (outcome.kind === 'failed') {
      stderr.write(failureText(enclave, outcome.error));
      return false;
    }
    const text = this.#textOf(enclave, outcome);
    const good = outcome.kind !== 'verify' || outcome.response.verified !== false;
    if (!json) stdout.write(text);
    else if (!good) stderr.write(text);
    return good;
  }

  #printFields(fields: Record<string, unknown>): void {
    const several = (this.#options.cid ?? []).length > 1;
    if (several) printJsonLine(this.#io, fields);
    else printJson(this.#io, fields);
  }

  #textOf(enclave: FoundEnclave, outcome: Exclude<Outcome, { kind: 'failed' }>): string {
    switch (outcome.kind) {
      case 'ping':
        return `Pong! ${describeEnclave(enclave)} answers on port ${this.#options.port}\n`;
      case 'status':
        return statusText(enclave, outcome.status);
      case 'attest':
        return this.#documentText(enclave, outcome.response);
      case 'verify':
        return this.#verdictText(enclave, outcome.response);
    }
  }

  #documentText(enclave: FoundEnclave, response: AttestationResponse): string {
    const { save } = this.#options;
    return [
      `a document of ${describeEnclave(enclave)}, which nobody has verified\n`,
      row('bytes', String(response.documentSize)),
      row('user data', response.userData),
      row('nonce', response.nonce),
      row('public key', response.hasPublicKey ? 'yes' : 'no'),
      save === undefined ? `${encodeBase64(response.document)}\n` : row('saved in', save),
    ].join('');
  }

  #verdictText(enclave: FoundEnclave, response: VerifiedResponse): string {
    const file = describeEnclave(enclave);
    const saved = this.#options.save === undefined ? '' : row('saved in', this.#options.save);
    if (response.verified === false) {
      const { verificationError: error, nonce, userData } = response;
      const asked = { nonce, userData, generateKey: this.#options.generateKey === true };
      const claims = claimsOf(response.document);
      const options = verifierOptionsOf(this.#expectations, asked);
      const explanation = explain(error, claims, options, judgedAt(options.time, claims));
      return verdictText({ file, error, facts: claims, explanation }) + saved;
    }
    const { verification } = response;
    const { notAfter, region } = verification;
    const validUntil = notAfter === undefined ? {} : { validUntil: notAfter };
    const text = verdictText({ file, error: undefined, facts: verification, region, ...validUntil }) + saved;
    // An emulator's word is never read without what it is worth.
    return response.verified === null ? text.replace(/\n/g, `${EMULATOR_REMARK}\n`) : text;
  }
}

export function describeEnclave({ launcher, cid, name }: FoundEnclave): string {
  const kind = launcher === 'process' ? 'a process, hidden from nobody' : launcher;
  return `CID ${cid} (${name === undefined ? kind : `${printable(name)}, ${kind}`})`;
}

function fieldsOf(outcome: Outcome): Record<string, unknown> {
  switch (outcome.kind) {
    case 'failed':
      return { success: false, error: outcome.error.message, error_code: outcome.error.code };
    case 'ping':
      return { success: true, message: outcome.message, timestamp: outcome.timestamp };
    case 'status':
      return statusFields(outcome.status);
    case 'attest':
    case 'verify':
      return responseFields(outcome.response);
  }
}

function failureText(enclave: FoundEnclave, { code, message }: TruceError): string {
  const hint = hintFor(code);
  return [
    `truce: ${describeEnclave(enclave)}: ${printable(message)}\n`,
    ...(hint === undefined ? [] : [`  what to do: ${hint}\n`]),
    `  code: ${code}\n`,
  ].join('');
}

function statusFields({ more, ...status }: ServiceStatus): Record<string, unknown> {
  return { ...more, success: true, ...status };
}

function statusText(enclave: FoundEnclave, { status, port, uptime, more }: ServiceStatus): string {
  return [
    `${describeEnclave(enclave)}\n`,
    row('status', status),
    row('port', String(port)),
    row('uptime', `${uptime} s`),
    ...Object.entries(more).map(([name, value]) =>
      row(
        name.replaceAll('_', ' '),
        typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value),
      ),
    ),
  ].join('');
}

/** Names come from the service too. */
function row(name: string, value: string): string {
  return `  ${printable(name).padEnd(13)}${printable(value)}\n`;
}

function claimsOf(document: Uint8Array): UnverifiedClaims | undefined {
  try {
    return readUnverifiedClaims(document);
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

function judgedAt(time: ServiceExpectations['time'], claims: UnverifiedClaims | undefined): number {
  if (time === 'document') return claims?.timestamp ?? Date.now();
  return time === undefined || time === 'now' ? Date.now() : Number(time);
}
