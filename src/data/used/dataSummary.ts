import { stat } from 'node:fs/promises';
import type { DataSummary, ReadDataSummary } from '../../core/dataSummary';
import type { ColumnType, Profile } from '../content/profile';

/** A larger file would hold up the training that logs it for more than a second. */
const MOST_BYTES = 64_000_000;
/** Nor does a training wait longer for one that turns out to be large, such as a compressed one. In milliseconds. */
const PATIENCE = 5_000;
/** MLflow's limit is 65,535. */
const MOST_SCHEMA = 60_000;
const MOST_CLASSES = 100;

/** MLflow's names of column types. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  ...{ integer: 'long', number: 'double', boolean: 'boolean', date: 'datetime', text: 'string', empty: 'string' },
};

/** Reads what is in a data file; what can't be read, or not in `patience` milliseconds, ends no training. */
export async function readDataSummary(path: string, patience = PATIENCE): ReturnType<ReadDataSummary> {
  try {
    const info = await stat(path);
    if (!info.isFile() || info.size > MOST_BYTES) return undefined;
    // Loaded with the first data set: most runs log none.
    const [{ profileContent }, { openPlace }] = await Promise.all([
      import('../content/contentProfile'),
      import('../content/contentSource'),
    ]);
    const profile = await profileContent(await openPlace({ kind: 'path', path }), {}, { signal: AbortSignal.timeout(patience) });
    return profile.format === 'other' ? undefined : summaryOf(profile);
  } catch {
    return undefined;
  }
}

/** A profile in few words. */
export function summaryOf(profile: Profile): DataSummary {
  const { rows, columns, columnCount, array, images, labels, duplicates, format } = profile;
  const missing = columns?.reduce((sum, column) => sum + column.missing, 0) ?? array?.missing;
  const numbers = images?.pixels ?? array?.numbers;
  const schema = schemaOf(profile);
  return {
    rows,
    schema: schema && JSON.stringify(schema).length <= MOST_SCHEMA ? schema : undefined,
    profile: {
      format,
      ...(columnCount === undefined ? {} : { columns: columnCount }),
      ...(missing === undefined ? {} : { missing }),
      ...(duplicates ? { duplicates: duplicates.count, ...(duplicates.exact ? {} : { duplicates_among: duplicates.compared }) } : {}),
      ...(array ? { shape: array.shape } : {}),
      ...(numbers ? { values: { min: numbers.min, max: numbers.max, mean: numbers.mean, std: numbers.std } } : {}),
      ...(labels && labels.counts.length <= MOST_CLASSES
        ? { labels: labels.from, class_counts: Object.fromEntries(labels.counts.map(({ value, count }) => [value, count])) }
        : {}),
    },
  };
}

function schemaOf({ columns, array }: Profile): unknown {
  if (array) {
    const spec = [{ type: 'tensor', 'tensor-spec': { dtype: array.type, shape: [-1, ...array.shape.slice(1)] } }];
    return { mlflow_tensorspec: { features: JSON.stringify(spec), targets: null } };
  }
  return columns && { mlflow_colspec: columns.map(({ name, type, missing }) => ({ type: TYPES[type], name, required: missing === 0 })) };
}
