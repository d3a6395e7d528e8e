import { TrackingError } from '../core/errors';
import { formatAge, formatBytes, formatDuration, formatNumber, formatTime } from '../core/format';
import { bestOf } from '../core/metric';
import type { LoggedModel } from '../core/model';
import type { Artifact, Run } from '../core/run';
import { isInternalTag, TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import { everyItem } from '../store/pages';
import { jsonText, table, type Output } from './output';
import { findRun } from './runReference';
import { runRecord } from './runsCommand';

/** Every artifact of a run, files only, depth first. */
async function artifactFiles(engine: Engine, runId: string, folder = ''): Promise<Artifact[]> {
  const files: Artifact[] = [];
  for (const artifact of await engine.artifacts.list(runId, folder)) {
    if (artifact.isDirectory) files.push(...(await artifactFiles(engine, runId, artifact.path)));
    else files.push(artifact);
  }
  return files;
}

/** Shows one run with all that was logged; with `--json` also the metrics' last, least and greatest values. */
export async function showRun(engine: Engine, reference: string, output: Output): Promise<void> {
  const run = await findRun(engine, reference);
  const experiment = await engine.experiments.get(run.experimentId);
  const artifacts = await artifactFiles(engine, run.runId);
  const models = await loggedModels(engine, run);
  if (output.json) {
    output.out(
      jsonText({
        ...runRecord(run, experiment.name),
        metricSummaries: run.metrics,
        inputs: run.inputs,
        artifacts,
        models,
      }),
    );
    return;
  }
  output.out(describe(run, experiment.name, artifacts, models, Date.now()));
}

/** Servers older than MLflow 3 don't know logged models: there are none. */
async function loggedModels(engine: Engine, run: Run): Promise<readonly LoggedModel[]> {
  const query = { experimentIds: [run.experimentId], sourceRunId: run.runId };
  return everyItem((pageToken) => engine.loggedModels.search({ ...query, pageToken })).catch((error: unknown) => {
    if (error instanceof TrackingError && error.code === 'NOT_IMPLEMENTED') return [];
    throw error;
  });
}

function describe(run: Run, experiment: string, artifacts: readonly Artifact[], models: readonly LoggedModel[], now: number): string {
  const commit = run.tags[TagName.gitCommit];
  const dirty = run.tags[TagName.gitDirty] === 'true' ? ', with uncommitted changes' : '';
  const facts: string[][] = [
    ['run', `${run.runName} (${run.runId})`],
    ['experiment', experiment],
    ['status', run.status + (run.tags[TagName.error] ? `: ${run.tags[TagName.error]}` : '')],
    ['started', `${formatTime(run.startTime)} (${formatAge(run.startTime, now)})`],
    ['duration', formatDuration((run.endTime ?? now) - run.startTime)],
    ['user', run.userId],
    ['source', run.tags[TagName.sourceName] ?? ''],
    ['commit', commit ? `${commit.slice(0, 10)} ${run.tags[TagName.gitBranch] ?? ''}${dirty}` : 'none'],
    ...run.inputs.map((input) => [
      'data set',
      `${input.dataset.name} ${input.dataset.digest} (${[input.tags['mlflow.data.context'] ?? 'input', stateWord(input.tags[TagName.dataState])].filter(Boolean).join(', ')})`,
    ]),
    ...models.map(({ name, modelType, modelId }) => ['model', `${name} (${[modelType, modelId].filter(Boolean).join(', ')})`]),
  ];
  const metrics = run.metrics.map((metric) => {
    const best = bestOf(metric);
    return [
      metric.key,
      formatNumber(metric.last.value),
      best ? `${formatNumber(best.value)} at ${best.step}` : '',
      String(metric.count ?? ''),
    ];
  });
  const tags = Object.entries(run.tags).filter(([key]) => !isInternalTag(key));
  const sections = [
    facts.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`).join('\n') + '\n',
    table(['METRIC', 'LAST', 'BEST', 'POINTS'], metrics, ['left', 'right', 'left', 'right']),
    table(
      ['PARAMETER', 'VALUE'],
      run.params.map((param) => [param.key, param.value]),
    ),
    ...(tags.length > 0 ? [table(['TAG', 'VALUE'], tags)] : []),
    table(
      ['ARTIFACT', 'SIZE'],
      artifacts.map((artifact) => [artifact.path, formatBytes(artifact.size ?? 0)]),
      ['left', 'right'],
    ),
  ];
  return sections.join('\n');
}

/** What to know of a data set that its commit can't bring back. */
function stateWord(state: string | undefined): string | undefined {
  return state === 'uncommitted' ? 'not committed' : state === 'modified' ? state : undefined;
}
