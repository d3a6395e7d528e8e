/**
 * The part of a tfjs LayersModel that autologging reads. It is named structurally, so that any script's own copy of tfjs
 * serves and this room needs none.
 */
export interface TrackedModel {
  readonly name: string;
  readonly layers: readonly TrackedLayer[];
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | null)[]; readonly dtype: string }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | null)[]; readonly dtype: string }[];
  /** Where it is missing, trainable and other parameters are not told apart. */
  readonly trainableWeights?: readonly { readonly shape: readonly (number | null)[] }[];
  readonly optimizer?: object;
  readonly loss?: unknown;
  readonly metrics?: unknown;
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void;
  toJSON(unused?: unknown, returnString?: boolean): unknown;
  countParams(): number;
  save(handler: unknown): Promise<unknown>;
}

export interface TrackedLayer {
  readonly name: string;
  getClassName(): string;
  getConfig(): Record<string, unknown>;
  countParams(): number;
  readonly outputShape: unknown;
}

/** The arguments of a fit, under tfjs's names. `undefined` is logged as its default where tfjs has one. */
export interface FitArguments {
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly validationSplit?: number;
  readonly shuffle?: boolean | string;
  readonly initialEpoch?: number;
  readonly stepsPerEpoch?: number;
  readonly validationSteps?: number;
  readonly validationBatchSize?: number;
  readonly classWeight?: unknown;
  readonly sampleWeight?: unknown;
  /** Fed by a data set that makes its own batches, in its own order. */
  readonly dataset?: boolean;
}

/** Numbers by tfjs's names: loss, acc or accuracy, val_loss, val_acc, batch, size. */
export type FitLogs = Readonly<Record<string, number>>;

/**
 * What watches a fit. tfjs's own callbacks and the digit trainer's loop both drive it, so that both are logged alike.
 * Epochs count from 0, batches from 0 within their epoch.
 */
export interface FitWatcher {
  trainBegin(model: TrackedModel, fit: FitArguments, extra?: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  batchEnd(epoch: number, batch: number, logs: FitLogs): Promise<void>;
  epochEnd(epoch: number, logs: FitLogs): Promise<void>;
  trainEnd(): Promise<void>;
}
