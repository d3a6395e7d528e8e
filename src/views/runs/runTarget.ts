import { l10n, window } from 'vscode';
import { missing } from '../../core/errors';
import { formatAge } from '../../core/format';
import type { Run } from '../../core/run';
import { everyExperiment } from '../../store/pages';
import type { StoreSource } from '../../host/stores';
import type { Engine } from '../../store/engine';
import { runDescription } from './runText';

/** A run that a command is about. */
export interface RunTarget {
  readonly location: string;
  readonly runId: string;
}

/** Which runs of a store will do, e.g. those with a model. */
export type RunFilter = (engine: Engine, experimentIds: readonly string[]) => Promise<(run: Run) => boolean>;

/** Turns what a command is called with into runs: rows, else what is selected, else what a person picks. */
export class RunTargets {
  constructor(
    private readonly stores: StoreSource,
    private readonly selection: () => readonly unknown[],
  ) {}

  /** At least one, or none when the person goes away. */
  async several(args: readonly unknown[], title: string, least = 1): Promise<readonly RunTarget[]> {
    const given = this.given(args);
    return given.length >= least ? given : this.pick(title, true, given, least);
  }

  /** `fit` tells which of the listed runs will do. */
  async one(args: readonly unknown[], title: string, fit: RunFilter = everyRun): Promise<RunTarget | undefined> {
    return this.given(args)[0] ?? (await this.pick(title, false, [], 1, fit))[0];
  }

  async engineOf({ location }: RunTarget): Promise<Engine> {
    const engine = await this.stores.engineAt(location);
    if (!engine) throw missing(l10n.t('There is no store at {0} any more.', location));
    return engine;
  }

  async runOf(target: RunTarget): Promise<Run> {
    return (await this.engineOf(target)).runs.get(target.runId);
  }

  private given([clicked, selected]: readonly unknown[]): readonly RunTarget[] {
    const targets = targetsOf([clicked, selected]);
    return targets.length > 0 || (clicked ?? undefined) !== undefined ? targets : targetsOf([undefined, this.selection()]);
  }

  private async pick(
    title: string,
    several: boolean,
    given: readonly RunTarget[],
    least: number,
    fit: RunFilter = everyRun,
  ): Promise<readonly RunTarget[]> {
    const items = (await Promise.all(this.stores.all.map((store) => this.listed(store.location, fit)))).flat();
    if (items.length < least)
      throw new Error(
        items.length === 0
          ? l10n.t('There is no such run yet: train a model first.')
          : l10n.t('There is only one run yet: train once more.'),
      );
    for (const item of items) item.picked = given.some(({ runId }) => runId === item.target.runId);
    if (!several) {
      const choice = await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
      return choice ? [choice.target] : [];
    }
    const choices = await window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
    if (!choices || choices.length === 0) return [];
    if (choices.length < least) throw new Error(l10n.t('Choose at least {0} runs.', least));
    return choices.map(({ target }) => target);
  }

  private async listed(
    location: string,
    fit: RunFilter,
  ): Promise<{ label: string; description: string; detail?: string; picked?: boolean; target: RunTarget }[]> {
    const store = this.stores.at(location);
    await store?.want();
    const engine = store?.engine;
    if (!engine) return [];
    const experiments = await everyExperiment(engine);
    if (experiments.length === 0) return [];
    const names = new Map(experiments.map(({ experimentId, name }) => [experimentId, name]));
    const { items } = await engine.runs.search({ experimentIds: [...names.keys()], maxResults: 200 });
    const now = Date.now();
    const fits = await fit(engine, [...names.keys()]);
    return items.filter(fits).map((run) => ({
      label: run.runName,
      description: [names.get(run.experimentId), runDescription(run, undefined, now, undefined) || formatAge(run.startTime, now)].join(
        ' · ',
      ),
      target: { location, runId: run.runId },
    }));
  }
}

/** The runs that a command of a row is about: those that are selected, if the row is among them, else its own. */
export function targetsOf([clicked, selected]: readonly unknown[]): readonly RunTarget[] {
  const chosen: readonly unknown[] = Array.isArray(selected) ? selected : [];
  const rows = chosen.length > 0 ? chosen : [clicked];
  const targets = new Map(rows.map(targetOf).map((target) => [target && `${target.location} ${target.runId}`, target]));
  return [...targets.values()].filter((target) => target !== undefined);
}

const everyRun: RunFilter = () => Promise.resolve(() => true);

/** The run that a row is, or is under. */
function targetOf(row: unknown): RunTarget | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { location, runId } = row as Partial<RunTarget>;
  if (typeof location === 'string' && typeof runId === 'string') return { location, runId };
  return 'parent' in row ? targetOf(row.parent) : undefined;
}
