/** Anything that YAML, JSON, TOML or a Python file of constants can hold as a parameter; compared by pythonEquals. */
export type PlainValue =
  null | boolean | number | bigint | string | OtherValue | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export type OtherKind = 'tuple' | 'set' | 'date' | 'datetime' | 'time' | 'bytes' | 'complex' | 'ellipsis';

/** What Python has and JSON hasn't. It equals only its own kind, which is why it isn't a list or a text. */
export class OtherValue {
  constructor(
    readonly kind: OtherKind,
    /** In one form for equal values, for those without items. */
    readonly text: string,
    readonly items: readonly PlainValue[] = [],
  ) {}
}
