import { isAbsolute, relative } from 'node:path';
import type { DataMetadata } from '../core/dataMetadata';
import { saysNothing } from '../core/dataMetadata';
import { worstState, type DataUse, type DescribedDataset } from '../core/dataUse';
import type { DataVersion } from '../core/dataVersion';
import { TagName } from '../core/tagNames';

/** MLflow's limit for the value of a data set's tag. */
const MOST = 500;

/** A path relative to a folder where it lies in it, with `/`. */
export function placeIn(folder: string, path: string): string {
  const name = relative(folder, path);
  return name.startsWith('..') || isAbsolute(name) ? path : name.replaceAll('\\', '/');
}

/** How a run found a tracked path. */
export function dataUse(path: string, version: DataVersion, folder: string): DataUse {
  const { digest, found, recordedIn, state, commitTarget } = version;
  return {
    path: placeIn(folder, path),
    digest: found ?? digest,
    recordedIn: placeIn(folder, recordedIn),
    ...(found !== undefined && found !== digest ? { recorded: digest } : {}),
    ...(state === undefined ? {} : { state }),
    ...(commitTarget === undefined ? {} : { commitTarget: placeIn(folder, commitTarget) }),
  };
}

/** What a data set's profile keeps of what people say of the data; nothing where nothing is said. */
export function metadataProfile(metadata: DataMetadata | undefined): Record<string, unknown> {
  if (!metadata || saysNothing(metadata)) return {};
  const { description, type, labels, source, transformations, other } = metadata;
  return {
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : { type }),
    ...(labels.length === 0 ? {} : { data_labels: labels }),
    ...(source === undefined ? {} : { data_source: source }),
    ...(transformations.length === 0 ? {} : { transformations }),
    ...(Object.keys(other).length === 0 ? {} : { meta: other }),
  };
}

/** The tags of a data set as one run used it: what people say of it now, and whether it can be had again. */
export function useTags({ uses, metadata }: Pick<DescribedDataset, 'uses' | 'metadata'>): Record<string, string> {
  const state = worstState(uses.map((use) => use.state));
  const recorded = uses.flatMap((use) => (use.recorded === undefined ? [] : [`${use.path} ${use.recorded}`]));
  const texts: [string, string | undefined][] = [
    [TagName.dataState, state],
    [TagName.dataRecorded, recorded.join(', ')],
    [TagName.dataDescription, metadata?.description],
    [TagName.dataType, metadata?.type],
    [TagName.dataLabels, metadata?.labels.join(', ')],
    [TagName.dataSource, metadata?.source],
    [TagName.dataPreprocessing, metadata?.preprocessing.join('; ')],
    [TagName.dataTransformations, metadata?.transformations.join('; ')],
  ];
  return Object.fromEntries(texts.flatMap(([key, text]) => (text === undefined || text === '' ? [] : [[key, cut(text)]])));
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
