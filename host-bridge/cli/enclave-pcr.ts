/** `truce enclave pcr`: the register that a file or a signing certificate gives, as `nitro-cli pcr` prints it. */
import type { Command } from 'commander';
import { readImageFile } from '../../eif/image-file.ts';
import { certificatePcr, contentPcr } from '../../eif/measure.ts';
import { readSigningCertificate } from '../../eif/signing-certificate.ts';
import { toHex } from '../../proto/bytes.ts';
import { type CommandIo, printJson } from './command-io.ts';

interface PcrOptions {
  readonly input?: string;
  readonly certificate?: string;
}

export function registerEnclavePcr(enclave: Command, io: CommandIo): void {
  const command = enclave
    .command('pcr')
    .description('print the PCR8 of a signing certificate, or the register that would hold one file')
    .option('--certificate <file>', 'a PEM certificate')
    .option('--input <file>', 'any file')
    .option('--json', 'JSON is what it prints in any case');
  command.action(async ({ input, certificate }: PcrOptions) => {
    if ((input === undefined) === (certificate === undefined))
      command.error('error: one of --certificate and --input is due', { exitCode: 2, code: 'truce.usage' });
    if (input !== undefined) printJson(io, { PCR: toHex(contentPcr(await readImageFile(input))) });
    else {
      const { raw } = readSigningCertificate(await readImageFile(certificate!)).certificate;
      printJson(io, { PCR8: toHex(certificatePcr(raw)) });
    }
  });
}
