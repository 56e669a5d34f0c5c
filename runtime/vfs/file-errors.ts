/** The file system's refusals in the words of the error table. */
import { TruceError } from '../../proto/errors.ts';
import { Errno, VfsError } from './errno.ts';

/** What a caller may hear of a failed operation; errors of other kinds stay what they are. */
export function asFileError(operation: string, path: string, error: unknown): unknown {
  if (!(error instanceof VfsError)) return error;
  const { errno, message: reason } = error;
  if (errno === Errno.NOSPC || errno === Errno.DQUOT || errno === Errno.NFILE || errno === Errno.FBIG)
    return new TruceError('STORAGE_FULL', { path, reason }, { cause: error });
  return new TruceError('FILE_SYSTEM', { operation, path, reason }, { cause: error });
}
