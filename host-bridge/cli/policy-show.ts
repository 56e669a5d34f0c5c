/** `truce policy show FILE`: who may do what, before anyone agrees to it. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { toHex } from '../../proto/bytes.ts';
import type { AccessTable } from '../../proto/policy/access.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { certificateFingerprint } from '../../proto/policy/hash.ts';
import type { Policy, PolicyProgram } from '../../proto/policy/model.ts';
import { isoTime } from '../../proto/policy/values.ts';
import { namesOfRights } from '../../proto/rights.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { foldPairs, foldText } from './fold-text.ts';
import {
  type LoadedPolicy,
  loadPolicyFile,
  type PolicyFileOptions,
  parseTime,
  policyFacts,
  printWarnings,
} from './policy-file.ts';
import { matrixText, policyMatrix } from './policy-matrix.ts';
import { rightsTable } from './policy-rights-table.ts';
import {
  policySettingLines,
  policySettings,
  programSettingLines,
  programSettings,
} from './policy-settings.ts';

const LEGEND =
  'Rights at each path, from whichever entry decides there: r read, w write, x run a program there; then their sum. ' +
  'hash: never changes once it is there; live: can be added to and followed while programs run; module: calls a native module.';

interface ShowOptions extends PolicyFileOptions {
  readonly rights?: boolean;
}

export function registerPolicyShow(policy: Command, io: CommandIo): void {
  policy
    .command('show')
    .description('show who may do what')
    .argument('<file>', 'the policy')
    .option('--rights', 'show every entry with its single rights as well')
    .option('--at <time>', 'read it as of then instead of now', parseTime)
    .option('--json', 'print facts as JSON')
    .action(async (file: string, options: ShowOptions) => {
      const loaded = await loadPolicyFile(file, options.at);
      const fingerprints = await Promise.all(
        loaded.policy.identities.map(({ certificate }) =>
          certificateFingerprint(certificate, webcrypto.subtle),
        ),
      );
      if (options.json) {
        printJson(io, describe(loaded, fingerprints));
        return;
      }
      io.stdout.write(foldPairs(factsOf(loaded, fingerprints)));
      const matrix = policyMatrix(loaded.policy);
      if (matrix !== undefined) io.stdout.write(`\n${matrixText(matrix)}\n${foldText('', LEGEND)}`);
      // Entries are never more than a policy has room for.
      if (options.rights || matrix === undefined) io.stdout.write(`\n${rightsTable(loaded.policy)}`);
      printWarnings(io, loaded.policy.warnings);
    });
}

/** Ids of the identities that may run a program. */
function runners(policy: Policy, program: PolicyProgram): number[] {
  return policy.identities.filter((identity) => mayRun(policy, identity, program)).map(({ id }) => id);
}

function subjectOf(certificate: Uint8Array): string {
  return parseCertificate(certificate).subject.text;
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
      subject: subjectOf(identity.certificate),
      fingerprint: fingerprints[index],
      notAfter: new Date(identity.notAfter).toISOString(),
      mayShutDown: identity.mayShutDown,
      access: entries(identity.access),
    })),
    programs: policy.programs.map((program) => ({
      id: program.id,
      path: program.path,
      sha256: toHex(program.sha256),
      mayRun: runners(policy, program),
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
    matrix: policyMatrix(policy) ?? null,
  };
}

/** Lines of a name and a value. */
function factsOf({ policy, hash }: LoadedPolicy, fingerprints: readonly string[]): [string, string][] {
  const { proxy, cipherSuite } = policy;
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  const ids = (identities: readonly number[]) => identities.join(', ') || 'none';
  const programs = new Set(policy.programs.map(({ path }) => path));
  return [
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
    ...policy.identities.flatMap((identity, index): [string, string][] => [
      [
        `identity ${identity.id}`,
        `${printable(subjectOf(identity.certificate))} (SHA-256 ${fingerprints[index]}, until ${isoTime(identity.notAfter)})`,
      ],
    ]),
    [
      'shutdown',
      `by identities: ${ids(policy.identities.filter(({ mayShutDown }) => mayShutDown).map(({ id }) => id))}`,
    ],
    ...policy.programs.flatMap((program): [string, string][] => [
      [
        `program ${program.id}`,
        `${printable(program.path)}, run by identities: ${ids(runners(policy, program))}`,
      ],
      [`program ${program.id}`, `SHA-256 ${toHex(program.sha256)}`],
      ...programSettingLines(program),
    ]),
    ...policy.pipelines.map(({ id, name, text }): [string, string] => [
      `pipeline ${id}`,
      `${printable(name)}: ${printable(text)} (each step has its own program's rights)`,
    ]),
    ...policy.nativeModules.map(({ name, specialFile }): [string, string] => [
      'module',
      `${printable(name)}, called at ${printable(specialFile)}`,
    ]),
    ...[...policy.fileHashes]
      .filter(([path]) => !programs.has(path))
      .map(([path, value]): [string, string] => ['hashed', `${toHex(value)} ${printable(path)}`]),
  ];
}
