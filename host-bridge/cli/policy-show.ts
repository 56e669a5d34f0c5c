/** `truce policy show FILE`: who may do what, as a table, before anyone agrees to it. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { toHex } from '../../proto/bytes.ts';
import type { AccessEntry, AccessTable } from '../../proto/policy/access.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { certificateFingerprint } from '../../proto/policy/hash.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import { clientOperations, permitsOperation } from '../../proto/policy/operations.ts';
import { isStreamName } from '../../proto/policy/paths.ts';
import { namesOfRights, type RightName, Rights } from '../../proto/rights.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import {
  type LoadedPolicy,
  loadPolicyFile,
  type PolicyFileOptions,
  parseTime,
  policyFacts,
  printWarnings,
} from './policy-file.ts';
import {
  policySettingLines,
  policySettings,
  programSettingLines,
  programSettings,
} from './policy-settings.ts';
import { textTable } from './text-table.ts';

/** The letters of the RIGHTS column, in its order; '+' stands for any right that has none. */
const letters: readonly (readonly [letter: string, name: RightName])[] = [
  ['o', 'PATH_OPEN'],
  ['r', 'FD_READ'],
  ['w', 'FD_WRITE'],
  ['x', 'FD_EXECUTE'],
  ['s', 'FD_SEEK'],
  ['c', 'PATH_CREATE_FILE'],
  ['t', 'PATH_FILESTAT_SET_SIZE'],
  ['l', 'FD_READDIR'],
  ['d', 'PATH_CREATE_DIRECTORY'],
  ['u', 'PATH_UNLINK_FILE'],
  ['m', 'FD_FILESTAT_GET'],
];
const lettered = letters.reduce((rights, [, name]) => rights | Rights[name], 0);

export function registerPolicyShow(policy: Command, io: CommandIo): void {
  policy
    .command('show')
    .description('show who may do what')
    .argument('<file>', 'the policy')
    .option('--at <time>', 'read it as of then instead of now', parseTime)
    .option('--json', 'print facts as JSON')
    .action(async (file: string, options: PolicyFileOptions) => {
      const loaded = await loadPolicyFile(file, options.at);
      const fingerprints = await Promise.all(
        loaded.policy.identities.map(({ certificate }) =>
          certificateFingerprint(certificate, webcrypto.subtle),
        ),
      );
      if (options.json) printJson(io, describe(loaded, fingerprints));
      else {
        printPolicy(loaded, fingerprints, io);
        printWarnings(io, loaded.policy.warnings);
      }
    });
}

function subjectOf({ certificate }: PolicyIdentity): string {
  return parseCertificate(certificate).subject.text;
}

/** Ids of the identities that may run a program. */
function runners(policy: Policy, index: number): number[] {
  const program = policy.programs[index]!;
  return policy.identities.filter((identity) => mayRun(policy, identity, program)).map(({ id }) => id);
}

/** What an entry lets an identity do, in words: the operations that it permits whatever is there. */
function operationsOf(policy: Policy, identity: PolicyIdentity, entry: AccessEntry): string[] {
  const targets = isStreamName(entry.path) ? (['stream'] as const) : (['missing', 'existing'] as const);
  // Who may execute is the dialect's to say, program by program.
  const operations: string[] = clientOperations.filter(
    (operation) =>
      operation !== 'execute' && targets.every((target) => permitsOperation(entry.rights, operation, target)),
  );
  const runs = policy.programs.some(
    (program) => identity.access.entryAt(program.path) === entry && mayRun(policy, identity, program),
  );
  return runs ? [...operations, 'run'] : operations;
}

function lettersOf(rights: number): string {
  const known = letters.map(([letter, name]) => ((rights & Rights[name]) === 0 ? '-' : letter)).join('');
  return known + ((rights & ~lettered) === 0 ? '-' : '+');
}

function describe(loaded: LoadedPolicy, fingerprints: readonly string[]): unknown {
  const { policy } = loaded;
  const entries = (access: AccessTable) =>
    access.entries.map(({ path, rights, scope }) => ({ path, scope, rights, names: namesOfRights(rights) }));
  return {
    ...policyFacts(loaded),
    ...policySettings(policy),
    identities: policy.identities.map((identity, index) => ({
      id: identity.id,
      subject: subjectOf(identity),
      fingerprint: fingerprints[index],
      notAfter: new Date(identity.notAfter).toISOString(),
      mayShutDown: identity.mayShutDown,
      access: entries(identity.access),
    })),
    programs: policy.programs.map((program, index) => ({
      id: program.id,
      path: program.path,
      sha256: toHex(program.sha256),
      mayRun: runners(policy, index),
      ...programSettings(program),
      access: entries(program.access),
    })),
    pipelines: policy.pipelines.map(({ id, name, text, access }) => ({
      id,
      name,
      text,
      access: entries(access),
    })),
    nativeModules: policy.nativeModules,
    fileHashes: Object.fromEntries([...policy.fileHashes].map(([path, hash]) => [path, toHex(hash)])),
    directories: policy.initialDirectories,
  };
}

function printPolicy(loaded: LoadedPolicy, fingerprints: readonly string[], io: CommandIo): void {
  const { policy, hash } = loaded;
  const { proxy, cipherSuite } = policy;
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  const facts: [string, string][] = [
    ['policy', `${hash} (dialect ${policy.dialect})`],
    ['server', policy.serverAddress.text],
    [
      'proxy',
      proxy === undefined ? 'none' : `${proxy.server.text}, certificates: ${proxy.certificates.length}`,
    ],
    ['suite', `${cipherSuite.name} (${cipherSuite.tlsVersion})`],
    ['expiry', new Date(policy.certificateExpiry).toISOString()],
    ['runs', `${policy.strategy}, clock ${onOff(policy.enableClock)}, debug ${onOff(policy.debug)}`],
    ['memory', policy.maxMemoryMib === undefined ? 'not said' : `${policy.maxMemoryMib} MiB`],
    ...[...policy.measurements].map(([name, value]): [string, string] => [name, toHex(value)]),
    ...policySettingLines(policy),
    ...policy.identities.map((identity, index): [string, string] => [
      `identity ${identity.id}`,
      `${subjectOf(identity)} (SHA-256 ${fingerprints[index]})`,
    ]),
    [
      'shutdown',
      `by identities: ${
        policy.identities
          .filter(({ mayShutDown }) => mayShutDown)
          .map(({ id }) => id)
          .join(', ') || 'none'
      }`,
    ],
    ...policy.programs.flatMap((program, index): [string, string][] => [
      [
        `program ${program.id}`,
        `${printable(program.path)}, run by identities: ${runners(policy, index).join(', ') || 'none'}`,
      ],
      ...programSettingLines(program),
    ]),
    ...[...policy.fileHashes].map(([path, value]): [string, string] => [
      'hashed',
      `${toHex(value)} ${printable(path)}`,
    ]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  for (const [name, value] of facts) io.stdout.write(`${name.padEnd(width)}  ${value}\n`);
  const rows = [
    ...policy.identities.flatMap((identity) =>
      accessRows(`identity ${identity.id}`, identity.access, (entry) =>
        operationsOf(policy, identity, entry),
      ),
    ),
    // A program's calls are judged bit by bit: there is no word for what it may do.
    ...policy.programs.flatMap(({ id, access }) => accessRows(`program ${id}`, access)),
    ...policy.pipelines.flatMap(({ id, access }) => accessRows(`pipeline ${id}`, access)),
  ];
  io.stdout.write(`\n${textTable(['PRINCIPAL', 'FILE', 'RIGHTS', 'BITS', 'MAY'], rows)}`);
  const legend = letters.map(([letter, name]) => `${letter} ${name}`).join(', ');
  io.stdout.write(`\n${legend}, + others\n`);
}

function accessRows(
  principal: string,
  access: AccessTable,
  operations: (entry: AccessEntry) => readonly string[] = () => [],
): string[][] {
  return access.entries.map((entry) => [
    principal,
    printable(entry.path) + (entry.scope === 'subtree' && entry.path !== '/' ? '/' : ''),
    lettersOf(entry.rights),
    String(entry.rights),
    operations(entry).join(' '),
  ]);
}
