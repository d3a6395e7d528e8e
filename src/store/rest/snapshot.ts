import type { Experiment } from '../../core/experiment';
import type { RegisteredModel } from '../../core/model';
import type { Run } from '../../core/run';
import type { Change } from '../change';

interface SeenRun {
  /** Everything but the metrics. */
  readonly rest: string;
  /** Key → the last point. */
  readonly metrics: ReadonlyMap<string, string>;
  readonly outputs: ReadonlySet<string>;
  readonly running: boolean;
}

/** What was seen of a server when it was last asked, and what differs from then. */
export class Snapshot {
  private readonly runs = new Map<string, SeenRun>();
  private readonly experiments = new Map<string, string>();
  private readonly models = new Map<string, string>();

  get experimentIds(): readonly string[] {
    return [...this.experiments.keys()];
  }

  get running(): readonly string[] {
    return [...this.runs].filter(([, { running }]) => running).map(([runId]) => runId);
  }

  seeRun(run: Run): Change[] {
    const { runId, experimentId } = run;
    const before = this.runs.get(runId);
    const after = seen(run);
    this.runs.set(runId, after);
    const changes: Change[] = [];
    if (before?.rest !== after.rest) changes.push({ kind: 'run', runId, experimentId });
    for (const modelId of after.outputs) if (!before?.outputs.has(modelId)) changes.push({ kind: 'loggedModel', modelId, runId });
    for (const [key, last] of after.metrics) if (before?.metrics.get(key) !== last) changes.push({ kind: 'metric', runId, key });
    return changes;
  }

  /** All experiments, also deleted ones. */
  seeExperiments(experiments: readonly Experiment[]): Change[] {
    return compared(
      this.experiments,
      experiments.map((experiment) => [experiment.experimentId, JSON.stringify(experiment)] as const),
      (experimentId) => ({ kind: 'experiment', experimentId }),
    );
  }

  seeModels(models: readonly RegisteredModel[]): Change[] {
    return compared(
      this.models,
      models.map((model) => [model.name, JSON.stringify(model)] as const),
      (name) => ({ kind: 'registeredModel', name }),
    );
  }

  forgetRun(runId: string): void {
    this.runs.delete(runId);
  }

  /** Forgets runs that nobody will ask about again. */
  keepRuns(runIds: ReadonlySet<string>): void {
    for (const [runId, { running }] of this.runs) if (!running && !runIds.has(runId)) this.runs.delete(runId);
  }
}

function seen({ metrics, ...rest }: Run): SeenRun {
  return {
    rest: JSON.stringify(rest),
    metrics: new Map(metrics.map(({ key, last }) => [key, `${last.step} ${last.timestamp} ${last.value}`])),
    outputs: new Set(rest.modelOutputs.map(({ modelId }) => modelId)),
    running: rest.status === 'RUNNING' && rest.lifecycleStage === 'active',
  };
}

function compared(known: Map<string, string>, now: readonly (readonly [string, string])[], change: (id: string) => Change): Change[] {
  const changes: Change[] = [];
  const ids = new Set(now.map(([id]) => id));
  for (const [id, text] of now) {
    if (known.get(id) !== text) changes.push(change(id));
    known.set(id, text);
  }
  for (const id of [...known.keys()])
    if (!ids.has(id)) {
      known.delete(id);
      changes.push(change(id));
    }
  return changes;
}
