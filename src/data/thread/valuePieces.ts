/** A part of a value, small enough to be taken in without a pause: itself, or what is added to a list or an object. */
export interface ValuePiece {
  /** From the whole value to the place of this part. */
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
  readonly items?: readonly unknown[];
  readonly entries?: readonly (readonly [string, unknown])[];
}

/** Leaves in a piece: about a millisecond's work to take in. */
const WEIGHT = 1_000;

/** Cuts a value of plain lists and objects up, so that whoever takes it in is never held up for long. */
export function* valuePieces(value: unknown, path: ValuePiece['path'] = []): Generator<ValuePiece> {
  if (weightOf(value, WEIGHT) <= WEIGHT) {
    yield { path, value };
    return;
  }
  const isList = Array.isArray(value);
  yield { path, value: isList ? [] : {} };
  let part: (readonly [string, unknown])[] = [];
  let weight = 0;
  const piece = (): ValuePiece => (isList ? { path, items: part.map(([, item]) => item) } : { path, entries: part });
  for (const [key, item] of Object.entries(value as object)) {
    const own = weightOf(item, WEIGHT);
    if (part.length > 0 && weight + own > WEIGHT) {
      yield piece();
      part = [];
      weight = 0;
    }
    if (own > WEIGHT) yield* valuePieces(item, [...path, isList ? Number(key) : key]);
    else {
      part.push([key, item]);
      weight += own;
    }
  }
  if (part.length > 0) yield piece();
}

/** Puts pieces together again. */
export class ValueAssembly {
  private whole: unknown;

  get value(): unknown {
    return this.whole;
  }

  add({ path, value, items, entries }: ValuePiece): void {
    if (items || entries) {
      const place = this.at(path);
      if (items && Array.isArray(place)) for (const item of items) place.push(item);
      for (const [key, item] of entries ?? []) define(place as Record<string, unknown>, key, item);
      return;
    }
    const last = path.at(-1);
    if (last === undefined) this.whole = value;
    else define(this.at(path.slice(0, -1)) as Record<string, unknown>, String(last), value);
  }

  private at(path: ValuePiece['path']): unknown {
    return path.reduce<unknown>((place, key) => (place as Record<string | number, unknown>)[key], this.whole);
  }
}

/** A path may have any name, `__proto__` too. */
function define(place: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(place, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Counts leaves until they are more than so many. */
function weightOf(value: unknown, most: number): number {
  // Bytes cross as they are, at the cost of a copy.
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 1;
  let weight = 1;
  for (const key in value) {
    weight += weightOf((value as Record<string, unknown>)[key], most - weight);
    if (weight > most) break;
  }
  return weight;
}
