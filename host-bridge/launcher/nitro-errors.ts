/**
 * nitro-cli's error codes as errors of our own table, whose hints say what to do.
 * Source: aws-nitro-enclaves-cli 1.5.0, src/common/document_errors.rs.
 */
import { type ErrorCode, TruceError } from '../../proto/errors.ts';

const meanings: ReadonlyMap<string, ErrorCode> = new Map([
  ['E19', 'NITRO_FILE'],
  ['E20', 'NITRO_CPUS'],
  ['E21', 'NITRO_CPUS'],
  ['E22', 'NITRO_CPUS'],
  ['E26', 'NITRO_MEMORY_LOW'],
  ['E27', 'NITRO_HUGEPAGES'],
  ['E28', 'NITRO_DEVICE'],
  ['E29', 'NITRO_DEVICE'],
  ['E30', 'NITRO_DEVICE'],
  ['E31', 'NITRO_HUGEPAGES'],
  ['E32', 'NITRO_CPUS'],
  ['E33', 'NITRO_START'],
  ['E35', 'NITRO_IMAGE'],
  ['E36', 'NITRO_BOOT'],
  ['E37', 'NITRO_BOOT'],
  ['E38', 'NITRO_PROCESS'],
  ['E39', 'NITRO_PROCESS'],
  ['E40', 'NITRO_PROCESS'],
  ['E44', 'NITRO_CONSOLE'],
  ['E45', 'NITRO_CONSOLE'],
  ['E46', 'NITRO_CONSOLE'],
  ['E48', 'NITRO_TOOLS'],
  ['E51', 'NITRO_TOOLS'],
  ['E52', 'NITRO_TOOLS'],
  ['E58', 'NITRO_NAME'],
  ['E59', 'NITRO_SIGNATURE'],
  ['E60', 'NITRO_SIGNATURE'],
]);

/** What only says that another process failed, which has said why itself. */
const CONSEQUENCES: ReadonlySet<string> = new Set(['E05', 'E11', 'E38', 'E39']);
const CODED_LINE = /\[ (E[0-9]{2}) \] ([^\n]*)/g;
const LONGEST_REASON = 500;

/** The error that nitro-cli's stderr tells of. @param status how it ended, for when it says nothing */
export function nitroError(command: string, stderr: string, status: string): TruceError {
  const told = [...stderr.matchAll(CODED_LINE)].map(([, code = '', text = '']) => ({ code, text }));
  const cause = told.find(({ code }) => !CONSEQUENCES.has(code)) ?? told[0];
  if (cause !== undefined) {
    const reason = `${cause.code}: ${cause.text}`.slice(0, LONGEST_REASON);
    return new TruceError(meanings.get(cause.code) ?? 'NITRO_CLI_FAILED', { command, reason });
  }
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const reason = last === '' ? status : last.slice(0, LONGEST_REASON);
  return new TruceError('NITRO_CLI_FAILED', { command, reason });
}
