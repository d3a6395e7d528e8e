import { l10n } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import type { ContextKeys } from '../../host/contextKeys';
import type { RunTargets } from './runTarget';

/** Where runs are compared; the panels room fills it. */
export interface ComparisonPlace {
  open(location: string, runIds: readonly string[]): unknown;
  add(location: string, runId: string): unknown;
}

/** The commands that bring runs side by side. */
export class Comparison {
  constructor(
    private readonly targets: RunTargets,
    private readonly place: ComparisonPlace,
    private readonly context: ContextKeys,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.compareRuns, (...args) => this.compare(args));
    commands.register(CommandId.addToComparison, (...args) => this.add(args));
  }

  private async compare(args: readonly unknown[]): Promise<void> {
    const targets = await this.targets.several(args, l10n.t('Compare Which Runs?'), 2);
    const [first] = targets;
    if (!first) return;
    // A comparison reads one store; runs of another folder have their own.
    const runIds = targets.filter(({ location }) => location === first.location).map(({ runId }) => runId);
    await this.place.open(first.location, runIds);
    if (runIds.length > 1) this.context.set('mlTracking.compared', true);
  }

  private async add(args: readonly unknown[]): Promise<void> {
    for (const { location, runId } of await this.targets.several(args, l10n.t('Add Which Runs to the Comparison?')))
      await this.place.add(location, runId);
    this.context.set('mlTracking.compared', true);
  }
}
