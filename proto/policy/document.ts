/** A policy's text, or a part's, as JSON that still knows where everything stands. */
import { TruceError } from '../errors.ts';
import { readJson } from '../json/reader.ts';
import { sourceText } from '../json/source-text.ts';
import { PolicyField } from './field.ts';
import { MAXIMUM_POLICY_LENGTH } from './model.ts';

/** Policies nest 5 deep; a little more leaves room for a clear error about the field at fault. */
const MAXIMUM_DEPTH = 16;

export interface PolicyDocument {
  readonly root: PolicyField;
  /** The exact text. */
  readonly source: string;
}

/** At most 1 MiB of UTF-8. Errors: POLICY_TOO_LARGE, JSON_INVALID. */
export function readPolicyDocument(text: string | Uint8Array): PolicyDocument {
  // Most of what is too long is refused before it is encoded to be measured.
  const tooLong =
    text.length > MAXIMUM_POLICY_LENGTH ||
    (typeof text === 'string' && new TextEncoder().encode(text).length > MAXIMUM_POLICY_LENGTH);
  if (tooLong) throw new TruceError('POLICY_TOO_LARGE', { limit: MAXIMUM_POLICY_LENGTH });
  const source = sourceText(text, MAXIMUM_POLICY_LENGTH);
  const value = readJson(source, { bytes: MAXIMUM_POLICY_LENGTH, depth: MAXIMUM_DEPTH });
  return { root: new PolicyField(value, '$'), source };
}
