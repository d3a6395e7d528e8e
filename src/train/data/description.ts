import { createHash } from 'node:crypto';
import { dataUse, metadataProfile, placeIn } from '../../autolog/dataUses';
import type { DataMetadata } from '../../core/dataMetadata';
import type { DataUse, DescribedDataset } from '../../core/dataUse';
import type { ReadDataVersion } from '../../core/dataVersion';
import { CLASSES, SIDE, type DigitData, type DigitFile, type DigitSplit } from './mnist';

export interface DescriptionOptions {
  readonly part: 'train' | 'test';
  /** How many of its rows are used, from which on; absent: all. */
  readonly rows?: { readonly from: number; readonly count: number };
  /** Paths are given relative to this folder when they lie in it. */
  readonly folder?: string;
  /** Asks DVC's records; absent: the files' own hashes alone. */
  readonly dataVersion?: ReadDataVersion;
  /** What the training does to the pixels and labels before they reach the network. */
  readonly steps?: readonly string[];
}

/** What the digit trainer does to the files' bytes. */
export const TRAINING_STEPS: readonly string[] = ['pixels divided by 255', 'reshaped to 28×28×1', 'labels one-hot'];

/** A data set as a run records it, by MLflow's conventions for `source`, `schema` and `profile`. */
export async function datasetDescription(data: DigitData, options: DescriptionOptions): Promise<DescribedDataset> {
  const split = data[options.part];
  const files = await Promise.all([describeFile(split.files.images, options), describeFile(split.files.labels, options)]);
  const [images, labels] = files.map(({ file }) => file) as [FileDescription, FileDescription];
  const { metadata } = files[0];
  const rows = options.rows ?? { from: 0, count: split.count };
  return {
    name: `${data.origin.name} ${options.part}`,
    // Of both files: other labels make other data. DVC's own hashes, of each, stand in the source.
    digest: createHash('md5').update(`${images.md5}\n${labels.md5}`).digest('hex'),
    sourceType: images.trackedBy === undefined ? 'local' : 'dvc',
    source: JSON.stringify({
      uri: images.path,
      labels: labels.path,
      images,
      labelsFile: labels,
      origin: data.origin.from,
      description: data.origin.description,
    }),
    schema: JSON.stringify({
      mlflow_tensorspec: {
        features: JSON.stringify([{ type: 'tensor', 'tensor-spec': { dtype: 'uint8', shape: [-1, SIDE, SIDE] } }]),
        targets: JSON.stringify([{ type: 'tensor', 'tensor-spec': { dtype: 'uint8', shape: [-1] } }]),
      },
    }),
    profile: JSON.stringify({
      num_rows: rows.count,
      ...(rows.count === split.count ? {} : { first_row: rows.from, rows_in_files: split.count }),
      features_shape: [rows.count, SIDE, SIDE],
      class_counts: classCounts(split, rows),
      pixels: pixelSummary(split, rows),
      ...metadataProfile(metadata),
      preprocessing: [...new Set([...(metadata?.preprocessing ?? []), ...data.origin.steps, ...(options.steps ?? TRAINING_STEPS)])],
    }),
    uses: files.flatMap(({ use }) => (use ? [use] : [])),
    ...(metadata ? { metadata } : {}),
  };
}

/** How many there are of each digit, 0 to 9. */
export function classCounts(split: DigitSplit, rows = { from: 0, count: split.count }): number[] {
  const counts = new Array<number>(CLASSES).fill(0);
  for (const label of split.labels.subarray(rows.from, rows.from + rows.count)) counts[label]!++;
  return counts;
}

/** The range of the pixels' values, with mean and standard deviation over all of them. */
function pixelSummary(
  split: DigitSplit,
  rows: { readonly from: number; readonly count: number },
): Record<'min' | 'max' | 'mean' | 'std', number> {
  const counts = new Float64Array(256);
  for (const value of split.images.subarray(rows.from * SIDE * SIDE, (rows.from + rows.count) * SIDE * SIDE)) counts[value]!++;
  const total = Math.max(1, rows.count * SIDE * SIDE);
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / total;
  const there = (count: number): boolean => count > 0;
  return { min: Math.max(0, counts.findIndex(there)), max: Math.max(0, counts.findLastIndex(there)), mean, std: Math.sqrt(variance) };
}

interface FileDescription {
  readonly path: string;
  readonly md5: string;
  readonly size: number;
  /** The file that records it, e.g. its `.dvc` file. */
  readonly trackedBy?: string;
  /** What is recorded, where the file has been changed since. */
  readonly recorded?: string;
}

async function describeFile(
  file: DigitFile,
  options: DescriptionOptions,
): Promise<{ readonly file: FileDescription; readonly use: DataUse | undefined; readonly metadata: DataMetadata | undefined }> {
  const version = await options.dataVersion?.(file.path, { md5: file.md5 });
  const where = (path: string): string => (options.folder === undefined ? path : placeIn(options.folder, path));
  const use = version && { ...dataUse(file.path, version, options.folder ?? process.cwd()), digest: file.md5 };
  // Whoever only reads records leaves it to us to compare.
  const isOther = version?.state === undefined && version?.path === file.path && version.digest !== file.md5;
  const recorded = use?.recorded ?? (isOther ? version.digest : undefined);
  return {
    file: {
      path: where(file.path),
      md5: file.md5,
      size: file.bytes,
      ...(version ? { trackedBy: where(version.recordedIn) } : {}),
      ...(recorded === undefined ? {} : { recorded }),
    },
    use,
    metadata: version?.metadata,
  };
}
