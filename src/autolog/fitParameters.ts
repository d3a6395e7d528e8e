import type { FitArguments } from './model';
import type { ParamValue } from './loggedValue';

type Params = Record<string, ParamValue>;

/** A fit's arguments under Keras's names; what is not given is tfjs's default, `None` where it has none. */
export function fitParameters(fit: FitArguments): Params {
  return {
    batch_size: fit.batchSize ?? (fit.dataset ? undefined : 32),
    epochs: fit.epochs ?? 1,
    validation_split: fit.validationSplit ?? (fit.dataset ? undefined : 0),
    shuffle: fit.shuffle ?? (fit.dataset ? undefined : true),
    class_weight: fit.classWeight as object | undefined,
    sample_weight: fit.sampleWeight === undefined || fit.sampleWeight === null ? undefined : 'given',
    initial_epoch: fit.initialEpoch ?? 0,
    steps_per_epoch: fit.stepsPerEpoch,
    validation_steps: fit.validationSteps,
    validation_batch_size: fit.validationBatchSize,
  };
}

/** tfjs's name of an optimizer's setting → Keras's, where they mean the same. */
const OPTIMIZER_NAMES: Readonly<Record<string, string>> = {
  learningRate: 'learning_rate',
  beta1: 'beta_1',
  beta2: 'beta_2',
  useNesterov: 'nesterov',
  initialAccumulatorValue: 'initial_accumulator_value',
};

/** An optimizer's settings as it tells them itself, e.g. `opt_learning_rate`. */
export function optimizerParameters(optimizer: object | undefined): Params {
  if (!optimizer) return {};
  const name = classNameOf(optimizer);
  const params: Params = name === undefined ? {} : { opt_name: name };
  for (const [key, value] of Object.entries(configOf(optimizer))) {
    if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string') continue;
    params[`opt_${settingName(key, name)}`] = value;
  }
  return params;
}

function settingName(key: string, optimizer: string | undefined): string {
  // What tfjs calls RMSProp's decay is Keras's rho, the discount of the squared gradients.
  if (key === 'decay' && optimizer === 'RMSProp') return 'rho';
  return OPTIMIZER_NAMES[key] ?? snakeCase(key);
}

function configOf(optimizer: object): Readonly<Record<string, unknown>> {
  const config = (optimizer as { getConfig?(): unknown }).getConfig?.();
  if (typeof config === 'object' && config !== null) return config as Record<string, unknown>;
  const fields = optimizer as Record<string, unknown>;
  const known = [
    'learningRate',
    'beta1',
    'beta2',
    'epsilon',
    'momentum',
    'useNesterov',
    'decay',
    'centered',
    'rho',
    'initialAccumulatorValue',
  ];
  return Object.fromEntries(known.filter((key) => key in fields).map((key) => [key, fields[key]]));
}

function classNameOf(optimizer: object): string | undefined {
  const named = (optimizer as { getClassName?(): string }).getClassName?.();
  if (named !== undefined) return named;
  const { constructor } = optimizer;
  // A bundle may have renamed the class; its static name is what is kept.
  if ('className' in constructor && typeof constructor.className === 'string') return constructor.className;
  return constructor.name || undefined;
}

export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
