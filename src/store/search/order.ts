import { invalid } from '../../core/errors';
import type { MetricOrder } from '../engine';
import { quote } from '../limits';
import { splitField } from './filter';
import { type Grammar, resolveField } from './grammar';
import type { Field, Ordering } from './query';
import { tokenize } from './tokens';

/** SQLite joins no more than 200 tables. */
const MOST_FIELDS = 100;

/** Reads `key [ASC|DESC]`, e.g. `metrics.loss ASC`. Naming a field twice is an error. */
export function parseOrder(sources: readonly (string | MetricOrder)[] | undefined, grammar: Grammar): Ordering[] {
  if (sources && sources.length > MOST_FIELDS)
    throw invalid(`\`order_by\` holds at most ${MOST_FIELDS} fields: these are ${sources.length}.`);
  const orderings = (sources ?? []).map((source) => (typeof source === 'string' ? parseOne(source, grammar) : metricOrder(source)));
  const seen = new Set<string>();
  for (const { field, dataset } of orderings) {
    const name = `${field.entity}.${field.key}`;
    if (dataset) continue;
    if (seen.has(name)) throw invalid(`\`order_by\` contains duplicate fields: ${name}.`);
    seen.add(name);
  }
  return orderings;
}

function metricOrder({ metric, descending, dataset }: MetricOrder): Ordering {
  return { field: { entity: 'metric', key: metric, numeric: true }, descending, dataset };
}

function parseOne(source: string, grammar: Grammar): Ordering {
  const fail = (): Error =>
    invalid(`Invalid order_by clause ${quote(source)}: write a field and then ASC or DESC, e.g. "metrics.loss ASC".`);
  const tokens = tokenize(source);
  const last = tokens.at(-1);
  const direction = tokens.length > 1 && last?.kind === 'word' && /^(asc|desc)$/i.test(last.text) ? last.text.toUpperCase() : undefined;
  const rest = direction === undefined ? tokens : tokens.slice(0, -1);
  const [first, second] = rest;
  let field: Field;
  if (rest.length === 1 && first?.kind === 'quoted') field = resolveField(grammar, undefined, first.text, 'order');
  else if (first?.kind === 'word' && rest.length <= 2) {
    const { prefix, key } = splitField(first.text);
    if ((key === '') !== (second?.kind === 'quoted') || (second && key !== '')) throw fail();
    field = resolveField(grammar, prefix, key === '' ? second!.text : key, 'order');
  } else throw fail();
  return { field, descending: direction === 'DESC' };
}
