import type { Experiment } from '../core/experiment';
import type { Engine, Page, ViewType } from './engine';

/** Everything that a paged question answers. */
export async function everyItem<T>(ask: (pageToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await ask(pageToken);
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return items;
}

export function everyExperiment(engine: Engine, view: ViewType = 'ACTIVE_ONLY'): Promise<Experiment[]> {
  return everyItem((pageToken) => engine.experiments.search({ view, pageToken }));
}

export async function everyExperimentId(engine: Engine, view?: ViewType): Promise<string[]> {
  return (await everyExperiment(engine, view)).map((experiment) => experiment.experimentId);
}
