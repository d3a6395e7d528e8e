import { RecordError } from './recordError';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as UTF-8. Throws RecordError for others. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RecordError('it is not UTF-8', 1);
  }
}
