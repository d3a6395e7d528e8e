import { invalid } from '../core/errors';

/** Makes the opaque token of a page out of what its reader needs to go on. */
export function encodePageToken(position: readonly (number | string)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a token that `encodePageToken` made; anything else is INVALID_PARAMETER_VALUE. */
export function decodePageToken(token: string): readonly unknown[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(position)) return position;
  } catch {
    // Falls through to the one message for every token that isn't ours.
  }
  throw invalid('Invalid page token: ask for the first page again.');
}

/** Checks `maxResults` against a method's default and greatest number. */
export function pageSize(asked: number | undefined, usual: number, most: number): number {
  if (asked === undefined) return usual;
  if (!Number.isInteger(asked) || asked < 1)
    throw invalid(`Invalid value ${asked} for parameter 'max_results' supplied: It must be a positive integer.`);
  if (asked > most) throw invalid(`Invalid value ${asked} for parameter 'max_results' supplied: It must be at most ${most}.`);
  return asked;
}
