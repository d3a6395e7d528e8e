import type { DatasetFilter, LoggedModelQuery, Page, ViewType } from '../engine';
import { invalid } from '../../core/errors';
import { decodePageToken, encodePageToken, pageSize } from '../pageToken';
import { parseFilter } from '../search/filter';
import { parseOrder } from '../search/order';
import type { Comparison } from '../search/query';
import type { Database, Value } from './database';
import { type Sql, compileAfter, compileComparison, compileMeasured, compileOrder } from './searchSql';
import type { SqlSubject } from './searchSubjects';

export interface SearchScope {
  /** Default and greatest size of a page. */
  readonly usual: number;
  readonly most: number;
  readonly view?: ViewType;
  /** Only what lies in one of these experiments. */
  readonly experiments?: readonly number[];
  /** On which data sets a metric must have been measured. */
  readonly datasets?: readonly DatasetFilter[];
  readonly also?: readonly Sql[];
}

export type PageQuery = Pick<LoggedModelQuery, 'filter' | 'orderBy' | 'maxResults' | 'pageToken'>;

/** MLflow's mark of what is a prompt, not a model. */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

/**
 * One page of a table's rows that a query asks for. In the usual order a page begins after the last row of the one before, so that
 * what is added meanwhile shifts nothing; in an order of the query's own it begins at a number.
 */
export function searchPage<Row extends object>(database: Database, subject: SqlSubject, query: PageQuery, scope: SearchScope): Page<Row> {
  const size = pageSize(query.maxResults, scope.usual, scope.most);
  const usual = (query.orderBy ?? []).length === 0;
  const { offset, after } = beginning(query.pageToken, usual, subject);
  const { text, values } = searchSql(subject, query, scope, after);
  const rows = database.all<Row>(`${text} LIMIT ? OFFSET ?`, ...values, size + 1, offset);
  const items = rows.slice(0, size);
  if (rows.length <= size) return { items, nextPageToken: undefined };
  const last = items.at(-1) as Readonly<Record<string, number | string>>;
  return { items, nextPageToken: encodePageToken(usual ? ['after', ...subject.ties.map(({ name }) => last[name]!)] : [offset + size]) };
}

/** The question without its page; `after` is the row that the page before ended with. */
export function searchSql(subject: SqlSubject, query: PageQuery, scope: SearchScope, after?: readonly Value[]): Sql {
  const { joins, order } = compileOrder(parseOrder(query.orderBy, subject.grammar), subject);
  const conditions = [
    ...scopeConditions(subject, scope),
    ...filterConditions(parseFilter(query.filter, subject.grammar), subject, scope.datasets ?? []),
    ...(after ? [compileAfter(subject, after)] : []),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ text }) => text).join(' AND ')}` : '';
  return {
    text: `SELECT ${subject.table}.* FROM ${subject.table} ${joins.text} ${where} ORDER BY ${order}`,
    values: [...joins.values, ...conditions.flatMap((condition) => condition.values)],
  };
}

function beginning(token: string | undefined, usual: boolean, { ties }: SqlSubject): { offset: number; after?: readonly Value[] } {
  if (!token) return { offset: 0 };
  const [first, ...rest] = decodePageToken(token);
  if (
    usual &&
    first === 'after' &&
    rest.length === ties.length &&
    rest.every((value) => typeof value === 'number' || typeof value === 'string')
  )
    return { offset: 0, after: rest };
  if (!usual && typeof first === 'number' && Number.isSafeInteger(first) && first >= 0) return { offset: first };
  throw invalid('Invalid page token: ask for the first page again.');
}

function* filterConditions(comparisons: readonly Comparison[], subject: SqlSubject, datasets: readonly DatasetFilter[]): Generator<Sql> {
  const prompts = subject.isPrompt !== undefined && asksForPrompts(comparisons);
  for (const comparison of comparisons)
    if (subject.isPrompt === undefined || prompts || !isPromptTag(comparison)) yield compileComparison(comparison, subject, datasets);
  if (subject.isPrompt !== undefined && !prompts) yield { text: `NOT ${subject.isPrompt}`, values: [] };
  if (datasets.length > 0 && !comparisons.some(({ field }) => field.entity === 'metric')) yield compileMeasured(datasets);
}

function isPromptTag({ field }: Comparison): boolean {
  return field.entity === 'tag' && field.key === PROMPT_TAG;
}

/** As MLflow reads it, models are what is asked for unless the filter's first word on prompts says otherwise. */
function asksForPrompts(comparisons: readonly Comparison[]): boolean {
  const first = comparisons.find(isPromptTag);
  const value = String(first?.values[0]).toLowerCase();
  return (first?.operator === '=' && value === 'true') || (first?.operator === '!=' && value === 'false');
}

function* scopeConditions({ table }: SqlSubject, { view, experiments, also }: SearchScope): Generator<Sql> {
  // One experiment is the usual case, and with `=` the index gives its rows in order.
  if (experiments?.length === 1) yield { text: `${table}.experiment = ?`, values: [experiments[0]!] };
  else if (experiments) yield { text: `${table}.experiment IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(experiments)] };
  if (view === 'ACTIVE_ONLY') yield { text: `${table}.lifecycle_stage = 'active'`, values: [] };
  if (view === 'DELETED_ONLY') yield { text: `${table}.lifecycle_stage = 'deleted'`, values: [] };
  yield* also ?? [];
}
