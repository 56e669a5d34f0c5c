/** What a call may need of rights, and the rights to try it with. */
import { type RightName, Rights, rightNames } from '../../../proto/rights.ts';
import type { CallName } from '../../../runtime/wasi/signatures.ts';

/** Bits 0 to 28. */
export const preview1Names = rightNames.filter((name) => name !== 'FD_EXECUTE');
/** One right of each alternative is needed: `[A, [B, C]]` is A, and B or C. */
export type Needs = readonly (RightName | readonly RightName[])[];

export function bits(names: Iterable<RightName>): number {
  let value = 0;
  for (const name of names) value |= Rights[name];
  return value;
}

export const everything = bits(preview1Names);
export const alternatives = (needs: Needs): (readonly RightName[])[] =>
  needs.map((need) => (typeof need === 'string' ? [need] : need));
export const allowed = (needs: Needs, rights: number): boolean =>
  alternatives(needs).every((names) => (rights & bits(names)) !== 0);

/** All rights, none, all but one, one, and the least that is enough. */
export function* rightsToTry(needs: Needs): Generator<number> {
  yield everything;
  yield 0;
  for (const name of preview1Names) {
    yield everything & ~Rights[name];
    yield Rights[name];
  }
  const least = alternatives(needs).map((names) => names[0]!);
  yield bits(least);
  for (const name of least) yield bits(least) & ~Rights[name];
  for (const names of alternatives(needs)) yield everything & ~bits(names);
}

/** Calls whose documentation names no right. */
export const freeCalls: readonly CallName[] = [
  'args_get',
  'args_sizes_get',
  'environ_get',
  'environ_sizes_get',
  'clock_res_get',
  'clock_time_get',
  'fd_prestat_get',
  'fd_prestat_dir_name',
  'proc_exit',
  'proc_raise',
  'sched_yield',
  'random_get',
  // Nothing is a socket here: NOTSOCK whatever the rights.
  'sock_accept',
  'sock_recv',
  'sock_send',
  'sock_shutdown',
];
