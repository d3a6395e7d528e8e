import { invalid } from '../../core/errors';
import type { DatasetFilter } from '../engine';
import type { Comparison, Operator, Ordering } from '../search/query';
import type { Value } from './database';
import type { Related, SqlSubject } from './searchSubjects';

/** A piece of SQL with the values of its question marks. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

/** One condition as SQL. Every key and value is bound. `datasets` are those on which a metric must have been measured, where given. */
export function compileComparison(
  { field, operator, values }: Comparison,
  subject: SqlSubject,
  datasets: readonly DatasetFilter[] = [],
): Sql {
  if (field.entity === 'dataset') return compileDataset(field.key, operator, values);
  if (field.entity === 'attribute') {
    const lookup = operator === '=' ? subject.lookups?.[field.key] : undefined;
    return lookup === undefined ? compare(attribute(subject, field.key), operator, values) : { text: lookup, values };
  }
  const related = subject.related[field.entity]!;
  if (operator === 'IS NULL') return { text: `NOT ${exists(related, subject)})`, values: [field.key] };
  if (operator === 'IS NOT NULL') return { text: `${exists(related, subject)})`, values: [field.key] };
  const test = compare(`x.${related.value}`, operator, values);
  // NaN, which stands as NULL, differs from every number.
  const text = field.numeric && operator === '!=' ? `(${test.text} OR x.${related.value} IS NULL)` : test.text;
  const measured = field.entity === 'metric' ? onDatasets('x', datasets) : [];
  return {
    text: `${exists(related, subject)} AND ${[text, ...measured.map((condition) => condition.text)].join(' AND ')})`,
    values: [field.key, ...test.values, ...measured.flatMap((condition) => condition.values)],
  };
}

/** What is asked of models where data sets are named and no metric: that anything was measured on one of them. */
export function compileMeasured(datasets: readonly DatasetFilter[]): Sql {
  const [measured] = onDatasets('x', datasets);
  return {
    text: `EXISTS (SELECT 1 FROM logged_model_metric x WHERE x.model = logged_model.id AND ${measured!.text})`,
    values: measured!.values,
  };
}

/** One condition, or none for no data sets. */
function onDatasets(name: string, datasets: readonly DatasetFilter[]): Sql[] {
  if (datasets.length === 0) return [];
  const one = ({ digest }: DatasetFilter): string =>
    `${name}.dataset_name = ?${digest === undefined ? '' : ` AND ${name}.dataset_digest = ?`}`;
  const values = datasets.flatMap((dataset) => (dataset.digest === undefined ? [dataset.name] : [dataset.name, dataset.digest]));
  return [{ text: `(${datasets.map(one).join(' OR ')})`, values }];
}

/** Numbers first, then NaN, then things without the field. The joins' values come before those of the conditions. */
export function compileOrder(orderings: readonly Ordering[], subject: SqlSubject): { joins: Sql; order: string } {
  const joins: string[] = [];
  const values: Value[] = [];
  const order: string[] = [];
  orderings.forEach(({ field, descending, dataset }, index) => {
    const direction = descending ? 'DESC' : 'ASC';
    if (field.entity === 'attribute') {
      const expression = attribute(subject, field.key);
      order.push(`${expression} IS NULL`, `${expression} ${direction}`);
      return;
    }
    const related = subject.related[field.entity]!;
    const name = `o${index}`;
    const [measured] = onDatasets('y', dataset ? [dataset] : []);
    joins.push(
      related.newest === undefined
        ? `LEFT JOIN ${related.table} ${name} ON ${name}.${related.owner} = ${subject.table}.id AND ${name}.key = ?`
        : `LEFT JOIN ${related.table} ${name} ON ${name}.id = (SELECT y.id FROM ${related.table} y WHERE y.${related.owner} = ${subject.table}.id
             AND y.key = ?${measured ? ` AND ${measured.text}` : ''} ORDER BY ${related.newest} LIMIT 1)`,
    );
    values.push(field.key, ...(measured?.values ?? []));
    order.push(`${name}.key IS NULL`, `${name}.${related.value} IS NULL`, `${name}.${related.value} ${direction}`);
  });
  const ties = subject.ties.map(({ name, descending }) => `${subject.table}.${name}${descending ? ' DESC' : ''}`);
  return { joins: { text: joins.join(' '), values }, order: [...order, ...ties].join(', ') };
}

/** What comes after a row in the order that a query leaves open. */
export function compileAfter({ table, ties }: SqlSubject, position: readonly Value[]): Sql {
  const alternatives = ties.map(({ name, descending }, index) => {
    const equal = ties.slice(0, index).map((tie) => `${table}.${tie.name} = ?`);
    return [...equal, `${table}.${name} ${descending ? '<' : '>'} ?`].join(' AND ');
  });
  const values = ties.flatMap((_, index) => position.slice(0, index + 1));
  // The first column alone, so that an index leads to where the page begins.
  const { name, descending } = ties[0]!;
  return { text: `${table}.${name} ${descending ? '<=' : '>='} ? AND (${alternatives.join(' OR ')})`, values: [position[0]!, ...values] };
}

function attribute(subject: SqlSubject, key: string): string {
  const expression = subject.attributes[key];
  if (expression === undefined)
    throw invalid(`${subject.grammar.name} of this store can't be searched by ${key}: it changes with the folder.`);
  return expression;
}

function exists({ table, owner }: Related, subject: SqlSubject): string {
  return `EXISTS (SELECT 1 FROM ${table} x WHERE x.${owner} = ${subject.table}.id AND x.key = ?`;
}

function compileDataset(key: string, operator: Operator, values: readonly (string | number)[]): Sql {
  const from = 'EXISTS (SELECT 1 FROM input JOIN dataset ON dataset.id = input.dataset';
  if (key !== 'context') {
    const test = compare(`dataset.${key}`, operator, values);
    return { text: `${from} WHERE input.run = run.id AND ${test.text})`, values: test.values };
  }
  const test = compare('x.value', operator, values);
  return {
    text: `${from} JOIN input_tag x ON x.input = input.id WHERE input.run = run.id AND x.key = 'mlflow.data.context' AND ${test.text})`,
    values: test.values,
  };
}

function compare(expression: string, operator: Operator, values: readonly (string | number)[]): Sql {
  switch (operator) {
    case 'IN':
    case 'NOT IN':
      return { text: `${expression} ${operator} (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
    case 'LIKE':
      return { text: `${expression} GLOB ?`, values: [globOf(String(values[0]))] };
    case 'ILIKE':
      return { text: `${expression} LIKE ?`, values };
    case 'IS NULL':
    case 'IS NOT NULL':
      return { text: `${expression} ${operator}`, values: [] };
    default:
      return { text: `${expression} ${operator} ?`, values };
  }
}

/** SQLite's LIKE takes no notice of case, MLflow's does; GLOB is the one that does. */
export function globOf(like: string): string {
  return like.replace(/[*?[%_]/g, (mark) => (mark === '%' ? '*' : mark === '_' ? '?' : `[${mark}]`));
}
