import type { Run } from '../../core/run';
import type { Engine, ViewType } from '../../store/engine';

/** So many runs are read at once to learn the newest of each experiment. */
const FIRST_LOOK = 100;
/** So many experiments that are not among those are asked after, each with a request. */
const MOST_QUESTIONS = 40;

/**
 * The newest run of each experiment of a server, with few requests: `undefined` stands for an experiment without runs, and those
 * that are missing were not asked after, being older than everything that was.
 */
export async function newestRuns(
  { runs }: Pick<Engine, 'runs'>,
  experimentIds: readonly string[],
  view: ViewType,
): Promise<ReadonlyMap<string, Run | undefined>> {
  const newest = new Map<string, Run | undefined>();
  if (experimentIds.length === 0) return newest;
  const page = await runs.search({ experimentIds, maxResults: FIRST_LOOK, view });
  for (const run of page.items) if (!newest.has(run.experimentId)) newest.set(run.experimentId, run);
  const rest = experimentIds.filter((experimentId) => !newest.has(experimentId));
  if (page.nextPageToken === undefined) for (const experimentId of rest) newest.set(experimentId, undefined);
  else
    await Promise.all(
      rest.slice(0, MOST_QUESTIONS).map(async (experimentId) => {
        newest.set(experimentId, (await runs.search({ experimentIds: [experimentId], maxResults: 1, view })).items[0]);
      }),
    );
  return newest;
}
