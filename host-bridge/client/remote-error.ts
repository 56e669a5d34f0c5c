/** What the enclave answered instead of doing what was asked. */
import { ResponseStatus } from '../../proto/errors.ts';
import type { Response } from '../../proto/wire/response-codec.ts';

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const LONGEST_MESSAGE = 1000;

export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  /** From the runtime's table of errors; the status's name where it sent none (Veracruz's own runtime). */
  readonly code: string;
  readonly status: ResponseStatus;
  /** The bytes of Veracruz's error field: the code again, or a program's exit code. */
  readonly body: Uint8Array;

  constructor(response: Response) {
    const { status } = response;
    const statusName = nameOf(status);
    const { code, message, error } =
      response.kind === 'error' ? response : { code: '', message: '', error: new Uint8Array(0) };
    super(printable(message) || `the enclave answered ${statusName}`);
    this.code = CODE.test(code) ? code : statusName;
    this.status = status;
    this.body = error.slice();
  }
}

function nameOf(status: ResponseStatus): string {
  return Object.entries(ResponseStatus).find(([, value]) => value === status)?.[0] ?? 'UNSET';
}

/** The text goes to terminals and logs: what could command them, or write over other lines, is replaced. */
function printable(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
