/** `truce verify FILE...`: whether attestation documents are genuine, and what they say. */
import type { Command } from 'commander';
import { MAXIMUM_ENCODED_LENGTH } from '../../proto/attestation/document-encoding.ts';
import {
  decodeDocumentEncoding,
  readUnverifiedClaims,
  type UnverifiedClaims,
  VerifiedChainCache,
  type VerifyAttestationOptions,
  verifyAttestation,
} from '../../proto/attestation/library/index.ts';
import { TruceError } from '../../proto/errors.ts';
import { explain } from './attestation-explanation.ts';
import { type AttestationOptions, addAttestationOptions, verifierOptions } from './attestation-options.ts';
import { type Verdict, verdictFields, verdictText } from './attestation-report.ts';
import { type CommandIo, printJsonLine } from './command-io.ts';
import { ExitCode } from './failure.ts';
import { readLocalFile } from './local-files.ts';

const STANDARD_INPUT = '-';
/** WebCrypto works on several threads: so many documents keep them busy. */
const AT_ONCE = 16;

/** @param exit takes the status where any document is not valid */
export function registerVerifyCommand(
  program: Command,
  io: CommandIo,
  exit: (status: number) => void,
  input: AsyncIterable<Uint8Array> = process.stdin,
): void {
  const command = program
    .command('verify')
    .description('check attestation documents of Nitro enclaves: raw, base64 or hexadecimal')
    .argument('<file...>', 'the documents; - is standard input')
    .option('--json', 'print one line of JSON for each')
    .addHelpText('after', '\nExit status: 0 all are valid, 1 some are not, 2 wrong usage.');
  addAttestationOptions(command).action(
    async (files: readonly string[], options: AttestationOptions & { readonly json?: boolean }) => {
      if (files.filter((file) => file === STANDARD_INPUT).length > 1)
        command.error('error: standard input holds one document', { exitCode: 2 });
      const resolved = { ...(await verifierOptions(options, command)), cache: new VerifiedChainCache() };
      for (let start = 0; start < files.length; start += AT_ONCE) {
        const verdicts = files.slice(start, start + AT_ONCE).map((file) => judge(file, resolved, input));
        for (const verdict of await Promise.all(verdicts)) {
          if (verdict.error !== undefined) exit(ExitCode.FAILED);
          if (options.json === true) printJsonLine(io, verdictFields(verdict));
          else io.stdout.write(verdictText(verdict));
        }
      }
    },
  );
}

async function judge(
  file: string,
  options: VerifyAttestationOptions,
  input: AsyncIterable<Uint8Array>,
): Promise<Verdict> {
  let bytes: Uint8Array | undefined;
  // One clock reading, so that what is explained is what was judged.
  const now = Date.now();
  const { time = 'now' } = options;
  try {
    bytes = decodeDocumentEncoding(await readInput(file, input));
    const facts = await verifyAttestation(bytes, { ...options, time: time === 'now' ? now : time });
    return { file, error: undefined, facts, validUntil: facts.notAfter, region: facts.region };
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    const facts = bytes === undefined ? undefined : readableClaims(bytes);
    const judgedAt = time === 'now' ? now : time === 'document' ? (facts?.timestamp ?? now) : Number(time);
    return { file, error, facts, explanation: explain(error, facts, options, judgedAt) };
  }
}

function readableClaims(bytes: Uint8Array): UnverifiedClaims | undefined {
  try {
    return readUnverifiedClaims(bytes);
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

/** Errors: LOCAL_FILE_UNREADABLE, also where there is more than any document takes. */
async function readInput(file: string, input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (file !== STANDARD_INPUT) return readLocalFile(file, MAXIMUM_ENCODED_LENGTH);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    pieces.push(piece);
    length += piece.length;
    if (length > MAXIMUM_ENCODED_LENGTH)
      throw new TruceError('LOCAL_FILE_UNREADABLE', {
        path: file,
        reason: `longer than ${MAXIMUM_ENCODED_LENGTH} bytes`,
      });
  }
  return Buffer.concat(pieces, length);
}
