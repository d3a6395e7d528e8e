import { messageOf } from '../core/errors';
import { TagName } from '../core/tagNames';
import { BestEpoch } from './bestEpoch';
import { fitParameters, optimizerParameters } from './fitParameters';
import type { FitArguments, FitLogs, FitWatcher, TrackedModel } from './model';
import { modelParameters } from './modelParameters';
import type { RunSession } from './runSession';
import { WEIGHTS_FILE, takeModel } from './savedModel';
import type { SessionLog } from './sessionLog';

export interface FitLoggerOptions {
  /** Keep the weights of the best epoch; absent: yes. */
  readonly checkpoints?: boolean;
  /** Log the loss of every batch; absent: yes. */
  readonly batches?: boolean;
}

const CHECKPOINT = 'checkpoints/best';

/** Logs a fit to a run: its parameters before, every batch and epoch during it, the best epoch's weights as they improve. */
export class FitLogger implements FitWatcher {
  private model: TrackedModel | undefined;
  private epochs = 0;
  private lastEpoch: number | undefined;
  private globalBatch = 0;
  private best = new BestEpoch();
  private topologySaved = false;

  constructor(
    private readonly run: RunSession,
    private readonly log: SessionLog,
    private readonly options: FitLoggerOptions = {},
  ) {}

  async trainBegin(model: TrackedModel, fit: FitArguments, extra: Readonly<Record<string, string | number | boolean>> = {}): Promise<void> {
    this.model = model;
    this.epochs = fit.epochs ?? 1;
    this.lastEpoch = undefined;
    this.best = new BestEpoch();
    this.topologySaved = false;
    this.run.setTags({ [TagName.autologging]: 'tfjs' });
    this.run.logParams({ ...fitParameters(fit), ...optimizerParameters(model.optimizer), ...modelParameters(model), ...extra });
    await this.guarded('The model summary', async () => {
      await this.run.logText('model_summary.txt', summaryOf(model));
      await this.run.logText('model_architecture.json', `${JSON.stringify(model.toJSON(undefined, false), undefined, 2)}\n`);
    });
    await this.guarded('The parameters', () => this.run.flush());
  }

  batchEnd(_epoch: number, _batch: number, logs: FitLogs): Promise<void> {
    if (this.options.batches !== false) {
      const metrics = Object.entries(metricsOf(logs)).map(([key, value]) => [`batch_${key}`, value] as const);
      this.run.logMetrics(Object.fromEntries(metrics), { step: this.globalBatch });
    }
    this.globalBatch++;
    return Promise.resolve();
  }

  async epochEnd(epoch: number, logs: FitLogs): Promise<void> {
    this.lastEpoch = epoch;
    const metrics = metricsOf(logs);
    this.run.logMetrics(metrics, { step: epoch });
    if (this.best.improves(epoch, metrics)) {
      if (this.options.checkpoints !== false) await this.guarded('The checkpoint', () => this.saveCheckpoint());
    }
    await this.guarded('The epoch', () => this.run.flush());
  }

  async trainEnd(): Promise<void> {
    if (this.best.epoch !== undefined) this.run.logMetrics({ best_epoch: this.best.epoch }, { step: this.best.epoch });
    if (this.lastEpoch !== undefined && this.lastEpoch < this.epochs - 1)
      this.run.logMetrics({ stopped_epoch: this.lastEpoch }, { step: this.lastEpoch });
    await this.guarded('The end of the fit', () => this.run.flush());
  }

  /** The topology stays the same through a fit: only the weights are replaced, in one piece. */
  private async saveCheckpoint(): Promise<void> {
    if (!this.model) return;
    const saved = await takeModel(this.model);
    await this.run.logText(`${CHECKPOINT}/${WEIGHTS_FILE}`, saved.weights);
    if (!this.topologySaved) await this.run.logText(`${CHECKPOINT}/model.json`, saved.json);
    this.topologySaved = true;
  }

  private async guarded(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.log.warn(`${what} is not logged yet: ${messageOf(error)}`));
  }
}

/** tfjs's logs without their bookkeeping, and with `acc` under the name that everybody else uses. */
function metricsOf(logs: FitLogs): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [key, value] of Object.entries(logs)) {
    if (key === 'batch' || key === 'size' || typeof value !== 'number') continue;
    metrics[key.replace(/(^|_)acc$/, '$1accuracy')] = value;
  }
  return metrics;
}

function summaryOf(model: TrackedModel): string {
  const lines: string[] = [];
  model.summary(100, undefined, (line) => lines.push(line));
  return `${lines.join('\n')}\n`;
}
