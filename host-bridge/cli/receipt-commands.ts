/** `truce receipt ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerReceiptShow } from './receipt-show.ts';
import { registerReceiptVerify } from './receipt-verify.ts';

export function registerReceiptCommands(program: Command, io: CommandIo): void {
  const receipt = program.command('receipt').description('check and show signed receipts of runs');
  registerReceiptVerify(receipt, io);
  registerReceiptShow(receipt, io);
}
