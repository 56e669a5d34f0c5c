/** What differs between two policies, as sentences for people and kinds for programs. */

export const changeKinds = [
  'party',
  'rights',
  'run',
  'shutdown',
  'program',
  'setting',
  'pipeline',
  'native-module',
  'hash',
  'live',
  'runtime',
  'trust',
  'channel',
  'term',
  'tree',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface PolicyChange {
  readonly kind: ChangeKind;
  /** Somebody can do more than before, or what the parties rely on is another: what to look at before one agrees. */
  readonly security: boolean;
  /** Whose or what: a party's name, a program's path and so on. */
  readonly subject: string;
  /** One sentence. Names and texts of the policies stand in it as they are: print it with care. */
  readonly message: string;
}

/** Collects changes; the ones that matter for security come out first, each lot in the order in which it was told. */
export class ChangeList {
  readonly #changes: PolicyChange[] = [];
  readonly #touched = new Set<string>();

  get changes(): readonly PolicyChange[] {
    return [
      ...this.#changes.filter(({ security }) => security),
      ...this.#changes.filter(({ security }) => !security),
    ];
  }

  /** A path that a sentence has been about, so that it needs no more of them. */
  touch(path: string): void {
    this.#touched.add(path);
  }

  touched(path: string): boolean {
    return this.#touched.has(path);
  }

  /** Something that widens what somebody can do, or changes what parties rely on. */
  warn(kind: ChangeKind, subject: string, message: string): void {
    this.#changes.push({ kind, security: true, subject, message });
  }

  note(kind: ChangeKind, subject: string, message: string): void {
    this.#changes.push({ kind, security: false, subject, message });
  }

  tell(security: boolean, kind: ChangeKind, subject: string, message: string): void {
    this.#changes.push({ kind, security, subject, message });
  }
}

/** Each key of both maps with what either has there: those of `after` in their order, then what is gone. */
export function pairs<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): [key: string, before: Value | undefined, after: Value | undefined][] {
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  return keys.map((key) => [key, before.get(key), after.get(key)]);
}
