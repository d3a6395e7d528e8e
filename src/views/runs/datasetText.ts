import type { DatasetInput } from '../../core/dataset';

/** How many rows a data set has, as its profile says; undefined when it doesn't. */
export function rowsOf(profile: string | undefined): number | undefined {
  if (!profile) return undefined;
  try {
    const value = JSON.parse(profile) as Record<string, unknown>;
    const rows = value['num_rows'] ?? value['rows'] ?? value['num_samples'];
    return typeof rows === 'number' ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Beside a data set's name: `train · 60,000 rows · 9fb629c4`. */
export function datasetDescription({ dataset, tags }: DatasetInput): string {
  const rows = rowsOf(dataset.profile);
  return [tags['mlflow.data.context'], rows === undefined ? undefined : `${rows.toLocaleString('en')} rows`, dataset.digest.slice(0, 8)]
    .filter(Boolean)
    .join(' · ');
}
