import type { LabelCounts, Profile } from '../content/profile';
import { pixelTable } from '../content/images/pixelTable';
import type { Bounds, Checks, Demand } from './checks';
import { checkColumns } from './columnChecks';
import { boundsText, finding, isWithin, listText, without, type Finding } from './finding';

/** Holds a profile against checks: one finding for each demand, in the file's order of lines. */
export function evaluate(checks: Checks, profile: Profile): Finding[] {
  const { format, rows, columns, files, missing, duplicates, image, pixels, shape, type, labels, classShare } = checks;
  const findings: Finding[] = [
    ...(format ? [finding('format', format.line, profile.format === format.value, format.value, profile.format)] : []),
    ...count('rows', rows, profile.rows, 'rows'),
    ...columnCount(columns, profile),
    ...count('files', files, profile.files, 'files'),
    ...missingCells(missing, profile),
    ...repeated(duplicates, profile),
    ...(image ? [imageSize(image, checks.label?.value, profile)] : []),
    ...(pixels ? [pixelRange(pixels, checks.label?.value, profile)] : []),
    ...(shape ? [arrayShape(shape, profile)] : []),
    ...(type ? [finding('type', type.line, profile.array?.type === type.value, type.value, profile.array?.type ?? 'no array')] : []),
    ...(labels ? [allowedLabels(labels, profile)] : []),
    ...(classShare ? [shares(classShare, profile)] : []),
    ...(checks.schema ?? []).flatMap((column) => checkColumns(column, profile)),
  ];
  return findings.sort((a, b) => a.line - b.line);
}

function count(check: string, demand: Demand<Bounds> | undefined, value: number | undefined, what: string): Finding[] {
  if (!demand) return [];
  const expected = boundsText(demand.value);
  if (value === undefined) return [without(check, demand.line, expected, what)];
  return [finding(check, demand.line, isWithin(value, demand.value), expected, String(value))];
}

function columnCount(demand: Checks['columns'], profile: Profile): Finding[] {
  if (!demand) return [];
  const { value, line } = demand;
  if (!Array.isArray(value)) return count('columns', { value: value as Bounds, line }, profile.columnCount, 'columns');
  const names = profile.columns?.map(({ name }) => name);
  if (!names) return [without('columns', line, listText(value as string[]), 'columns')];
  const wanted = value as readonly string[];
  const same = names.length === wanted.length && names.every((name, index) => name === wanted[index]);
  const lacking = wanted.filter((name) => !names.includes(name));
  const extra = names.filter((name) => !wanted.includes(name));
  const found = [...(lacking.length > 0 ? [`without ${listText(lacking)}`] : []), ...(extra.length > 0 ? [`also ${listText(extra)}`] : [])];
  return [finding('columns', line, same, listText(wanted), same ? 'these' : found.join('; ') || `in another order: ${listText(names)}`)];
}

function missingCells(demand: Checks['missing'], profile: Profile): Finding[] {
  if (!demand) return [];
  const total = profile.columns?.reduce((sum, { missing }) => sum + missing, 0) ?? profile.array?.missing;
  if (total === undefined) return count('missing', demand, undefined, 'cells');
  const columns = (profile.columns ?? []).filter(({ missing }) => missing > 0).map(({ position }) => position - 1);
  const more = { cells: { columns, test: ({ kind }: { readonly kind: unknown }) => kind === undefined }, numbers: Number.isNaN };
  return [finding('missing', demand.line, isWithin(total, demand.value), boundsText(demand.value), String(total), more)];
}

function repeated(demand: Checks['duplicates'], { duplicates }: Profile): Finding[] {
  if (!demand) return [];
  if (!duplicates) return count('duplicates', demand, undefined, 'rows or images to compare');
  const found = `${duplicates.count}${duplicates.exact ? '' : ` among the first ${duplicates.compared}`}`;
  const examples = duplicates.examples.map((each) => (typeof each === 'number' ? { row: each } : { path: each }));
  return [finding('duplicates', demand.line, isWithin(duplicates.count, demand.value), boundsText(demand.value), found, { examples })];
}

function imageSize({ value, line }: NonNullable<Checks['image']>, label: string | number | undefined, profile: Profile): Finding {
  const expected = sizeText(value);
  const fits = (size: { width: number; height: number; channels: number }): boolean =>
    (['width', 'height', 'channels'] as const).every((key) => value[key] === undefined || value[key] === size[key]);
  if (profile.images) {
    const wrong = profile.images.sizes.filter((size) => !fits(size));
    const shown = (wrong.length > 0 ? wrong : profile.images.sizes).map((size) => `${sizeText(size)} (${size.count})`);
    const passed = wrong.length === 0 && profile.images.omittedSizes === 0 && profile.images.count > 0;
    return finding('image', line, passed, expected, listText(shown, 5) || 'no images', { size: value });
  }
  const table = profile.columns && pixelTable(namesOf(profile), label);
  const pixels = (value.width ?? 0) * (value.height ?? 0) * (value.channels ?? 1);
  if (!profile.columns) return without('image', line, expected, 'images');
  // Rows of pixels needn't be square where the size is told.
  const columns = profile.columnCount ?? 0;
  const passed = columns === pixels || columns === pixels + 1;
  return finding(
    'image',
    line,
    passed,
    expected,
    table ? sizeText({ width: table.side, height: table.side, channels: 1 }) : `rows of ${columns} cells`,
  );
}

function pixelRange({ value, line }: Demand<Bounds>, label: string | number | undefined, profile: Profile): Finding {
  const expected = boundsText(value);
  const numbers = profile.images?.pixels ?? profile.array?.numbers;
  const wrong = (pixel: number): boolean => !isWithin(pixel, value);
  if (numbers) {
    const passed = isWithin(numbers.min, value) && isWithin(numbers.max, value);
    return finding('pixels', line, passed, expected, `${numbers.min} to ${numbers.max}`, { numbers: wrong });
  }
  const table = pixelTable(namesOf(profile), label);
  const position = table?.label ?? labelPosition(profile, label);
  const columns = (profile.columns ?? []).filter((_, index) => index !== position);
  if (columns.length === 0) return without('pixels', line, expected, 'pixels');
  const bad = columns.filter(
    ({ type, numbers: each }) => (type !== 'integer' && type !== 'number') || !each || wrong(each.min) || wrong(each.max),
  );
  const limits = columns.flatMap(({ numbers: each }) => (each ? [each] : []));
  const found = `${Math.min(...limits.map(({ min }) => min))} to ${Math.max(...limits.map(({ max }) => max))}`;
  const text = bad.some(({ type }) => type === 'text' || type === 'empty') ? `${found}, and cells that are no numbers` : found;
  const test = (cell: { readonly number: number | undefined }): boolean => cell.number === undefined || wrong(cell.number);
  return finding('pixels', line, bad.length === 0, expected, text, { cells: { columns: bad.map((column) => column.position - 1), test } });
}

function arrayShape({ value, line }: NonNullable<Checks['shape']>, { array }: Profile): Finding {
  const expected = value.map((size) => size ?? 'any').join(' × ');
  if (!array) return without('shape', line, expected, 'array');
  const passed = array.shape.length === value.length && value.every((size, axis) => size === null || size === array.shape[axis]);
  return finding('shape', line, passed, expected, array.shape.join(' × '));
}

function allowedLabels({ value, line }: Demand<readonly string[]>, profile: Profile): Finding {
  if (!profile.labels) return without('labels', line, listText(value), 'labels, or too many different ones');
  const allowed = new Set(value);
  const strange = profile.labels.counts.filter((label) => !allowed.has(label.value));
  const found = strange.length > 0 ? strange.map((label) => `${label.value} (${label.count})`) : ['only these'];
  const position = labelPosition(profile, profile.labels.from);
  const test = (cell: { readonly kind: unknown; readonly text: string }): boolean => cell.kind !== undefined && !allowed.has(cell.text);
  const isLabelsFile = profile.array?.shape.length === 1;
  const numbers = isLabelsFile ? (label: number): boolean => !allowed.has(String(label)) : undefined;
  const cells = position === undefined ? undefined : { columns: [position], test };
  return finding('labels', line, strange.length === 0, listText(value), listText(found), { cells, numbers });
}

function shares({ value, line }: Demand<Bounds>, { labels }: Profile): Finding {
  if (!labels) return without('class_share', line, boundsText(value), 'labels');
  const total = labels.counts.reduce((sum, label) => sum + label.count, 0);
  const wrong = labels.counts.filter((label) => !isWithin(label.count / total, value));
  const shown = (wrong.length > 0 ? wrong : labels.counts).map((label) => `${label.value}: ${(label.count / total).toFixed(4)}`);
  return finding('class_share', line, wrong.length === 0, boundsText(value), listText(shown));
}

function namesOf({ columns }: Profile): string[] {
  return columns?.map(({ name }) => name) ?? [];
}

function labelPosition({ columns }: Profile, label: LabelCounts['from'] | number | undefined): number | undefined {
  const index = columns?.findIndex(({ name, position }) => (typeof label === 'number' ? position === label : name === label)) ?? -1;
  return index < 0 ? undefined : index;
}

function sizeText({ width, height, channels }: { readonly width?: number; readonly height?: number; readonly channels?: number }): string {
  return [width ?? 'any', height ?? 'any', ...(channels === undefined ? [] : [channels])].join(' × ');
}
