/** `truce policy generate`: a policy out of certificates, programs and capabilities, like Veracruz's generate-policy. */
import { webcrypto } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { cipherSuiteNames, findCipherSuite } from '../../proto/policy/cipher-suites.ts';
import { hashPolicyHex } from '../../proto/policy/hash.ts';
import type { ExecutionStrategy, PolicyDialect } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { parseHostAndPort } from '../../proto/policy/values.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { rightsOfText } from './capabilities.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { hashLocalFile, readLocalFile, writeLocalFile } from './local-files.ts';
import { buildPolicy, type PolicyPlan } from './policy-builder.ts';
import { parseTime, policyFacts, printWarnings } from './policy-file.ts';
import { PrincipalList } from './policy-principals.ts';

/** A policy is at most 1 MiB, so no certificate file in it may be longer. */
const LONGEST_CERTIFICATE_FILE = 1 << 20;
const MEASUREMENT_BYTES = 32;
const PCR_BYTES = 48;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** As Veracruz's documentation does it. */
const DEFAULT_LIFETIME = 100 * DAY;

interface GenerateOptions {
  readonly dialect: PolicyDialect;
  readonly server: string;
  readonly proxy?: string;
  readonly proxyCertificate?: string;
  readonly expiry?: number;
  readonly measurement?: Uint8Array;
  readonly cipherSuite?: string;
  readonly executionStrategy: ExecutionStrategy;
  readonly enableClock?: boolean;
  readonly debug?: boolean;
  readonly maxMemoryMib: number;
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly output?: string;
  readonly json?: boolean;
}

export function registerPolicyGenerate(policy: Command, io: CommandIo): void {
  const principals = new PrincipalList();
  const collect = (add: (text: string) => void) => (text: string, before: string[] | undefined) => {
    add(text);
    return [...(before ?? []), text];
  };
  const command = policy
    .command('generate')
    .description('write a policy; give each certificate, program and pipeline its capabilities')
    .requiredOption('-c, --certificate <file>', 'an identity (repeat)', collect(principals.certificate))
    .option('-w, --program <name=file>', 'a program (repeat); it is hashed', collect(principals.program))
    .option('--pipeline <script>', 'a pipeline (repeat)', collect(principals.pipeline))
    .option(
      '-p, --capability <list>',
      'path:rights,... with letters rwx or a number',
      collect(principals.capability),
    )
    .option(
      '--hash <name=file>',
      'a data file that must have this content (repeat)',
      collect(principals.hash),
    )
    .addOption(dialectOption())
    .requiredOption('-s, --server <host:port>', 'where clients connect', parseAddress)
    .option('-t, --proxy <host:port>', 'proxy attestation server; none unless given', parseAddress)
    .option('--proxy-certificate <file>', "the proxy's certificates")
    .option('-x, --expiry <time>', 'a time, or 12h or 30d from now (default: 100d)', parseExpiry)
    .option('-l, --measurement <hex>', 'PCR0 of the runtime, or its first 32 bytes', parseMeasurement)
    .option('--cipher-suite <name>', 'TLS cipher suite, by mbedtls’s name', parseCipherSuite)
    .addOption(
      new Option('-e, --execution-strategy <strategy>', 'how programs are compiled')
        .choices(['Interpretation', 'JIT'])
        .default('JIT'),
    )
    .option('-n, --enable-clock', 'let programs read the clock')
    .option('-d, --debug', 'let the host read the enclave’s console')
    .option('-m, --max-memory-mib <mib>', 'memory of the enclave', parseMemory, 256)
    .option('-o, --output <file>', 'where to write the policy (default: standard output)')
    .option('--json', 'print facts about the policy as JSON, with its text unless --output is given');
  for (const name of ['stdin', 'stdout', 'stderr'] as const)
    command.option(`--${name} <rights>`, `rights of programs on ${name} (seed004 only)`, parseSeedRights);
  command.action((options: GenerateOptions) => generate(options, principals, command, io));
}

async function generate(
  options: GenerateOptions,
  principals: PrincipalList,
  command: Command,
  io: CommandIo,
): Promise<void> {
  const problem = principals.problem() ?? optionProblem(options, principals);
  if (problem !== undefined) command.error(`error: ${problem}`, { exitCode: 2, code: 'truce.usage' });
  const now = Date.now();
  const text = buildPolicy(await readPlan(options, principals, now));
  const policy = parsePolicy(text, { now });
  const hash = await hashPolicyHex(text, webcrypto.subtle);
  if (options.output !== undefined) await writeLocalFile(options.output, text);
  if (options.json) {
    const where = options.output === undefined ? { policy: text } : { file: options.output };
    printJson(io, { ...where, ...policyFacts({ policy, hash }) });
    return;
  }
  if (options.output === undefined) io.stdout.write(text);
  else io.stdout.write(`${hash}\n`);
  printWarnings(io, policy.warnings);
}

/** What commander cannot see: options that exclude or need each other. */
function optionProblem(options: GenerateOptions, principals: PrincipalList): string | undefined {
  const { dialect, proxy, proxyCertificate } = options;
  if ((proxy === undefined) !== (proxyCertificate === undefined))
    return '--proxy and --proxy-certificate need each other';
  const veracruzOnly = principals.pipelines.length > 0 || principals.hashes.length > 0;
  if (dialect === 'seed-004' && veracruzOnly) return 'seed004 has neither pipelines nor hashes of data';
  const streams = [options.stdin, options.stdout, options.stderr];
  if (dialect === 'veracruz' && streams.some((rights) => rights !== undefined))
    return 'veracruz grants streams by capabilities, such as stdout:w';
  return undefined;
}

async function readPlan(
  options: GenerateOptions,
  principals: PrincipalList,
  now: number,
): Promise<PolicyPlan> {
  const { dialect, proxy, proxyCertificate } = options;
  const identities = [];
  for (const { file, capabilities } of principals.certificates) {
    const [certificate, ...more] = await readCertificates(file);
    if (certificate === undefined || more.length > 0)
      throw new TruceError('CERTIFICATE_INVALID', { reason: `${file}: an identity has exactly one` });
    identities.push({ certificate, capabilities });
  }
  const programs = [];
  for (const { name, file, capabilities } of principals.programs)
    programs.push({ name, sha256: await hashLocalFile(file), capabilities });
  const hashes = [];
  for (const { name, file } of principals.hashes) hashes.push({ name, sha256: await hashLocalFile(file) });
  return {
    dialect,
    identities,
    programs,
    pipelines: principals.pipelines,
    hashes,
    // The README's own table.
    streams: {
      stdin: options.stdin ?? 'r',
      stdout: options.stdout ?? 'w',
      stderr: options.stderr ?? 'w',
    },
    server: options.server,
    proxy:
      proxy === undefined || proxyCertificate === undefined
        ? undefined
        : { address: proxy, certificates: await readCertificates(proxyCertificate) },
    expiry: Math.floor((options.expiry ?? now + DEFAULT_LIFETIME) / MINUTE) * MINUTE,
    cipherSuite: options.cipherSuite ?? 'TLS1_3_CHACHA20_POLY1305_SHA256',
    measurement: options.measurement,
    debug: options.debug ?? false,
    enableClock: options.enableClock ?? false,
    strategy: options.executionStrategy,
    maxMemoryMib: options.maxMemoryMib,
  };
}

/** The DER of every certificate in a PEM file. */
async function readCertificates(file: string): Promise<Uint8Array[]> {
  const text = new TextDecoder().decode(await readLocalFile(file, LONGEST_CERTIFICATE_FILE));
  try {
    return decodePemCertificates(text);
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('CERTIFICATE_INVALID', { reason: `${file}: ${cause.message}` }, { cause });
  }
}

function dialectOption(): Option {
  const names: Readonly<Record<string, PolicyDialect>> = { veracruz: 'veracruz', seed004: 'seed-004' };
  return new Option('--dialect <name>', 'veracruz or seed004')
    .argParser((text: string): PolicyDialect => {
      const dialect = Object.hasOwn(names, text) ? names[text] : undefined;
      if (dialect === undefined) throw new InvalidArgumentError('there are veracruz and seed004.');
      return dialect;
    })
    .default('veracruz');
}

function parseAddress(text: string): string {
  if (parseHostAndPort(text) === undefined) throw new InvalidArgumentError('host:port is due.');
  return text;
}

function parseExpiry(text: string): number {
  const [, count, unit] = /^([0-9]{1,5})([hd])$/.exec(text) ?? [];
  return count === undefined ? parseTime(text) : Date.now() + Number(count) * (unit === 'h' ? HOUR : DAY);
}

/** PCR0 has 48 bytes; the policy's field holds the first 32 of them. */
function parseMeasurement(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined || (bytes.length !== MEASUREMENT_BYTES && bytes.length !== PCR_BYTES))
    throw new InvalidArgumentError(`${MEASUREMENT_BYTES} or ${PCR_BYTES} bytes in hexadecimal are due.`);
  return bytes.subarray(0, MEASUREMENT_BYTES);
}

function parseCipherSuite(text: string): string {
  if (findCipherSuite(text) === undefined)
    throw new InvalidArgumentError(`there are ${cipherSuiteNames.join(', ')}.`);
  return text;
}

function parseMemory(text: string): number {
  const mib = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  if (mib === 0 || mib > 0xffff_ffff) throw new InvalidArgumentError('a number of MiB is due.');
  return mib;
}

function parseSeedRights(text: string): string {
  if (rightsOfText(text, 'seed-004') === undefined)
    throw new InvalidArgumentError('letters out of rwx or a number of rights are due.');
  return text;
}
