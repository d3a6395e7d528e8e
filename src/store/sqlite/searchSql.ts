import { invalid } from '../../core/errors';
import type { Comparison, Operator, Ordering } from '../search/query';
import type { Value } from './database';
import type { Related, SqlSubject } from './searchSubjects';

/** A piece of SQL with the values of its question marks. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

/** One condition as SQL. Every key and value is bound. */
export function compileComparison({ field, operator, values }: Comparison, subject: SqlSubject): Sql {
  if (field.entity === 'dataset') return compileDataset(field.key, operator, values);
  if (field.entity === 'attribute') return compare(attribute(subject, field.key), operator, values);
  const related = subject.related[field.entity]!;
  if (operator === 'IS NULL') return { text: `NOT ${exists(related, subject)})`, values: [field.key] };
  if (operator === 'IS NOT NULL') return { text: `${exists(related, subject)})`, values: [field.key] };
  if (operator === '!=' && subject.absentDiffers)
    return { text: `NOT ${exists(related, subject)} AND x.${related.value} = ?)`, values: [field.key, ...values] };
  const test = compare(`x.${related.value}`, operator, values);
  return { text: `${exists(related, subject)} AND ${test.text})`, values: [field.key, ...test.values] };
}

/** Numbers first, then NaN, then things without the field. The joins' values come before those of the conditions. */
export function compileOrder(orderings: readonly Ordering[], subject: SqlSubject): { joins: Sql; order: string } {
  const joins: string[] = [];
  const values: Value[] = [];
  const order: string[] = [];
  orderings.forEach(({ field, descending }, index) => {
    const direction = descending ? 'DESC' : 'ASC';
    if (field.entity === 'dataset') throw invalid('Runs cannot be ordered by data sets.');
    if (field.entity === 'attribute') {
      const expression = attribute(subject, field.key);
      order.push(`${expression} IS NULL`, `${expression} ${direction}`);
      return;
    }
    const related = subject.related[field.entity]!;
    const name = `o${index}`;
    joins.push(`LEFT JOIN ${related.table} ${name} ON ${name}.${related.owner} = ${subject.table}.id AND ${name}.key = ?`);
    values.push(field.key);
    order.push(`${name}.key IS NULL`, `${name}.${related.value} IS NULL`, `${name}.${related.value} ${direction}`);
  });
  return { joins: { text: joins.join(' '), values }, order: [...order, subject.ties].join(', ') };
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
