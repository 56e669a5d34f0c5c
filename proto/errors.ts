/**
 * The one table of errors. Every failure that a peer, a user or a caller can see has a row in one of its groups, `errors/`: a
 * stable code, the status the wire carries for it (`transport_protocol.ResponseStatus`) and a message. docs/errors.md has a
 * row for each, in this order.
 */
import { attestationErrors } from './errors/attestation.ts';
import { clientErrors } from './errors/client.ts';
import { executorErrors } from './errors/executor.ts';
import { fileErrors } from './errors/files.ts';
import { hostErrors } from './errors/host.ts';
import { imageErrors } from './errors/images.ts';
import { policyErrors } from './errors/policy.ts';
import { proxyErrors } from './errors/proxy.ts';
import { receiptErrors } from './errors/receipts.ts';
import { type ErrorRow, ResponseStatus } from './errors/row.ts';
import { runErrors } from './errors/runs.ts';
import { serviceErrors } from './errors/services.ts';
import { sessionErrors } from './errors/sessions.ts';
import { wireErrors } from './errors/wire.ts';

export { ResponseStatus };

/** No code stands in two groups: a test compares. */
export const errorGroups = [
  wireErrors,
  policyErrors,
  sessionErrors,
  fileErrors,
  runErrors,
  attestationErrors,
  receiptErrors,
  hostErrors,
  proxyErrors,
  imageErrors,
  executorErrors,
  serviceErrors,
  clientErrors,
] as const;

export const errorTable = {
  ...wireErrors,
  ...policyErrors,
  ...sessionErrors,
  ...fileErrors,
  ...runErrors,
  ...attestationErrors,
  ...receiptErrors,
  ...hostErrors,
  ...proxyErrors,
  ...imageErrors,
  ...executorErrors,
  ...serviceErrors,
  ...clientErrors,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails = Readonly<Record<string, string | number | bigint>>;

/** A failure out of the table. `details` fill the message's places; they never hold a secret. */
export class TruceError extends Error {
  override readonly name = 'TruceError';
  readonly code: ErrorCode;
  readonly status: ResponseStatus;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const row: ErrorRow = errorTable[code];
    super(
      row.message.replace(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place)),
      options,
    );
    this.code = code;
    this.status = row.status;
    this.details = details;
  }
}
