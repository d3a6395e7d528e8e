/** What can be said about a training of the digit model; what is left out, the training decides. */
export interface TrainingOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly validationSplit?: number;
  /** Train on this many images only. */
  readonly limit?: number;
  /** A folder with the four IDX files, absolute or relative to the workspace folder. */
  readonly data?: string;
  readonly config?: string;
  readonly experiment?: string;
  readonly name?: string;
  readonly seed?: number;
  readonly backend?: string;
  readonly threads?: number;
}

/** A task of type `mlTracking` as it stands in a tasks.json. */
export interface TrainingDefinition extends TrainingOptions {
  readonly type: 'mlTracking';
  readonly task: 'train';
  /** Tells trainings apart that last at the same time. */
  readonly instance?: number;
}

const FLAGS: readonly (readonly [key: keyof TrainingOptions, flag: string])[] = [
  ['config', '--config'],
  ['data', '--data'],
  ['epochs', '--epochs'],
  ['batchSize', '--batch-size'],
  ['learningRate', '--learning-rate'],
  ['validationSplit', '--validation-split'],
  ['limit', '--limit'],
  ['experiment', '--experiment'],
  ['name', '--name'],
  ['seed', '--seed'],
  ['backend', '--backend'],
  ['threads', '--threads'],
];

/**
 * The options that count: a task's own go before the settings; where the task names a config file, that file stands for the
 * hyperparameters, and only where and on what it runs still comes from the settings.
 */
export function effectiveOptions(task: TrainingOptions, settings: TrainingOptions): TrainingOptions {
  const { backend, threads, ...hyperparameters } = settings;
  return { ...definedOnly({ backend, threads }), ...(task.config ? {} : definedOnly(hyperparameters)), ...definedOnly(task) };
}

/** The arguments of `ml-tracking` for a training that is recorded in a store, or on a server; then the store is for when that can't be reached. */
export function trainingArguments(options: TrainingOptions, store: string, trackingUri?: string): string[] {
  const flags = FLAGS.flatMap(([key, flag]) => {
    const value = options[key];
    // One word for both, so that a value that begins with a dash stays a value.
    return value === undefined || value === '' ? [] : [`${flag}=${value}`];
  });
  return ['train', `--store=${store}`, ...(trackingUri === undefined ? [] : [`--tracking-uri=${trackingUri}`]), ...flags];
}

/** What a list of tasks calls a training. */
export function trainingTitle(options: TrainingOptions & { readonly instance?: number }): string {
  const subject = options.name ?? options.experiment ?? 'digits';
  return options.instance ? `train ${subject} (${options.instance})` : `train ${subject}`;
}

export function isTrainingDefinition(definition: { readonly type: string }): definition is TrainingDefinition {
  return definition.type === 'mlTracking' && (definition as Partial<TrainingDefinition>).task === 'train';
}

function definedOnly<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}
