import { messageOf } from '../../core/errors';
import { ManifestError } from './memberPaths';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and do it again; what was moved until then stays',
  EDQUOT: 'Your share of the disk is used up. Free some space and do it again; what was moved until then stays',
  EFBIG: 'The file is larger than this disk, or this process, may have it',
  EROFS: 'The file system can’t be written',
  EACCES: 'The permission is missing',
  EPERM: 'The permission is missing',
  EMFILE: 'Too many files are open. Do it again',
  EIO: 'The disk can’t be read or written',
};

/** One line on why an out could not be moved. */
export function reasonOf(error: unknown, path: string): string {
  if (error instanceof ManifestError) return `The manifest of ${path} is refused: ${error.message}.`;
  const { code, path: file } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  return reason === undefined ? messageOf(error).replaceAll(/\s*\n\s*/g, ' ') : `${reason}${file === undefined ? '' : ` (${file})`}.`;
}
