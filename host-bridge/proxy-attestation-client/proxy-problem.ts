/** What a proxy attestation server says it refuses for: problem details (RFC 9457), read as words of a stranger. */
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import type { JsonValue } from '../../proto/json/value.ts';
import { readAtMost } from './bounded-body.ts';

const LONGEST_PROBLEM = 16 << 10;
const LONGEST_REASON = 300;

/** PROXY_REFUSED with the status, and the words that came with it. */
export async function proxyProblem(response: Response): Promise<TruceError> {
  const { status } = response;
  return new TruceError('PROXY_REFUSED', { status, reason: await reasonIn(response) });
}

/** Whether the same may do later: the server was busy, or has forgotten the challenge. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof TruceError)) return false;
  if (error.code === 'PROXY_UNREACHABLE') return true;
  if (error.code !== 'PROXY_REFUSED') return false;
  const { status } = error.details;
  return typeof status === 'number' && (PASSING.has(status) || (status >= 500 && status !== 501));
}

/** Not Found and Gone: of a challenge; Request Timeout, Too Early, Too Many Requests. */
const PASSING: ReadonlySet<number> = new Set([404, 408, 410, 425, 429]);

async function reasonIn(response: Response): Promise<string> {
  const body = await readAtMost(response, LONGEST_PROBLEM);
  if (
    !/^application\/problem\+json\b/i.test(response.headers.get('content-type') ?? '') ||
    body === undefined
  )
    return 'it does not say why';
  try {
    const problem = readJson(body, { bytes: LONGEST_PROBLEM, depth: 8 });
    const reason = textIn(problem, 'detail') || textIn(problem, 'title');
    return printable(reason) || 'it does not say why';
  } catch (error) {
    if (error instanceof TruceError) return 'it does not say why';
    throw error;
  }
}

function textIn(value: JsonValue, name: string): string {
  const member = value.kind === 'object' ? value.members.get(name) : undefined;
  return member?.kind === 'string' ? member.value : '';
}

/** It goes to terminals and logs: what could command them, or write over other lines, is replaced. */
function printable(text: string): string {
  return text.slice(0, LONGEST_REASON).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
