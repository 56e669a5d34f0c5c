/** What KMS answers, read strictly: the members that are asked for, or its error as one of ours. */
import { TruceError } from '../../../proto/errors.ts';
import { readJson } from '../../../proto/json/reader.ts';
import type { JsonValue } from '../../../proto/json/value.ts';
import { type HttpsAnswer, LONGEST_ANSWER } from './https-exchange.ts';

const LONGEST_REASON = 300;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const CREDENTIALS: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
]);
const CIPHERTEXT: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);
const PASSING: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'LimitExceededException',
  'DependencyTimeoutException',
  'KMSInternalException',
  'KeyUnavailableException',
]);

export class KmsAnswer {
  readonly #members: ReadonlyMap<string, JsonValue>;

  /** @throws TruceError KMS_ANSWER_INVALID, or what KMS's own error comes to */
  constructor(answer: HttpsAnswer) {
    const members = membersOf(answer.body);
    if (answer.status !== 200) throw failure(answer, members);
    if (members === undefined) throw invalid('it is no JSON object');
    this.#members = members;
  }

  /** A text of 1 to `longest` characters. */
  text(name: string, longest: number): string {
    const member = this.#members.get(name);
    if (member?.kind !== 'string' || member.value === '' || member.value.length > longest)
      throw invalid(`${name} is no text of up to ${longest} characters`);
    return member.value;
  }

  /** 1 to `longest` bytes in base64. */
  bytes(name: string, longest: number): Uint8Array {
    const member = this.#members.get(name);
    if (member?.kind !== 'string' || member.value === '' || !BASE64.test(member.value))
      throw invalid(`${name} is no base64`);
    const bytes = new Uint8Array(Buffer.from(member.value, 'base64'));
    if (bytes.length > longest) throw new TruceError('KMS_ANSWER_TOO_LARGE', { limit: longest });
    return bytes;
  }

  /** What would have come were there no recipient. @throws TruceError KMS_ANSWER_IN_CLEAR */
  refusePlaintext(): void {
    const member = this.#members.get('Plaintext');
    if (member !== undefined && member.kind !== 'null') throw new TruceError('KMS_ANSWER_IN_CLEAR');
  }
}

function membersOf(body: Uint8Array): ReadonlyMap<string, JsonValue> | undefined {
  try {
    const value = readJson(body, { bytes: LONGEST_ANSWER, depth: 8 });
    return value.kind === 'object' ? value.members : undefined;
  } catch (error) {
    // What it says about the place may quote the body.
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

/** AWS's JSON 1.1: the type in the body, perhaps behind a name space, or in a header, perhaps before an address. */
function failure(answer: HttpsAnswer, members: ReadonlyMap<string, JsonValue> | undefined): TruceError {
  const header = answer.headers['x-amzn-errortype'];
  const written = textOf(members?.get('__type')) || (typeof header === 'string' ? header : '');
  const word = /^(?:.*#)?([A-Za-z]{1,64})(?::.*)?$/.exec(written)?.[1];
  const type = word ?? `HTTP status ${answer.status}`;
  const reason =
    printable(textOf(members?.get('message')) || textOf(members?.get('Message'))) || 'it does not say why';
  if (type === 'AccessDeniedException') return new TruceError('KMS_ACCESS_DENIED', { reason });
  if (CREDENTIALS.has(type)) return new TruceError('KMS_CREDENTIALS_REFUSED', { type, reason });
  if (CIPHERTEXT.has(type)) return new TruceError('KMS_CIPHERTEXT_REFUSED', { type, reason });
  if (PASSING.has(type) || answer.status >= 500) return new TruceError('KMS_UNAVAILABLE', { type, reason });
  return new TruceError('KMS_REFUSED', { type, reason });
}

function textOf(value: JsonValue | undefined): string {
  return value?.kind === 'string' ? value.value : '';
}

/** It goes to terminals and logs: what could command them, or write over other lines, is replaced. */
function printable(text: string): string {
  return text.slice(0, LONGEST_REASON).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

function invalid(reason: string): TruceError {
  return new TruceError('KMS_ANSWER_INVALID', { reason });
}
