/** `truce enclave ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerEnclaveDescribe } from './enclave-describe.ts';
import { registerEnclavePcr } from './enclave-pcr.ts';
import { registerEnclaveSign } from './enclave-sign.ts';

export function registerEnclaveCommands(program: Command, io: CommandIo): void {
  const enclave = program.command('enclave').description('build, run and look at enclaves');
  registerEnclaveDescribe(enclave, io);
  registerEnclaveSign(enclave, io);
  registerEnclavePcr(enclave, io);
}
