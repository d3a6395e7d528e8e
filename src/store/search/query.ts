/** What a filter or an order may speak of. */
export type Entity = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN' | 'IS NULL' | 'IS NOT NULL';

export interface Field {
  readonly entity: Entity;
  /** The grammar's own name for attributes and data sets; the user's key for the others. */
  readonly key: string;
  /** Whether it is compared as a number. */
  readonly numeric: boolean;
}

/** One condition; a filter is a list of them, all of which must hold. */
export interface Comparison {
  readonly field: Field;
  readonly operator: Operator;
  /** One number or text; many texts for IN and NOT IN; none for IS [NOT] NULL. */
  readonly values: readonly (string | number)[];
}

export interface Ordering {
  readonly field: Field;
  readonly descending: boolean;
  /** Of a logged model's metric: only what was measured on this data set. */
  readonly dataset?: { readonly name: string; readonly digest?: string };
}
