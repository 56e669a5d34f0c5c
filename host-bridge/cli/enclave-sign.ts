/** `truce enclave sign`: with a key in a file, or in two steps with a key that is anywhere else. */
import type { Command } from 'commander';
import { readImageFile, writeImageFile } from '../../eif/image-file.ts';
import { measurementsJson } from '../../eif/measure.ts';
import { attachSignature, type PreparedSigning, prepareSigning, signWithKey } from '../../eif/sign.ts';
import { toHex } from '../../proto/bytes.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { readLocalFile } from './local-files.ts';

interface SignOptions {
  readonly eif: string;
  readonly certificate: string;
  readonly key?: string;
  readonly printBytes?: boolean;
  readonly signature?: string;
  readonly out?: string;
  readonly ignoreDates?: boolean;
  readonly json?: boolean;
}

/** A signature section holds no larger certificate. */
const MAXIMUM_PEM_LENGTH = 1 << 16;
/** The longest, of P-521 in DER, has 139 bytes. */
const MAXIMUM_SIGNATURE_LENGTH = 1024;

export function registerEnclaveSign(enclave: Command, io: CommandIo): void {
  const command = enclave
    .command('sign')
    .description('sign an image; PCR8 then measures the certificate')
    .requiredOption('--eif <file>', 'the image')
    .requiredOption('--certificate <file>', 'the PEM certificate of a key on P-256, P-384 or P-521')
    .option('--key <file>', "the certificate's private key, unencrypted PEM")
    .option(
      '--print-bytes',
      'sign nothing: print, in hexadecimal, the bytes that a key elsewhere has to sign',
    )
    .option('--signature <file>', 'the ECDSA signature of those bytes, r || s or DER')
    .option('--out <file>', 'write here instead of into the image; with --print-bytes, the raw bytes')
    .option(
      '--ignore-dates',
      'sign even though the certificate is not valid now: nitro-cli runs no such image',
    )
    .option('--json', 'print the bytes to sign as JSON; measurements are JSON in any case');
  command.action((options: SignOptions) => signFile(options, command, io));
}

async function signFile(options: SignOptions, command: Command, io: CommandIo): Promise<void> {
  const { key, printBytes = false, signature, out = options.eif } = options;
  if ([key !== undefined, printBytes, signature !== undefined].filter(Boolean).length !== 1)
    command.error('error: one of --key, --print-bytes and --signature is due', {
      exitCode: 2,
      code: 'truce.usage',
    });
  const prepared = prepareSigning(
    await readImageFile(options.eif),
    await readLocalFile(options.certificate, MAXIMUM_PEM_LENGTH),
    { now: Date.now(), ignoreDates: options.ignoreDates === true },
  );
  if (printBytes) return printBytesToSign(prepared, options, io);
  const made =
    key === undefined
      ? await readLocalFile(signature!, MAXIMUM_SIGNATURE_LENGTH)
      : signWithKey(prepared, await readLocalFile(key, MAXIMUM_PEM_LENGTH));
  await writeImageFile(out, attachSignature(prepared, made));
  io.stderr.write(`signed with ${prepared.algorithm.name}: ${printable(out)}\n`);
  printJson(io, { Measurements: measurementsJson(prepared.measurements) });
}

/** Hexadecimal on stdout: the bytes themselves could steer a terminal. */
async function printBytesToSign(
  { algorithm, bytesToSign }: PreparedSigning,
  { out, json }: SignOptions,
  io: CommandIo,
): Promise<void> {
  if (out !== undefined) await writeImageFile(out, [bytesToSign]);
  const { name, hash } = algorithm;
  const digits = toHex(bytesToSign);
  if (json) printJson(io, { Algorithm: name, Hash: hash, BytesToSign: digits });
  else if (out === undefined) io.stdout.write(`${digits}\n`);
}
