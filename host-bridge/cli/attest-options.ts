/** What `truce attest` is told: the options of the vsock guide's client, and what a document is to be. */
import { type Command, InvalidArgumentError } from 'commander';
import { ATTESTATION_PORT } from '../../proto/boot-services.ts';
import { DEFAULT_TIMEOUT_MILLISECONDS, DEFAULT_USER_DATA } from '../attestation-client/client.ts';
import { LARGEST_CID, SMALLEST_CID } from '../launcher/machine-configuration.ts';
import { addTrustedOptions, type TrustedOptions } from './attestation-options.ts';
import { whole } from './option-values.ts';

export interface AttestOptions extends TrustedOptions {
  readonly ping?: boolean;
  readonly status?: boolean;
  readonly attest?: boolean;
  readonly verify?: boolean;
  readonly userData?: string;
  readonly nonce?: string;
  readonly generateKey?: boolean;
  readonly save?: string;
  readonly cid?: readonly number[];
  readonly port: number;
  /** Seconds. */
  readonly timeout: number;
  readonly trustEmulator?: boolean;
  readonly json?: boolean;
}

export type AttestMode = 'ping' | 'status' | 'attest' | 'verify';

const LARGEST_PORT = 0xfffffffe;
const LONGEST_TIMEOUT = 86_400;
/** Of those that say what a document is to be: they say nothing where none is verified. */
const VERIFYING = [
  ...(['at', 'pcr', 'maxAge', 'allowDebug', 'root', 'region', 'role', 'account', 'instance'] as const),
  'trustEmulator',
] as const satisfies readonly (keyof AttestOptions)[];
const REQUESTING = [
  'userData',
  'nonce',
  'generateKey',
  'save',
] as const satisfies readonly (keyof AttestOptions)[];

export function addAttestOptions(command: Command): Command {
  command
    .option('--ping', 'see whether the service answers')
    .option('--status', 'ask how the service is, and for how long')
    .option('--attest', 'ask for a document, and verify nothing')
    .option(
      '--verify',
      'ask for a document and verify it: chain, signature, age, and that it answers this request',
    )
    .option('--user-data <text>', `have the enclave sign this text; ${DEFAULT_USER_DATA} unless told`)
    .option(
      '--nonce <text>',
      'have it sign this text as the nonce; a fresh random one unless told',
      parseNonce,
    )
    .option('--generate-key', 'have it make a key pair and name the public key; the private key stays inside')
    .option('--save <file>', 'write the document there, in base64; as it came, valid or not')
    .option(
      '--cid <number>',
      'the enclave; the first that runs here unless told. Repeated: each of them',
      collectCid,
    )
    .option('--port <number>', 'the vsock port of the service', whole(1, LARGEST_PORT), ATTESTATION_PORT)
    .option(
      '--timeout <seconds>',
      'how long each request may take in all',
      whole(1, LONGEST_TIMEOUT),
      DEFAULT_TIMEOUT_MILLISECONDS / 1000,
    )
    .option('--json', 'print JSON; of several enclaves, one line for each');
  return addTrustedOptions(command, '5 min').option(
    '--trust-emulator',
    "accept QEMU's unsigned documents, which prove nothing, and no others",
  );
}

/** The one thing to do. What says nothing in it is wrong usage: who gives it believes that it does something. */
export function modeOf(options: AttestOptions, command: Command): AttestMode {
  const wrong = (message: string): never => command.error(`error: ${message}`, { exitCode: 2 });
  const { ping = false, status = false, attest = false, verify = false, cid = [], save } = options;
  if (Number(ping) + Number(status) + Number(attest || verify) !== 1)
    wrong('one of --ping, --status, --attest and --verify is due');
  const mode = ping ? 'ping' : status ? 'status' : verify ? 'verify' : 'attest';
  const given = (names: readonly (keyof AttestOptions)[]) =>
    names.find((name) => options[name] !== undefined);
  const request = given(REQUESTING);
  if (request !== undefined && (ping || status)) wrong(`${flagOf(request)} is for --attest and --verify`);
  const trust = given(VERIFYING);
  if (trust !== undefined && mode !== 'verify')
    wrong(`${flagOf(trust)} is for --verify: nothing else looks at it`);
  if (save !== undefined && cid.length > 1) wrong('--save holds one document: name one enclave');
  if (options.trustEmulator === true && (options.root !== undefined || options.region !== undefined))
    wrong('--trust-emulator excludes --root and --region: its documents have no chain');
  return mode;
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function parseNonce(text: string): string {
  if (text === '') throw new InvalidArgumentError('an empty nonce proves nothing.');
  return text;
}

function collectCid(text: string, previous: readonly number[] = []): readonly number[] {
  const cid = whole(SMALLEST_CID, LARGEST_CID)(text);
  if (previous.includes(cid)) throw new InvalidArgumentError(`${cid} is named twice.`);
  return [...previous, cid];
}
