/** `truce proxy-attestation ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerProxyLog } from './proxy-attestation-log.ts';
import { registerProxyServe } from './proxy-attestation-serve.ts';

export function registerProxyAttestationCommands(program: Command, io: CommandIo): void {
  const proxy = program
    .command('proxy-attestation')
    .description('certify the endpoints of attested enclaves, for policies that name such a server');
  registerProxyServe(proxy, io);
  registerProxyLog(proxy, io);
}
