/** Reads the status that a runtime reports of itself, whatever it holds. */

/** Why it refused what was asked of it last. */
export function refusalIn(status: unknown): string {
  const message = statusMember(statusMember(status, 'lastError'), 'message');
  return typeof message === 'string' ? message : 'it does not say why';
}

/** A member of the report, or of a part of it; undefined where there is none. */
export function statusMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
