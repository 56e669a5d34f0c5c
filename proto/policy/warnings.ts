/** What a policy may say but hardly means. Warnings change nothing; people see them before they agree. */

import { type RunLimitName, runLimitTable } from '../limits.ts';
import { hasRights, Rights } from '../rights.ts';
import { mayRun } from './authority.ts';
import type { PolicyDraft } from './common.ts';
import type { Grant } from './grants.ts';
import type { Policy, PolicyDialect, PolicyWarning } from './model.ts';
import { permitsOperation } from './operations.ts';
import { isStreamName } from './paths.ts';
import { limitFieldName } from './program-settings.ts';
import { isoTime } from './values.ts';

/** i-poc's sum for writing; its README lists FD_READ among the bits, but 2^2 is FD_SEEK. */
const SEED_WRITE_RIGHTS = 533_572;
/** The same with its first digit lost, in one example of that README. */
const SEED_LOST_DIGIT = 33_572;

/** What a check has to know of the document that a grant stands in. */
interface GrantSurroundings {
  /** undefined: a part of a policy that may become either of the older dialects. */
  readonly dialect: PolicyDialect | undefined;
  readonly hashFields: ReadonlyMap<string, unknown>;
}

interface GrantCheck {
  readonly code: string;
  readonly message: string;
  holds(grant: Grant, surroundings: GrantSurroundings): boolean;
}

const grantChecks: readonly GrantCheck[] = [
  {
    code: 'RIGHTS_NONE',
    message: 'rights 0 grant nothing, and hide what a shorter entry would grant',
    holds: ({ written }) => written === 0,
  },
  {
    code: 'RIGHTS_LOST_DIGIT',
    message:
      '33572 is a slip of i-poc’s README for 533572: it neither opens nor writes anything; taken as it stands',
    holds: ({ written }) => written === SEED_LOST_DIGIT,
  },
  {
    code: 'RIGHTS_WITHOUT_PATH_OPEN',
    message: 'without PATH_OPEN (8192) nothing can be opened',
    holds: ({ written, entry }) =>
      written !== 0 &&
      written !== SEED_LOST_DIGIT &&
      !isStreamName(entry.path) &&
      !hasRights(written, Rights.PATH_OPEN),
  },
  {
    code: 'RIGHTS_WITHOUT_FD_SEEK',
    message: 'FD_READ or FD_WRITE without FD_SEEK (4): clients need it for every read and write',
    holds: ({ written, holder }) =>
      holder === 'identity' &&
      (written & (Rights.FD_READ | Rights.FD_WRITE)) !== 0 &&
      !hasRights(written, Rights.FD_SEEK),
  },
  {
    code: 'RIGHTS_WITHOUT_FD_READ',
    message: '533572 does not hold FD_READ, though i-poc’s README lists it: this grants writing only',
    holds: ({ written }, { dialect }) =>
      (dialect === 'seed-004' || dialect === undefined) && written === SEED_WRITE_RIGHTS,
  },
  {
    code: 'ENTRY_WITHOUT_SLASH',
    message:
      'a file, or a directory that nobody makes beforehand: upstream makes one; a final slash does it here',
    holds: ({ entry, field }, { dialect, hashFields }) =>
      dialect === 'veracruz' &&
      entry.scope === 'file-or-subtree' &&
      !hashFields.has(entry.path) &&
      !/\.[^/]*$/.test(field.string()),
  },
  {
    code: 'FD_EXECUTE_UNKNOWN',
    message: 'this dialect predates FD_EXECUTE (536870912), which decides nothing here',
    holds: ({ written }, { dialect }) => dialect === 'seed-004' && hasRights(written, Rights.FD_EXECUTE),
  },
];

/** What single lines of rights look like, each kind once with all its places. */
export function grantWarnings(grants: readonly Grant[], surroundings: GrantSurroundings): PolicyWarning[] {
  return grantChecks.flatMap((check) => {
    const paths = grants.filter((grant) => check.holds(grant, surroundings)).map(({ field }) => field.path);
    return paths.length === 0 ? [] : [{ code: check.code, message: check.message, paths }];
  });
}

/** All warnings about a policy, in a fixed order. */
export function policyWarnings(draft: PolicyDraft, policy: Omit<Policy, 'warnings'>): PolicyWarning[] {
  const warnings: PolicyWarning[] = grantWarnings(draft.grants, draft);
  const warn = (code: string, message: string, paths: readonly string[]) => {
    if (paths.length > 0) warnings.push({ code, message, paths });
  };
  warn(
    'PROGRAM_NOBODY_MAY_RUN',
    'no identity may run it',
    pathsWhere(policy.programs, '$.programs', (program) =>
      policy.identities.every((identity) => !mayRun(policy, identity, program)),
    ),
  );
  warn(
    'FILE_NOBODY_MAY_PROVIDE',
    'no identity may write it',
    [...draft.hashFields]
      .filter(([path]) =>
        policy.identities.every(
          (identity) => !permitsOperation(identity.access.rightsAt(path), 'write', 'missing'),
        ),
      )
      .map(([, field]) => field.path),
  );
  warn(
    'IDENTITY_ENDS_FIRST',
    `its certificate ends before the policy does (${isoTime(policy.certificateExpiry)})`,
    pathsWhere(policy.identities, '$.identities', ({ notAfter }) => notAfter < policy.certificateExpiry),
  );
  warn(
    'LIMIT_OVER_DEFAULT',
    'more than an enclave allows unless it is told to: it would refuse this policy',
    policy.programs.flatMap(({ limits }, index) =>
      (Object.entries(limits) as [RunLimitName, number][])
        .filter(([name, value]) => value > runLimitTable[name].value)
        .map(([name]) => `$.programs[${index}].limits.${limitFieldName(name)}`),
    ),
  );
  const when = (condition: boolean, path: string) => (condition ? [path] : []);
  warn(
    'NO_MEASUREMENT',
    'no Nitro measurement: clients have to name the one that they accept',
    when(
      !policy.measurements.has('nitro') && policy.pcrs.length === 0,
      policy.dialect === 'truce-2' ? '$.measurements' : '$.runtime_manager_hash_nitro',
    ),
  );
  warn('DEBUG', 'the host can read a debug enclave; clients refuse it', when(policy.debug, '$.debug'));
  warn(
    'TLS_1_2',
    'a suite of TLS 1.2: for older clients only, Truce’s own requires TLS 1.3',
    when(policy.cipherSuite.tlsVersion === 'TLSv1.2', '$.ciphersuite'),
  );
  warn(
    'SHORT_TAG',
    'a tag of 8 bytes: newer TLS libraries refuse the suite',
    when(policy.cipherSuite.shortTag, '$.ciphersuite'),
  );
  return warnings;
}

function pathsWhere<T>(items: readonly T[], list: string, holds: (item: T) => boolean): string[] {
  return items.flatMap((item, index) => (holds(item) ? [`${list}[${index}]`] : []));
}
