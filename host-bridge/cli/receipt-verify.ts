/** `truce receipt verify FILE`: whether a receipt is genuine, and whether files are those of its run. */
import type { Command } from 'commander';
import { equalBytes, fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { FileOpening } from '../../proto/receipt/openings.ts';
import { decodeReceipt } from '../../proto/receipt/receipt.ts';
import { decodeReceiptFile, LONGEST_RECEIPT_FILE } from '../../proto/receipt/receipt-file.ts';
import type { VerifiedReceipt } from '../../proto/receipt/verify.ts';
import { verifyTrustedReceipt } from '../client/receipt-trust.ts';
import { EMULATOR_REMARK, type TrustOptions } from '../client/trust.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { hashLocalFile, readLocalFile } from './local-files.ts';
import {
  type Assignment,
  collectAssignment,
  collectPcr,
  collectText,
  parseInstanceId,
} from './option-values.ts';
import { type LoadedPolicy, loadPolicyFile, parseTime } from './policy-file.ts';
import { receiptFields, receiptLines } from './receipt-facts.ts';

interface VerifyOptions {
  readonly policy?: string;
  readonly trustRoot?: readonly string[];
  readonly trustEmulator?: boolean;
  readonly pcr?: ReadonlyMap<number, Uint8Array>;
  readonly instance?: Uint8Array;
  readonly at?: number;
  readonly file?: readonly Assignment[];
  readonly json?: boolean;
}

/** A local file that is one of the receipt's. */
interface MatchedFile {
  readonly name: string;
  readonly file: string;
  readonly sides: readonly FileOpening['side'][];
}

/** Certificates are a few KiB. */
const LARGEST_PEM = 1 << 16;

export function registerReceiptVerify(receipt: Command, io: CommandIo): void {
  receipt
    .command('verify')
    .description('check that an enclave signed a receipt, under which policy, and of which files')
    .argument('<file>', 'the receipt')
    .option('--policy <file>', 'the policy that the run is to have been under')
    .option('--trust-root <file>', "accept this root, PEM, in place of AWS's; may be repeated", collectText)
    .option('--trust-emulator', "accept QEMU's unsigned documents, which prove nothing, and no others")
    .option('--pcr <n=hex>', 'demand this value of a register; may be repeated', collectPcr)
    .option('--instance <hex>', 'demand this very instance of the enclave', parseInstanceId)
    .option('--at <time>', 'check as of then instead of now', parseTime)
    .option(
      '--file <name=path>',
      'demand that this local file is what the run read or left under that name; may be repeated',
      collectAssignment,
    )
    .option('--json', 'print facts as JSON')
    .action(async (file: string, options: VerifyOptions) => {
      const verified = await verify(file, options);
      const files = await matchFiles(verified.files, options.file ?? []);
      report(file, verified, files, options, io);
    });
}

async function verify(file: string, options: VerifyOptions): Promise<VerifiedReceipt> {
  const signed = decodeReceiptFile(await readLocalFile(file, LONGEST_RECEIPT_FILE));
  // The policy may have ended since: it had to be good when the run was.
  const { signedAt } = decodeReceipt(signed.data);
  const loaded = options.policy === undefined ? undefined : await loadPolicyFile(options.policy, signedAt);
  const verified = await verifyTrustedReceipt(signed, {
    trust: await trustOf(options),
    time: options.at ?? Date.now(),
    ...(loaded === undefined ? {} : { policy: loaded.policy, policyHash: fromHex(loaded.hash)! }),
  });
  if (loaded !== undefined) requireProgram(verified, loaded);
  return verified;
}

async function trustOf({ trustRoot, trustEmulator, pcr, instance }: VerifyOptions): Promise<TrustOptions> {
  const text = async (path: string) => Buffer.from(await readLocalFile(path, LARGEST_PEM)).toString('utf8');
  return {
    ...(trustEmulator === true ? { emulator: true } : {}),
    ...(trustRoot === undefined ? {} : { roots: await Promise.all(trustRoot.map(text)) }),
    ...(pcr === undefined ? {} : { pcrs: pcr }),
    ...(instance === undefined ? {} : { instanceId: instance }),
  };
}

/** A genuine runtime runs nothing else; one that did would not be the one expected. */
function requireProgram({ receipt: { program } }: VerifiedReceipt, { policy }: LoadedPolicy): void {
  const named = policy.programs.find(({ path }) => path === program.path);
  if (named === undefined || !equalBytes(named.sha256, program.sha256))
    throw new TruceError('RECEIPT_PROGRAM_MISMATCH');
}

async function matchFiles(
  shown: readonly FileOpening[],
  assignments: readonly Assignment[],
): Promise<readonly MatchedFile[]> {
  const matched: MatchedFile[] = [];
  for (const { name, file } of assignments) {
    const path = canonicalPath(name);
    const openings = shown.filter((opening) => opening.path === path && opening.content !== undefined);
    if (openings.length === 0) throw new TruceError('RECEIPT_FILE_UNKNOWN', { path });
    const sha256 = await hashLocalFile(file);
    const sides = openings
      .filter(({ content }) => content !== undefined && equalBytes(content.sha256, sha256))
      .map(({ side }) => side);
    if (sides.length === 0) throw new TruceError('RECEIPT_FILE_MISMATCH', { file, path });
    matched.push({ name: path, file, sides });
  }
  return matched;
}

function report(
  file: string,
  { receipt, attestation, files }: VerifiedReceipt,
  matched: readonly MatchedFile[],
  options: VerifyOptions,
  io: CommandIo,
): void {
  const { signed, document } = attestation;
  const pcr0 = toHex(document.pcrs.get(0) ?? new Uint8Array());
  if (options.json) {
    printJson(io, {
      ok: true,
      verified: signed,
      ...(signed ? {} : { remark: EMULATOR_REMARK.trim() }),
      policyCompared: options.policy !== undefined,
      pcr0,
      documentTime: new Date(document.timestamp).toISOString(),
      ...receiptFields(receipt, files),
      files: matched,
    });
    return;
  }
  const remark = signed ? '' : EMULATOR_REMARK;
  const compared = options.policy === undefined ? 'not compared with one of yours' : 'the one given';
  const lines = [
    `genuine: ${file}`,
    `runtime   PCR0 ${pcr0}`,
    ...receiptLines(receipt, files).map((line) =>
      line.startsWith('policy ') ? `${line}, ${compared}` : line,
    ),
    ...matched.map(
      ({ name, file: local, sides }) => `checked   ${local} is the ${sides.join(' and the ')} ${name}`,
    ),
  ];
  for (const line of lines) io.stdout.write(`${printable(line)}${remark}\n`);
}
