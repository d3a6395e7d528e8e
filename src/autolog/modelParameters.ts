import { snakeCase } from './fitParameters';
import type { ParamValue } from './loggedValue';
import { paramText } from './loggedValue';
import type { TrackedLayer, TrackedModel } from './model';

type Params = Record<string, ParamValue>;

/** Beyond these a model is better read in `model_architecture.json` than in a table of parameters. */
const MAX_LAYERS = 40;

/** What a layer's own configuration tells that shapes the network, under Keras's names once in snake case. */
const LAYER_SETTINGS = [
  'filters',
  'kernelSize',
  'strides',
  'padding',
  'dilationRate',
  'poolSize',
  'units',
  'activation',
  'recurrentActivation',
  'rate',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'momentum',
  'epsilon',
  'returnSequences',
  'inputDim',
  'outputDim',
] as const;

/** What a model is made of: its size, its shapes, its loss, and its layers in order. */
export function modelParameters(model: TrackedModel): Params {
  const total = model.countParams();
  const trainable = trainableCount(model);
  return {
    // tfjs numbers nameless models through a process: that tells nothing of the network.
    ...(/^(sequential|model)_\d+$/.test(model.name) ? {} : { model_name: model.name }),
    loss: describe(model.loss),
    metrics: describe(model.metrics),
    layers: model.layers.length,
    total_params: total,
    ...(trainable === undefined ? {} : { trainable_params: trainable, non_trainable_params: total - trainable }),
    input_shape: shapes(model.inputs.map((input) => input.shape)),
    output_shape: shapes(model.outputs.map((output) => output.shape)),
    dtype: [...new Set(model.inputs.map((input) => input.dtype))].join(', '),
    ...Object.fromEntries(model.layers.slice(0, MAX_LAYERS).flatMap((layer, index) => Object.entries(layerParameters(layer, index + 1)))),
  };
}

/** One layer's settings by its place, so that two runs of the same network have the same names. */
function layerParameters(layer: TrackedLayer, place: number): Params {
  const config = layer.getConfig();
  const prefix = `layer_${place}_`;
  const params: Params = { [`${prefix}type`]: layer.getClassName() };
  for (const setting of LAYER_SETTINGS) {
    const value = config[setting];
    if (value === undefined || value === null) continue;
    params[`${prefix}${snakeCase(setting)}`] = describe(value);
  }
  return params;
}

/** Text for a name, a function, a list of them, or a serialized object such as an initializer. */
function describe(value: unknown): ParamValue {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'function') return value.name || 'custom';
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'number') ? value : value.map((item) => paramText(describe(item))).join(', ');
  if (typeof value !== 'object') return undefined;
  if ('className' in value && typeof value.className === 'string') {
    const config = 'config' in value && typeof value.config === 'object' && value.config !== null ? Object.entries(value.config) : [];
    const settings = config.filter(([, setting]) => setting !== null && setting !== undefined);
    return settings.length === 0
      ? value.className
      : `${value.className}(${settings.map(([key, item]) => `${key}=${paramText(item as ParamValue)}`).join(', ')})`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item)]));
}

function shapes(all: readonly (readonly (number | null)[])[]): string {
  return JSON.stringify(all.length === 1 ? all[0] : all);
}

/** Undefined where the model doesn't list its trainable weights. */
function trainableCount(model: TrackedModel): number | undefined {
  return model.trainableWeights?.reduce((count, { shape }) => count + shape.reduce<number>((product, size) => product * (size ?? 1), 1), 0);
}
