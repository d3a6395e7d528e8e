import { invalid } from '../core/errors';
import { quote } from '../store/limits';

/** A text without percent-encoding, however often it was applied. */
export function fullyDecoded(text: string): string {
  for (let inner = text; ;) {
    let next: string;
    try {
      next = decodeURIComponent(inner);
    } catch {
      return inner;
    }
    if (next === inner) return inner;
    inner = next;
  }
}

/**
 * Refuses a path that hides the way out of a folder in an encoding of its own: the store would take it for an odd name, but
 * whoever decodes it again later would not.
 */
export function checkHidden(path: string): void {
  const plain = fullyDecoded(path);
  if (plain === path) return;
  if (/[\\\0]/.test(plain) || plain.startsWith('/') || plain.split('/').includes('..'))
    throw invalid(`Invalid artifact path ${quote(path)}: it must not hold '..', backslashes or NUL in an encoding.`);
}
