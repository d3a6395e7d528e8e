import { messageOf } from '../core/errors';
import { FitLogger } from './fitLogger';
import type { FitLoggerOptions } from './fitLogger';
import type { TrackedModel } from './model';
import type { RunSession } from './runSession';
import type { SessionLog } from './sessionLog';
import { describeTensors, isTensor, tensorsIn } from './tensorDataset';
import { earlyStoppingParameters, tfjsCallback, withCallback } from './tfjsCallback';

/** A tfjs LayersModel, or Sequential, of any copy of tfjs. */
export interface TrainableModel extends TrackedModel {
  readonly metricsNames?: readonly string[];
  fit(x: unknown, y: unknown, args?: object): Promise<unknown>;
  fitDataset(dataset: unknown, args: object): Promise<unknown>;
  evaluate(x: unknown, y: unknown, args?: object): unknown;
}

/** Where autologging finds the run to write to. */
export interface AutologHost {
  readonly log: SessionLog;
  activeRun(): RunSession | undefined;
  /** Does the work within a run of its own, which ends with it. */
  withRun<T>(work: (run: RunSession) => Promise<T>): Promise<T>;
}

export interface AutologOptions extends FitLoggerOptions {
  /** Save the model at the end of a fit; absent: yes. */
  readonly logModels?: boolean;
  /** Describe the tensors that are trained on; absent: yes. */
  readonly logDatasets?: boolean;
  /** Where under the run's artifacts the model goes; absent: `models`. */
  readonly modelPath?: string;
  /** More parameters that the model can't tell, e.g. the backend. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

const UNDO = Symbol('ml-tracking.autolog');

/**
 * Makes a model log its fits: to the active run, else to a run of its own.
 * @returns what takes it back.
 */
export function autologModel(model: TrainableModel, host: AutologHost, options: AutologOptions = {}): () => void {
  const marked = model as TrainableModel & { [UNDO]?: () => void };
  // A second call, e.g. of a notebook's cell, replaces the first: nothing is logged twice.
  marked[UNDO]?.();
  const own = ['fit', 'fitDataset', 'evaluate'] as const;
  const before = own.map((name) => [name, Object.getOwnPropertyDescriptor(model, name)] as const);
  const autolog = new TfjsAutolog(model, host, options);
  const fit = model.fit.bind(model);
  const fitDataset = model.fitDataset.bind(model);
  const evaluate = model.evaluate.bind(model);
  model.fit = (x, y, args = {}) => autolog.fit(args, tensorsOf(x, y, args), (logged) => fit(x, y, logged));
  model.fitDataset = (dataset, args) =>
    autolog.fit(datasetArguments(args), [], (logged) => fitDataset(dataset, { ...args, callbacks: callbacksOf(logged) }));
  model.evaluate = (x, y, args) => autolog.evaluated(evaluate(x, y, args));
  const undo = () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(model, name, descriptor);
      else Reflect.deleteProperty(model, name);
    }
    delete marked[UNDO];
  };
  Object.defineProperty(marked, UNDO, { value: undo, configurable: true, enumerable: false });
  return undo;
}

/** What a fit is given, and what for. */
interface TensorInput {
  readonly context: string;
  readonly x: unknown;
  readonly y: unknown;
}

class TfjsAutolog {
  private evaluations = 0;

  constructor(
    private readonly model: TrainableModel,
    private readonly host: AutologHost,
    private readonly options: AutologOptions,
  ) {}

  fit<T>(args: object, inputs: readonly TensorInput[], call: (args: object) => Promise<T>): Promise<T> {
    const run = this.host.activeRun();
    return run ? this.fitWithin(run, args, inputs, call) : this.host.withRun((made) => this.fitWithin(made, args, inputs, call));
  }

  /** Reads the result at once, before the person may dispose of it. */
  evaluated<T>(result: T): T {
    const run = this.host.activeRun();
    const scalars = (Array.isArray(result) ? (result as unknown[]) : [result]).filter(isTensor);
    const names = this.model.metricsNames ?? [];
    if (run && scalars.length === names.length) {
      const values = scalars.map((scalar) => scalar.data());
      const step = this.evaluations++;
      run.track(
        Promise.all(values).then((read) => {
          const metrics = read.map(
            (value, index) => [`eval_${(names[index] ?? '').replace(/(^|_)acc$/, '$1accuracy')}`, Number(value[0])] as const,
          );
          run.logMetrics(Object.fromEntries(metrics), { step });
        }),
      );
    }
    return result;
  }

  private async fitWithin<T>(
    run: RunSession,
    args: object,
    inputs: readonly TensorInput[],
    call: (args: object) => Promise<T>,
  ): Promise<T> {
    const watcher = new FitLogger(run, this.host.log, this.options);
    const callbacks = callbacksOf(args);
    const begin = async () => {
      await watcher.trainBegin(this.model, args, { ...earlyStoppingParameters(callbacks), ...this.options.params });
      if (this.options.logDatasets !== false) await this.guarded('The data set', () => this.logInputs(run, inputs));
    };
    const result = await call({ ...args, callbacks: withCallback(callbacks, tfjsCallback(watcher, begin)) });
    if (this.options.logModels !== false)
      await this.guarded('The model', async () => {
        await run.logModel(this.model, this.options.modelPath === undefined ? {} : { path: this.options.modelPath });
      });
    return result;
  }

  private async logInputs(run: RunSession, inputs: readonly TensorInput[]): Promise<void> {
    for (const { context, x, y } of inputs) {
      const features = tensorsIn(x);
      if (features.length > 0) await run.logDataset(await describeTensors('dataset', features, tensorsIn(y), run.sourceTags), context);
    }
  }

  private async guarded(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.host.log.warn(`${what} is not logged: ${messageOf(error)}`));
  }
}

function callbacksOf(args: object): unknown {
  return 'callbacks' in args ? args.callbacks : undefined;
}

function tensorsOf(x: unknown, y: unknown, args: object): TensorInput[] {
  const validation: unknown = 'validationData' in args ? args.validationData : undefined;
  const inputs: TensorInput[] = [{ context: 'train', x, y }];
  if (Array.isArray(validation)) inputs.push({ context: 'validation', x: validation[0] as unknown, y: validation[1] as unknown });
  return inputs;
}

/** fitDataset's names for what fit calls steps. */
function datasetArguments(args: object): object {
  const { batchesPerEpoch, validationBatches, ...rest } = args as {
    readonly batchesPerEpoch?: number;
    readonly validationBatches?: number;
  };
  return {
    ...rest,
    dataset: true,
    ...(batchesPerEpoch === undefined ? {} : { stepsPerEpoch: batchesPerEpoch }),
    ...(validationBatches === undefined ? {} : { validationSteps: validationBatches }),
  };
}
