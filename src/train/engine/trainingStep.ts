import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TensorLibrary } from '../backend/library';
import { Adam, type AdamSettings } from './adam';
import { applyBlock, convolutionBlock, type ConvolutionBlock } from './convolutionBlock';
import { score, scoreGradient, type Score } from './crossEntropy';

/** A few images as the network takes them: `pixels` n·784 in 0…1, `labels` n. */
export interface Sample {
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

type Layer = LayersModel['layers'][number];
/** What is done one after another; a block may have the dropout that follows it, with nothing but a flatten between. */
type Stage =
  | { readonly block: ConvolutionBlock; readonly dropout?: Dropout }
  | { readonly layer: Layer }
  | { readonly layer?: undefined; readonly dropout: Dropout };
type Dropout = { readonly rate: number; readonly size: number };

/** Forward and backward passes of a sequential model on one copy of tfjs. Dropout's masks come from outside. */
export class TrainingStep {
  /** Floats in all trainable weights together, in the model's order. */
  readonly parameters: number;
  /** Rate and floats an image of every dropout layer, in the model's order. */
  readonly dropouts: readonly Dropout[];
  private readonly fuses: boolean;
  private readonly stages: readonly Stage[];
  private readonly variables: readonly Variable[];
  private readonly weights: Float32Array;
  private readonly adam: Adam;

  constructor(
    private readonly library: TensorLibrary,
    readonly model: LayersModel,
  ) {
    this.variables = model.trainableWeights.map((weight) => weight.read() as Variable);
    this.parameters = this.variables.reduce((sum, variable) => sum + variable.size, 0);
    this.weights = new Float32Array(this.parameters);
    this.readWeights(this.weights);
    this.adam = new Adam(model.optimizer.getConfig() as unknown as AdamSettings, this.parameters);
    this.fuses = library.core.getBackend() === 'wasm';
    this.stages = this.plan();
    this.dropouts = this.stages.flatMap((stage) => ('dropout' in stage && stage.dropout ? [stage.dropout] : []));
  }

  /**
   * Adds nothing to the weights: writes the gradient of (sum of losses / `batchSize`) into `gradients`, flat, in the
   * model's order, and gives the score. `masks` holds for every dropout layer n × its size factors.
   */
  differentiate(sample: Sample, masks: readonly Float32Array[], batchSize: number, gradients: Float32Array): Score {
    const { core } = this.library;
    return core.tidy(() => {
      let result: Score | undefined;
      // The probabilities are wanted here anyway, and the loss of so few numbers is sooner found than asked for.
      const loss = core.customGrad((output, save) => {
        const probabilities = (output as Tensor).dataSync() as Float32Array;
        result = score(probabilities, sample.labels);
        (save as (tensors: Tensor[]) => void)([
          core.tensor(scoreGradient(probabilities, sample.labels, batchSize), (output as Tensor).shape),
        ]);
        return { value: core.scalar(result.loss / batchSize), gradFunc: (_: Tensor, [gradient]: Tensor[]) => gradient as Tensor };
      });
      const { grads } = core.variableGrads(() => loss(this.forward(this.images(sample), masks)), [...this.variables]);
      let place = 0;
      for (const variable of this.variables) {
        gradients.set((grads[variable.name] as Tensor).dataSync(), place);
        place += variable.size;
      }
      return result as Score;
    });
  }

  /** Takes a step of the model's optimizer, which is Adam, with a flat gradient. */
  apply(gradients: Float32Array): void {
    this.adam.apply(this.weights, gradients);
    this.writeWeights(this.weights);
  }

  /** Scores images without training; their probabilities go to `probabilities`, n × classes. */
  evaluate(sample: Sample, probabilities: Float32Array): Score {
    return this.library.core.tidy(() => {
      const values = this.forward(this.images(sample), undefined).dataSync() as Float32Array;
      probabilities.set(values);
      return score(values, sample.labels);
    });
  }

  readWeights(weights: Float32Array): void {
    let place = 0;
    for (const variable of this.variables) {
      weights.set(variable.dataSync(), place);
      place += variable.size;
    }
  }

  writeWeights(weights: Float32Array): void {
    const { core } = this.library;
    this.weights.set(weights);
    let place = 0;
    for (const variable of this.variables) {
      const value = core.tensor(weights.slice(place, (place += variable.size)), variable.shape);
      variable.assign(value);
      value.dispose();
    }
  }

  private plan(): Stage[] {
    const stages: Stage[] = [];
    const layers = this.model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index] as Layer;
      const block = convolutionBlock(layer as never, layers[index + 1] as never);
      const dropout = dropoutOf(layer);
      if (block) {
        const flatten = layers[index + 2];
        const following = this.fuses && flatten?.getClassName() === 'Flatten' ? dropoutOf(layers[index + 3]) : undefined;
        stages.push(following ? { block, dropout: following } : { block });
        if (following) stages.push({ layer: flatten as Layer });
        index += following ? 3 : 1;
      } else if (layer.getClassName() !== 'Dropout') stages.push({ layer });
      else if (dropout) stages.push({ dropout });
    }
    return stages;
  }

  /** Without masks nothing is dropped, as when predicting. */
  private forward(images: Tensor4D, masks: readonly Float32Array[] | undefined): Tensor {
    const { core } = this.library;
    let next = 0;
    return this.stages.reduce<Tensor>((x, stage, index) => {
      if ('block' in stage) {
        if (!this.fuses) return this.poolFirst(stage.block, x as Tensor4D);
        const values = stage.dropout ? masks?.[next++] : undefined;
        return applyBlock(this.library, stage.block, x as Tensor4D, values && core.tensor1d(values), index === 0);
      }
      if (stage.layer) return stage.layer.apply(x, { training: masks !== undefined }) as Tensor;
      return masks ? core.mul(x, core.tensor(masks[next++] as Float32Array, x.shape)) : x;
    }, images);
  }

  /** Adding a bias and ReLU keep the order of numbers, so that after the pooling they give the same for a quarter of the work. */
  private poolFirst({ kernel, bias }: ConvolutionBlock, x: Tensor4D): Tensor {
    const { core, maxPool = (values) => core.maxPool(values, 2, 2, 'valid') } = this.library;
    return core.relu(core.add(maxPool(core.conv2d(x, kernel, 1, 'valid')), bias));
  }

  private images(sample: Sample): Tensor4D {
    return this.library.core.tensor4d(sample.pixels, [sample.labels.length, 28, 28, 1]);
  }
}

function dropoutOf(layer: Layer | undefined): Dropout | undefined {
  if (layer?.getClassName() !== 'Dropout') return undefined;
  const rate = layer.getConfig()['rate'] as number;
  const size = (layer.outputShape as (number | null)[]).slice(1).reduce<number>((product, length) => product * (length ?? 1), 1);
  return rate > 0 ? { rate, size } : undefined;
}
