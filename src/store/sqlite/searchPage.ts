import type { Page, SearchQuery, ViewType } from '../engine';
import { encodePageToken, offsetOf, pageSize } from '../pageToken';
import { parseFilter } from '../search/filter';
import { parseOrder } from '../search/order';
import type { Database, Value } from './database';
import { type Sql, compileComparison, compileOrder } from './searchSql';
import type { SqlSubject } from './searchSubjects';

export interface SearchScope {
  /** Default and greatest size of a page. */
  readonly usual: number;
  readonly most: number;
  readonly view?: ViewType;
  /** Only what lies in one of these experiments. */
  readonly experiments?: readonly number[];
  readonly also?: readonly Sql[];
}

/** One page of a table's rows that a query asks for. */
export function searchPage<Row>(database: Database, subject: SqlSubject, query: SearchQuery, scope: SearchScope): Page<Row> {
  const size = pageSize(query.maxResults, scope.usual, scope.most);
  const offset = offsetOf(query.pageToken);
  const { joins, order } = compileOrder(parseOrder(query.orderBy, subject.grammar), subject);
  const conditions = [
    ...scopeConditions(subject, scope),
    ...parseFilter(query.filter, subject.grammar).map((comparison) => compileComparison(comparison, subject)),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ text }) => text).join(' AND ')}` : '';
  const values: Value[] = [...joins.values, ...conditions.flatMap((condition) => condition.values), size + 1, offset];
  const rows = database.all<Row>(
    `SELECT ${subject.table}.* FROM ${subject.table} ${joins.text} ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ...values,
  );
  return { items: rows.slice(0, size), nextPageToken: rows.length > size ? encodePageToken([offset + size]) : undefined };
}

function* scopeConditions({ table }: SqlSubject, { view, experiments, also }: SearchScope): Generator<Sql> {
  // One experiment is the usual case, and with `=` the index gives its rows in order.
  if (experiments?.length === 1) yield { text: `${table}.experiment = ?`, values: [experiments[0]!] };
  else if (experiments) yield { text: `${table}.experiment IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(experiments)] };
  if (view === 'ACTIVE_ONLY') yield { text: `${table}.lifecycle_stage = 'active'`, values: [] };
  if (view === 'DELETED_ONLY') yield { text: `${table}.lifecycle_stage = 'deleted'`, values: [] };
  yield* also ?? [];
}
