import { OtherValue, type PlainValue } from './plainValue';

/** Whether Python's `==` holds: `1 == 1.0 == True`, dicts whatever their order, a tuple never equals a list. */
export function pythonEquals(a: PlainValue, b: PlainValue): boolean {
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof OtherValue || b instanceof OtherValue) {
    return a instanceof OtherValue && b instanceof OtherValue && a.kind === b.kind && (a.kind === 'set' ? sameSet(a, b) : sameOther(a, b));
  }
  if (isArray(a) || isArray(b)) return isArray(a) && isArray(b) && sameItems(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && pythonEquals(a[key] as PlainValue, b[key] as PlainValue))
  );
}

/**
 * Whether a parameter is what the lock recorded of it. A tuple of a Python file stands as a list in the lock; DVC lets that pass for the
 * value itself, not for a tuple within it.
 */
export function isSameParam(actual: PlainValue, recorded: PlainValue): boolean {
  if (actual instanceof OtherValue && actual.kind === 'tuple' && isArray(recorded)) return sameItems(actual.items, recorded);
  return pythonEquals(actual, recorded);
}

function isNumeric(value: PlainValue): value is boolean | number | bigint {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint';
}

function sameNumber(a: boolean | number | bigint, b: boolean | number | bigint): boolean {
  const [x, y] = [a, b].map((value) => (typeof value === 'boolean' ? Number(value) : value)) as [number | bigint, number | bigint];
  if (typeof x === typeof y) return x === y;
  const [whole, other] = typeof x === 'bigint' ? [x, y as number] : [y as bigint, x];
  return Number.isInteger(other) && BigInt(other) === whole;
}

function isArray(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function sameItems(a: readonly PlainValue[], b: readonly PlainValue[]): boolean {
  return a.length === b.length && a.every((item, i) => pythonEquals(item, b[i] as PlainValue));
}

function sameOther(a: OtherValue, b: OtherValue): boolean {
  return a.text === b.text && sameItems(a.items, b.items);
}

function sameSet(a: OtherValue, b: OtherValue): boolean {
  return a.items.length === b.items.length && a.items.every((item) => b.items.some((other) => pythonEquals(item, other)));
}
