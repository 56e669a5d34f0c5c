/** What every step of the preparation gets, and what it fails with. */
export interface Preparation {
  /** Such as ~/.cache/truce. */
  readonly cacheDirectory: string;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/** A failure that a person can do something about; the message says what. */
export class PreparationError extends Error {
  override readonly name = 'PreparationError';
}
