/** `truce receipt show FILE`: what a receipt says, believed or not. */
import type { Command } from 'commander';
import { decodeOpenings } from '../../proto/receipt/openings.ts';
import { decodeReceipt } from '../../proto/receipt/receipt.ts';
import { decodeReceiptFile, LONGEST_RECEIPT_FILE } from '../../proto/receipt/receipt-file.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { readLocalFile } from './local-files.ts';
import { receiptFields, receiptLines } from './receipt-facts.ts';

export function registerReceiptShow(receipt: Command, io: CommandIo): void {
  receipt
    .command('show')
    .description('show what a receipt says, without checking that it is true')
    .argument('<file>', 'the receipt')
    .option('--json', 'print facts as JSON')
    .action(async (file: string, { json }: { readonly json?: boolean }) => {
      const signed = decodeReceiptFile(await readLocalFile(file, LONGEST_RECEIPT_FILE));
      const content = decodeReceipt(signed.data);
      const files = decodeOpenings(signed.openings).map(({ opening }) => opening);
      if (json) printJson(io, { verified: false, ...receiptFields(content, files) });
      else io.stdout.write(`${[`not verified: ${file}`, ...receiptLines(content, files)].join('\n')}\n`);
    });
}
