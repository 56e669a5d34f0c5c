/** The options of `truce policy generate`, and Veracruz's generator's names for them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fromHex } from '../../proto/bytes.ts';
import { cipherSuiteNames, findCipherSuite } from '../../proto/policy/cipher-suites.ts';
import type { ExecutionStrategy, PolicyDialect } from '../../proto/policy/model.ts';
import { parseHostAndPort } from '../../proto/policy/values.ts';
import { rightsOfText } from './capabilities.ts';
import { parseTime } from './policy-file.ts';
import type { PrincipalList } from './policy-principals.ts';

const MEASUREMENT_BYTES = 32;
const PCR_BYTES = 48;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What can be written: a full policy in a dialect, or what VaaS is asked for. */
export type GeneratedDialect = PolicyDialect | 'vaas';

/** A time, or so many milliseconds from now. */
export type Expiry = { readonly time: number } | { readonly lifetime: number };

export interface GenerateOptions {
  readonly userPolicy?: string;
  readonly functionPolicy?: string;
  readonly vaasPolicy?: string;
  readonly loader?: string;
  readonly instanceId?: string;
  readonly dialect?: GeneratedDialect;
  readonly vaas?: boolean;
  readonly server?: string;
  readonly proxy?: string;
  readonly proxyCertificate?: string;
  readonly expiry?: Expiry;
  /** Milliseconds: what now is. */
  readonly at?: number;
  readonly measurement?: Uint8Array;
  readonly pcrFile?: string;
  readonly cssFile?: string;
  readonly cipherSuite?: string;
  readonly executionStrategy: ExecutionStrategy;
  readonly enableClock?: boolean;
  readonly debug?: boolean;
  readonly maxMemoryMib: number;
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly shutdown?: 'all' | readonly number[];
  readonly live?: readonly string[];
  readonly receipts?: boolean;
  readonly trustRoot?: readonly string[];
  readonly pcr?: ReadonlyMap<number, Uint8Array>;
  readonly output?: string;
  readonly json?: boolean;
}

/** Another name for an option, which stores its value in that option's place. */
class Alias extends Option {
  readonly #of: string;

  constructor(flags: string, of: string) {
    super(flags);
    this.#of = of;
    this.hideHelp();
  }

  override attributeName(): string {
    return this.#of;
  }
}

/** Adds all options. What names principals goes to `principals`, in the order of the command line. */
export function addGenerateOptions(command: Command, principals: PrincipalList): void {
  const collect = (add: (text: string) => void) => (text: string) => add(text);
  const each = (add: (text: string) => void) => (text: string) => text.split(',').forEach(add);
  const append = (text: string, before: string[] | undefined) => [...(before ?? []), text];
  command
    // Veracruz's generator hashes files by -h.
    .helpOption('--help', 'display help for command')
    .option('-c, --certificate <file>', 'an identity (repeat)', collect(principals.certificate))
    .option('-w, --program <name=file>', 'a program (repeat); it is hashed', collect(principals.program))
    .option('--pipeline <script>', 'a pipeline (repeat)', collect(principals.pipeline))
    .option(
      '-p, --capability <list>',
      'path:rights,... with letters rwx or a number',
      collect(principals.capability),
    )
    .option(
      '-h, --file-hash <name=file>',
      'a data file that must have this content (repeat)',
      collect(principals.hash),
    )
    .option(
      '--native-module <name=path>',
      'a native module at its special file (repeat)',
      collect(principals.nativeModule),
    )
    .option(
      '--program-settings <name=file>',
      'version 2: more members of that program, JSON (repeat)',
      collect(principals.settings),
    )
    .option('--user-policy <file>', "instead of those: a user's part, with --function-policy")
    .option('--function-policy <file>', 'the part with the programs of the function')
    .option('--loader <file>', 'certificate of who loads the programs of the function')
    .option('--instance-id <id>', 'what VaaS knows the instance by')
    .option('--vaas-policy <file>', 'instead of all those: what VaaS is asked for')
    .addOption(dialectOption())
    .option('--vaas', 'the same as --dialect vaas')
    .option('-s, --server <host:port>', 'where clients connect', parseAddress)
    .option('-t, --proxy <host:port>', 'proxy attestation server; none unless given', parseAddress)
    .option('--proxy-certificate <file>', "the proxy's certificates")
    .option(
      '-x, --expiry <time>',
      'a time, or 12h or 30d from now (default: 100d; of parts: 180d)',
      parseExpiry,
    )
    .option('--at <time>', 'what now is, so that the same command writes the same bytes', parseTime)
    .option('--measurement <hex>', 'PCR0 of the runtime, or its first 32 bytes', parseMeasurement)
    .option('-l, --pcr-file <file>', 'the same in a file')
    .option('-b, --css-file <file>', 'a runtime on Linux, by its binary')
    .option('--cipher-suite <name>', 'TLS cipher suite, by mbedtls’s name', parseCipherSuite)
    .addOption(
      new Option('-e, --execution-strategy <strategy>', 'how programs are compiled')
        .choices(['Interpretation', 'JIT'])
        .default('JIT'),
    )
    .option('-n, --enable-clock', 'let programs read the clock')
    .option('-d, --debug', 'let the host read the enclave’s console')
    .option('-m, --max-memory-mib <mib>', 'memory of the enclave', parseMemory, 256)
    .option('--shutdown <ids>', 'version 2: identities that may shut down, such as 0,2, or all', parseIds)
    .option('--live <path>', 'version 2: a file that is added to and followed during runs (repeat)', append)
    .option('--receipts', 'version 2: every run yields a signed receipt')
    .option('--trust-root <file>', 'version 2: a root for the chain of the enclave (repeat)', append)
    .option('--pcr <n=hex>', 'version 2: a register that the runtime has to match (repeat)', parsePcr)
    .option('-o, --output <file>', 'where to write the policy (default: standard output)')
    .option('--json', 'print facts about the policy as JSON, with its text unless --output is given');
  for (const name of ['stdin', 'stdout', 'stderr'] as const)
    command.option(`--${name} <rights>`, `rights of programs on ${name} (seed004 only)`, parseSeedRights);
  command
    .addOption(new Alias('--program-binary <list>', 'program').argParser(each(principals.program)))
    .addOption(new Alias('--hash <name=file>', 'fileHash').argParser(principals.hash))
    .addOption(new Alias('--hashes <list>', 'fileHash').argParser(each(principals.hash)))
    .addOption(
      new Alias('--native-module-name <name>', 'nativeModule').argParser(principals.upstreamModule.name),
    )
    .addOption(
      new Alias('--native-module-entry-point <file>', 'nativeModule').argParser(
        principals.upstreamModule.entryPoint,
      ),
    )
    .addOption(
      new Alias('--native-module-special-file <path>', 'nativeModule').argParser(
        principals.upstreamModule.specialFile,
      ),
    )
    .addOption(new Alias('--veracruz-server-ip <host:port>', 'server').argParser(parseAddress))
    .addOption(new Alias('--proxy-attestation-server-ip <host:port>', 'proxy').argParser(parseAddress))
    .addOption(new Alias('--proxy-attestation-server-cert <file>', 'proxyCertificate'))
    .addOption(new Alias('--certificate-expiry <time>', 'expiry').argParser(parseExpiry))
    .addOption(new Alias('--enclave-debug-mode', 'debug'))
    .addOption(new Alias('--output-policy-file <file>', 'output'));
}

function dialectOption(): Option {
  const names: Readonly<Record<string, GeneratedDialect>> = {
    veracruz: 'veracruz',
    seed004: 'seed-004',
    version2: 'truce-2',
    vaas: 'vaas',
  };
  return new Option(
    '--dialect <name>',
    'veracruz (the default), seed004, version2, or vaas for a request to VaaS',
  ).argParser((text: string): GeneratedDialect => {
    const dialect = Object.hasOwn(names, text) ? names[text] : undefined;
    if (dialect === undefined) throw new InvalidArgumentError(`there are ${Object.keys(names).join(', ')}.`);
    return dialect;
  });
}

function parseAddress(text: string): string {
  if (parseHostAndPort(text) === undefined) throw new InvalidArgumentError('host:port is due.');
  return text;
}

function parseExpiry(text: string): Expiry {
  const [, count, unit] = /^([0-9]{1,5})([hd])$/.exec(text) ?? [];
  return count === undefined
    ? { time: parseTime(text) }
    : { lifetime: Number(count) * (unit === 'h' ? HOUR : DAY) };
}

/** PCR0 has 48 bytes; the policy's field holds the first 32 of them. */
export function parseMeasurement(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined || (bytes.length !== MEASUREMENT_BYTES && bytes.length !== PCR_BYTES))
    throw new InvalidArgumentError(`${MEASUREMENT_BYTES} or ${PCR_BYTES} bytes in hexadecimal are due.`);
  return bytes.subarray(0, MEASUREMENT_BYTES);
}

function parsePcr(
  text: string,
  before: ReadonlyMap<number, Uint8Array> | undefined,
): Map<number, Uint8Array> {
  const [, index, hex = ''] = /^([0-9]|1[0-5])=([0-9a-fA-F]*)$/.exec(text) ?? [];
  const value = fromHex(hex);
  if (index === undefined || value?.length !== PCR_BYTES)
    throw new InvalidArgumentError(
      `a register from 0 to 15, = and ${PCR_BYTES} bytes in hexadecimal are due.`,
    );
  if (before?.has(Number(index))) throw new InvalidArgumentError(`register ${index} has its value already.`);
  return new Map([...(before ?? []), [Number(index), value]]);
}

function parseIds(text: string): 'all' | readonly number[] {
  if (text === 'all') return text;
  if (!/^[0-9]{1,9}(,[0-9]{1,9})*$/.test(text))
    throw new InvalidArgumentError('ids such as 0,2, or all, are due.');
  return text.split(',').map(Number);
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
