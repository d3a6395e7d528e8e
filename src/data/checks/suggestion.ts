import { Document, isCollection, isScalar, visit } from 'yaml';
import { pixelTable } from '../content/images/pixelTable';
import type { ColumnProfile, Profile } from '../content/profile';

/** Columns beyond which those alike that follow each other share an entry. */
const MOST_ENTRIES = 40;
const MOST_LABELS = 1_000;

/** The text of a starting checks file: what is so now, for people to widen or tighten. */
export function suggestChecks(profile: Profile): string {
  const head = [
    `# What ${profile.name} has to be like: what was there when this was written. Widen what may change, drop what doesn't matter.`,
    `# Run by "ml-tracking data check", and before each training. ML Tracking's guide to data checks has all there is to say.`,
  ];
  const document = new Document(checksOf(profile));
  visit(document, {
    Pair: (_key, { key, value }) => {
      if (isScalar(key) && IN_A_LINE.has(String(key.value)) && isCollection(value)) value.flow = true;
    },
  });
  return `${head.join('\n')}\n${document.toString({ lineWidth: 140 })}`;
}

const IN_A_LINE = new Set(['rows', 'files', 'image', 'pixels', 'shape', 'labels', 'values']);

type Plain = Record<string, unknown>;

function checksOf(profile: Profile): Plain {
  const { format, dialect, rows, array, images, labels, duplicates, parts } = profile;
  if (parts) return { format, files: { min: profile.files }, parts: Object.fromEntries(parts.map((part) => [part.name, checksOf(part)])) };
  const isLabels = array?.shape.length === 1 && labels !== undefined;
  const pixels = isPixels(profile);
  return {
    format,
    ...(dialect ? { header: dialect.header, delimiter: dialect.delimiter } : {}),
    ...(profile.columns && labels ? { label: labels.from } : {}),
    ...(format === 'images' ? { files: { min: profile.files } } : {}),
    ...(rows === undefined ? {} : { rows: { min: rows } }),
    ...(profile.columnCount === undefined ? {} : { columns: profile.columnCount }),
    ...(array && !images ? { type: array.type, shape: [null, ...array.shape.slice(1)] } : {}),
    ...imageChecks(profile),
    ...(labels && labels.counts.length <= MOST_LABELS ? { labels: labels.counts.map(({ value }) => plain(value)) } : {}),
    ...(array && array.missing === 0 && array.type.startsWith('float') ? { missing: 0 } : {}),
    ...(profile.columns?.every(({ missing }) => missing === 0) ? { missing: 0 } : {}),
    ...(duplicates?.count === 0 && duplicates.exact && !isLabels ? { duplicates: 0 } : {}),
    ...(profile.columns && !pixels ? { schema: schemaOf(profile.columns) } : {}),
  };
}

function imageChecks(profile: Profile): Plain {
  const table = isPixels(profile);
  if (table) return { image: { width: table.side, height: table.side, channels: 1 }, pixels: { min: 0, max: 255 } };
  if (!profile.images) return {};
  const { sizes, omittedSizes } = profile.images;
  const all = <T>(values: readonly T[]): T | undefined => (new Set(values).size === 1 && omittedSizes === 0 ? values[0] : undefined);
  const size = {
    width: all(sizes.map(({ width }) => width)),
    height: all(sizes.map(({ height }) => height)),
    channels: all(sizes.map(({ channels }) => channels)),
  };
  const known = Object.fromEntries(Object.entries(size).filter(([, value]) => value !== undefined));
  return { ...(Object.keys(known).length > 0 ? { image: known } : {}), pixels: { min: 0, max: 255 } };
}

function isPixels({ columns, labels }: Profile): ReturnType<typeof pixelTable> {
  const names = columns?.map(({ name }) => name) ?? [];
  const table = pixelTable(names, labels && names.includes(labels.from) ? labels.from : undefined);
  const bytes = (columns ?? []).every(
    ({ type, numbers, missing }, index) =>
      index === table?.label || (type === 'integer' && missing === 0 && numbers !== undefined && numbers.min >= 0 && numbers.max <= 255),
  );
  return bytes ? table : undefined;
}

function schemaOf(columns: readonly ColumnProfile[]): Plain[] {
  if (columns.length <= MOST_ENTRIES) return columns.map((column) => ({ column: column.name, ...demands(column) }));
  const runs: ColumnProfile[][] = [];
  for (const column of columns) {
    const last = runs.at(-1);
    if (last?.[0]?.type === column.type) last.push(column);
    else runs.push([column]);
  }
  return runs.map((run) => {
    if (run.length === 1) return { column: run[0]!.name, ...demands(run[0]!) };
    const { type } = run[0]!;
    const numbers = run.flatMap((column) => (column.numbers ? [column.numbers] : []));
    const limits =
      numbers.length > 0 ? { min: Math.min(...numbers.map(({ min }) => min)), max: Math.max(...numbers.map(({ max }) => max)) } : {};
    return {
      columns: `${run[0]!.position}-${run.at(-1)!.position}`,
      ...(type === 'empty' ? {} : { type }),
      ...(type === 'text' ? {} : limits),
    };
  });
}

function demands({ type, numbers, dates, missing, distinct, top }: ColumnProfile): Plain {
  if (type === 'empty') return {};
  const few = type === 'text' && distinct.exact && top && top.length === distinct.count;
  return {
    type,
    ...((type === 'integer' || type === 'number') && numbers ? { min: numbers.min, max: numbers.max } : {}),
    ...(type === 'date' && dates ? { min: dates.min, max: dates.max } : {}),
    ...(few ? { values: top.map(({ value }) => value).sort() } : {}),
    ...(missing === 0 ? { missing: 0 } : {}),
  };
}

/** Labels as numbers, where they are. */
function plain(value: string): string | number {
  return value !== '' && String(Number(value)) === value ? Number(value) : value;
}
