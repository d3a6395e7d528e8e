import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunProcess } from '../../src/core/progress';
import type { Run, RunStatus } from '../../src/core/run';
import { TagName } from '../../src/core/tagNames';
import type { Engine } from '../../src/store/engine';
import { openStore } from '../../src/store/sqlite/store';
import { until } from './until';

/** What the store of a workspace really holds, read beside the editor by a process of its own. */
export class RecordedRuns {
  constructor(private readonly location: string) {}

  async read<T>(ask: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await openStore(this.location);
    try {
      return await ask(engine);
    } finally {
      await engine.close();
    }
  }

  /** Newest first. */
  async all(): Promise<readonly Run[]> {
    if (!existsSync(join(this.location, 'tracking.db'))) return [];
    return this.read(async (engine) => {
      const experiments = await engine.experiments.search();
      const experimentIds = experiments.items.map((experiment) => experiment.experimentId);
      return experimentIds.length === 0 ? [] : (await engine.runs.search({ experimentIds })).items;
    });
  }

  /** Waits for the so-many-eth run. */
  async newest(count: number, timeout = 60_000): Promise<Run> {
    return until(
      `run number ${count} is recorded`,
      async () => {
        const runs = await this.all();
        return runs.length >= count ? runs[0] : undefined;
      },
      timeout,
    );
  }

  async ended(runId: string, timeout = 120_000): Promise<Run> {
    return this.when(runId, 'an end', ({ status }) => status !== 'RUNNING' && status !== 'SCHEDULED', timeout);
  }

  async withStatus(runId: string, status: RunStatus, timeout = 60_000): Promise<Run> {
    return this.when(runId, status, (run) => run.status === status, timeout);
  }

  async get(runId: string): Promise<Run> {
    return this.read((engine) => engine.runs.get(runId));
  }

  /** Waits until a run has logged so many points of a metric. */
  async withMetric(runId: string, key: string, count = 1, timeout = 60_000): Promise<Run> {
    return this.when(
      runId,
      `points of ${key}`,
      ({ metrics }) => metrics.some((metric) => metric.key === key && (metric.count ?? 0) >= count),
      timeout,
    );
  }

  private async when(runId: string, what: string, check: (run: Run) => boolean, timeout: number): Promise<Run> {
    return until(
      `run ${runId} has ${what}`,
      async () => {
        const run = await this.get(runId);
        return check(run) ? run : undefined;
      },
      timeout,
    );
  }
}

/** The process that writes a run, as the run itself says. */
export function processOf(run: Run): RunProcess {
  const text = run.tags[TagName.process];
  if (text === undefined) throw new Error(`The run ${run.runName} does not say which process writes it.`);
  return JSON.parse(text) as RunProcess;
}
