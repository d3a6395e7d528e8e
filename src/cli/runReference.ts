import { invalid, missing } from '../core/errors';
import type { Run } from '../core/run';
import type { Engine, ViewType } from '../store/engine';
import { everyExperimentId } from '../store/pages';

const PAGE = 1000;

/** Up to `limit` runs, over all pages, in the order asked for. */
export async function searchRuns(
  engine: Engine,
  query: { experimentIds: readonly string[]; filter?: string; orderBy?: readonly string[]; view?: ViewType; limit: number },
): Promise<Run[]> {
  const found: Run[] = [];
  let pageToken: string | undefined;
  do {
    const page = await engine.runs.search({ ...query, maxResults: Math.min(PAGE, query.limit - found.length), pageToken });
    found.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken && found.length < query.limit);
  return found;
}

/** The run that a person means: `latest`, an id, the beginning of one (from four characters on), or a run's name. */
export async function findRun(engine: Engine, reference: string): Promise<Run> {
  if (/^[0-9a-f]{32}$/.test(reference)) return engine.runs.get(reference);
  const experimentIds = await everyExperimentId(engine, 'ALL');
  if (reference === 'latest') {
    const [newest] = await searchRuns(engine, { experimentIds, limit: 1 });
    if (!newest) throw missing(`there are no runs yet in ${engine.info.location}: start one with \`ml-tracking train\``);
    return newest;
  }
  const runs = await searchRuns(engine, { experimentIds, view: 'ALL', limit: Number.MAX_SAFE_INTEGER });
  const matches = runs.filter((run) => run.runName === reference || (reference.length >= 4 && run.runId.startsWith(reference)));
  const [match, second] = matches;
  if (!match) throw missing(`no run '${reference}' in ${engine.info.location}: \`ml-tracking runs\` lists what is there`);
  if (second) {
    const ids = matches.slice(0, 4).map((run) => run.runId.slice(0, 8));
    throw invalid(`'${reference}' means ${matches.length} runs (${ids.join(', ')}${matches.length > 4 ? ', …' : ''}): give an id`);
  }
  return match;
}
