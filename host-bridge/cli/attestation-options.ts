/** What commands that verify attestation documents are told to trust and to expect. */
import { type Command, InvalidArgumentError } from 'commander';
import { resolveOptions, type VerifyAttestationOptions } from '../../proto/attestation/library/options.ts';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readLocalFile } from './local-files.ts';
import { collectPcr, collectText } from './option-values.ts';
import { parseTime } from './policy-file.ts';

/** What a document is to be, whatever it was asked for. */
export interface TrustedOptions {
  readonly at?: 'now' | 'document' | number;
  readonly pcr?: ReadonlyMap<number, Uint8Array>;
  readonly maxAge?: number;
  readonly allowDebug?: boolean;
  readonly root?: readonly string[];
  readonly region?: readonly string[];
  readonly role?: string;
  readonly account?: string;
  readonly instance?: string;
}

export interface AttestationOptions extends TrustedOptions {
  readonly nonce?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly publicKey?: Uint8Array;
}

/** Certificates are a few KiB. */
const LARGEST_PEM = 1 << 16;
const SECOND = 1000;

/** Adds the options; commander's values for them are an AttestationOptions. */
export function addAttestationOptions(command: Command): Command {
  return addTrustedOptions(command)
    .option('--nonce <hex>', 'demand this nonce', parseNonce)
    .option('--user-data <hex>', 'demand this user data', parseHex)
    .option('--public-key <hex>', 'demand this public key', parseHex);
}

/**
 * The same without those that the asker of a document has for himself; commander's values are TrustedOptions.
 * @param oldest what the age is held to unless told
 */
export function addTrustedOptions(command: Command, oldest = '3 h'): Command {
  return command
    .option('--at <time>', "judge validity now (unless told), at the document's own time, or then", parseAt)
    .option('--pcr <n=hex>', 'demand this value of a register; may be repeated', collectPcr)
    .option('--max-age <seconds>', `accept no older document; ${oldest} unless told`, parseSeconds)
    .option('--allow-debug', 'accept an enclave in debug mode, whose host reads everything')
    .option('--root <pem>', "trust the roots of this file, in place of AWS's; may be repeated", collectText)
    .option('--region <name>', 'demand a chain of this region; repeated, of any of them', collectText)
    .option('--role <arn>', 'demand that the instance had this IAM role (PCR3)')
    .option('--account <id>', 'demand that --role is of this account; no certificate names one')
    .option('--instance <id>', 'demand this EC2 instance (PCR4)');
}

/** The verifier's own options. What contradicts itself or cannot be read is wrong usage: commander's error. */
export async function verifierOptions(
  options: AttestationOptions,
  command: Command,
): Promise<VerifyAttestationOptions> {
  const { at, pcr, nonce, userData, publicKey, maxAge, allowDebug, root, region, role, account, instance } =
    options;
  const wrong = (message: string): never => command.error(`error: ${message}`, { exitCode: 2 });
  if (at === 'document' && maxAge !== undefined)
    wrong("--max-age says nothing where the document's own time is believed (--at document)");
  try {
    const resolved: VerifyAttestationOptions = {
      ...(at === undefined ? {} : { time: at }),
      ...(pcr === undefined ? {} : { pcrs: pcr }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(userData === undefined ? {} : { userData }),
      ...(publicKey === undefined ? {} : { publicKey }),
      ...(maxAge === undefined ? {} : { maximumAge: maxAge * SECOND }),
      ...(allowDebug === undefined ? {} : { allowDebug }),
      ...(root === undefined ? {} : { roots: await Promise.all(root.map(readPem)) }),
      ...(region === undefined ? {} : { region }),
      ...(role === undefined ? {} : { role }),
      ...(account === undefined ? {} : { account }),
      ...(instance === undefined ? {} : { instance }),
    };
    // Before any document is looked at, so that no document is blamed.
    await resolveOptions(resolved);
    return resolved;
  } catch (error) {
    if (error instanceof TruceError) return wrong(error.message);
    throw error;
  }
}

async function readPem(path: string): Promise<string> {
  return Buffer.from(await readLocalFile(path, LARGEST_PEM)).toString('utf8');
}

function parseAt(text: string): 'now' | 'document' | number {
  return text === 'now' || text === 'document' ? text : parseTime(text);
}

function parseHex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new InvalidArgumentError('bytes in hexadecimal are due.');
  return bytes;
}

function parseNonce(text: string): Uint8Array {
  const nonce = parseHex(text);
  if (nonce.length === 0) throw new InvalidArgumentError('an empty nonce proves nothing.');
  return nonce;
}

function parseSeconds(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('whole seconds are due.');
  return Number(text);
}
