import { isDescribed, useWarnings, worstState } from '../core/dataUse';
import type { Dataset } from '../core/dataset';
import type { DataUseState } from '../core/dataVersion';
import { useTags } from './dataUses';

/** The data sets of one run: warns, once for each, of those that its commit can't bring back. */
export class UsedDatasets {
  private readonly said = new Set<string>();
  private worst: DataUseState | undefined;

  constructor(private readonly warn: (line: string) => void) {}

  /** Of all that was taken; undefined where nothing is known. */
  get state(): DataUseState | undefined {
    return this.worst;
  }

  /** The data set as it is kept, and the tags that only this run gives it. */
  take(data: Dataset): { readonly dataset: Dataset; readonly tags: Record<string, string> } {
    if (!isDescribed(data)) return { dataset: data, tags: {} };
    const { uses, metadata, ...dataset } = data;
    this.worst = worstState([this.worst, ...uses.map(({ state }) => state)]);
    for (const line of useWarnings(uses.filter((use) => !this.said.has(use.path)))) this.warn(line);
    for (const { path } of uses) this.said.add(path);
    return { dataset, tags: useTags({ uses, ...(metadata ? { metadata } : {}) }) };
  }
}
