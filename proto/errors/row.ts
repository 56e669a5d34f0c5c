/** What a row of the error table says. */

/** `transport_protocol.ResponseStatus`, by name. Source: Veracruz main, transport_protocol.proto. */
export const ResponseStatus = {
  UNSET: 0,
  SUCCESS: 1,
  FAILED_INVALID_ROLE: 2,
  FAILED_NOT_READY: 3,
  FAILED_GENERIC: 4,
  FAILED_VM_ERROR: 5,
  FAILED_ERROR_CODE_RETURNED: 6,
  FAILED_INVALID_REQUEST: 7,
} as const;
export type ResponseStatus = (typeof ResponseStatus)[keyof typeof ResponseStatus];

export interface ErrorRow {
  readonly status: ResponseStatus;
  /** What happened; `{name}` stands for a detail of that name. */
  readonly message: string;
}
