/** `truce enclave ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerEnclaveBuild } from './enclave-build.ts';
import { registerEnclaveConsole } from './enclave-console.ts';
import { registerEnclaveDescribe } from './enclave-describe.ts';
import { registerEnclaveList } from './enclave-list.ts';
import { registerEnclavePcr } from './enclave-pcr.ts';
import { registerEnclaveRun } from './enclave-run.ts';
import { registerEnclaveSign } from './enclave-sign.ts';
import { registerEnclaveStop } from './enclave-stop.ts';

export function registerEnclaveCommands(program: Command, io: CommandIo): void {
  const enclave = program.command('enclave').description('build, run and look at enclaves');
  registerEnclaveBuild(enclave, io);
  registerEnclaveDescribe(enclave, io);
  registerEnclaveSign(enclave, io);
  registerEnclavePcr(enclave, io);
  registerEnclaveRun(enclave, io);
  registerEnclaveList(enclave, io);
  registerEnclaveConsole(enclave, io);
  registerEnclaveStop(enclave, io);
}
