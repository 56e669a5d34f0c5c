/** What holds for a policy as a whole: which runtime, whom to trust, how one connects, how long. */
import { toHex } from '../../bytes.ts';
import type { Policy } from '../model.ts';
import { isoTime } from '../values.ts';
import { listOf } from './abilities.ts';
import { type ChangeList, pairs } from './changes.ts';
import type { PolicyPair } from './parties.ts';

interface Term {
  readonly kind: 'runtime' | 'trust' | 'channel' | 'term';
  readonly what: string;
  readonly value: (policy: Policy, pair: PolicyPair) => string;
  /** Whether a change from one to the other is one to look at. */
  readonly security: (before: Policy, after: Policy) => boolean;
}

const always = () => true;
const never = () => false;

const terms: readonly Term[] = [
  {
    kind: 'runtime',
    what: 'debug mode',
    value: ({ debug }) => (debug ? 'on: the host can read the enclave' : 'off'),
    security: (_, after) => after.debug,
  },
  {
    kind: 'runtime',
    what: 'the sets of registers that a runtime has to match',
    value: ({ pcrs }) => pcrs.map(registersText).sort().join(' or ') || 'any',
    security: always,
  },
  {
    kind: 'trust',
    what: 'the roots that vouch for the enclave',
    value: ({ trustRoots }, { nameOf }) => listOf(trustRoots.map(nameOf).sort()) || "its reader's own",
    security: always,
  },
  {
    kind: 'trust',
    what: 'the proxy attestation server',
    value: ({ proxy }, { nameOf }) =>
      proxy === undefined
        ? 'none'
        : `${proxy.server.text} with ${listOf(proxy.certificates.map(nameOf).sort())}`,
    security: always,
  },
  {
    kind: 'channel',
    what: 'the cipher suite',
    value: ({ cipherSuite }) => `${cipherSuite.openssl} of ${cipherSuite.tlsVersion}`,
    security: always,
  },
  {
    kind: 'channel',
    what: 'the address',
    value: ({ serverAddress }) => serverAddress.text,
    security: never,
  },
  {
    kind: 'term',
    what: 'the end of the policy',
    value: ({ certificateExpiry }) => isoTime(certificateExpiry),
    security: (before, after) => after.certificateExpiry > before.certificateExpiry,
  },
  {
    kind: 'term',
    what: 'the clock that programs read',
    value: ({ enableClock }) => (enableClock ? 'on' : 'off'),
    security: (_, after) => after.enableClock,
  },
  {
    kind: 'term',
    what: 'the receipts of runs',
    value: ({ receipts }) => (receipts ? 'made' : 'not made'),
    security: (before) => before.receipts,
  },
  {
    kind: 'term',
    what: 'the execution strategy',
    value: ({ strategy }) => strategy,
    security: never,
  },
  {
    kind: 'term',
    what: 'the memory',
    value: ({ maxMemoryMib }) => (maxMemoryMib === undefined ? 'not said' : `${maxMemoryMib} MiB`),
    security: never,
  },
];

export function compareTerms(pair: PolicyPair, list: ChangeList): void {
  const { before, after } = pair;
  for (const [platform, had, has] of pairs<Uint8Array>(before.measurements, after.measurements)) {
    const [was, is] = [had, has].map((hash) => (hash === undefined ? 'any' : toHex(hash)));
    if (was !== is) list.warn('runtime', platform, `the accepted runtime on ${platform}: ${is}, was ${was}`);
  }
  for (const { kind, what, value, security } of terms) {
    const [was, is] = [value(before, pair), value(after, pair)];
    if (was !== is) list.tell(security(before, after), kind, what, `${what}: ${is}, was ${was}`);
  }
}

/** Of no matter for any right, but a program can tell; what a sentence was about already goes without saying. */
export function compareTrees({ before, after }: PolicyPair, list: ChangeList): void {
  const only = (ones: Iterable<string>, others: ReadonlySet<string>) =>
    [...ones].filter((path) => !others.has(path) && !list.touched(path)).sort();
  const [hadDirectories, hasDirectories] = [before, after].map(
    ({ initialDirectories }) => new Set(initialDirectories),
  ) as [Set<string>, Set<string>];
  for (const path of only(hasDirectories, hadDirectories))
    list.note('tree', path, `${path} is a directory from the start`);
  for (const path of only(hadDirectories, hasDirectories))
    list.note('tree', path, `${path} is no directory from the start any more`);
  for (const path of only(after.boundaries.paths, before.boundaries.paths))
    list.note('tree', path, `links and renames do not cross ${path} any more`);
  for (const path of only(before.boundaries.paths, after.boundaries.paths))
    list.note('tree', path, `links and renames may now cross ${path}, for those with the rights`);
}

function registersText(set: ReadonlyMap<number, Uint8Array>): string {
  return [...set]
    .sort(([a], [b]) => a - b)
    .map(([index, value]) => `PCR${index} ${toHex(value)}`)
    .join(', ');
}
