/**
 * The region that a chain's names tell. Every authority below the root is named `<what>.<region>.<the root's name>`, the
 * zonal ones `<what>.zonal.<region>...`; the root vouches for the first, each authority for the next.
 *
 * Source: chains of genuine documents from 2021 to 2026. No name in them tells an AWS account.
 */
import type { Chain } from './chain.ts';

const REGION = /^[0-9a-f]+\.([a-z0-9-]{1,40})\.([a-z0-9.-]+)$/;

/** Such as `us-east-1`; undefined where the names are formed otherwise or do not agree. The chain must be verified. */
export function regionOf({ certificates }: Pick<Chain, 'certificates'>): string | undefined {
  const [root, ...rest] = certificates;
  const authorities = rest.slice(0, -1);
  const [, region, parent] = REGION.exec(authorities[0]?.subject.commonName ?? '') ?? [];
  if (region === undefined || parent === undefined || parent !== root.subject.commonName) return undefined;
  const end = `.${region}.${parent}`;
  const agree = authorities.every(({ subject }) => subject.commonName?.endsWith(end) === true);
  return agree ? region : undefined;
}
