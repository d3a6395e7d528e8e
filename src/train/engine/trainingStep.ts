import type { Scalar, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TensorLibrary } from '../backend/library';
import { applyBlock, convolutionBlock, type ConvolutionBlock } from './convolutionBlock';

/** Of some images: the sum of their losses, and how many were told right. */
export interface Score {
  readonly loss: number;
  readonly correct: number;
}

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
  private readonly stages: readonly Stage[];
  private readonly variables: readonly Variable[];

  constructor(
    private readonly library: TensorLibrary,
    readonly model: LayersModel,
  ) {
    this.variables = model.trainableWeights.map((weight) => weight.read() as Variable);
    this.parameters = this.variables.reduce((sum, variable) => sum + variable.size, 0);
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
      let output: Tensor | undefined;
      const labels = this.oneHot(sample.labels);
      const { value, grads } = core.variableGrads(() => {
        output = core.keep(this.forward(this.images(sample), masks));
        return core.div<Scalar>(this.lossSum(labels, output), batchSize);
      }, [...this.variables]);
      let place = 0;
      for (const variable of this.variables) {
        gradients.set((grads[variable.name] as Tensor).dataSync(), place);
        place += variable.size;
      }
      const correct = countCorrect((output as Tensor).dataSync() as Float32Array, sample.labels);
      (output as Tensor).dispose();
      return { loss: (value.dataSync()[0] as number) * batchSize, correct };
    });
  }

  /** Applies the model's optimizer to a flat gradient. */
  apply(gradients: Float32Array): void {
    const { core } = this.library;
    core.tidy(() => {
      let place = 0;
      const named = this.variables.map((variable) => {
        const tensor = core.tensor(gradients.slice(place, (place += variable.size)), variable.shape);
        return { name: variable.name, tensor };
      });
      this.model.optimizer.applyGradients(named);
    });
  }

  /** Scores images without training; their probabilities go to `probabilities`, n × classes. */
  evaluate(sample: Sample, probabilities: Float32Array): Score {
    const { core } = this.library;
    return core.tidy(() => {
      const output = this.forward(this.images(sample), undefined);
      const loss = this.lossSum(this.oneHot(sample.labels), output).dataSync()[0] as number;
      const values = output.dataSync() as Float32Array;
      probabilities.set(values);
      return { loss, correct: countCorrect(values, sample.labels) };
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
    const fused = this.library.core.getBackend() === 'wasm';
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index] as Layer;
      const block = fused ? convolutionBlock(layer as never, layers[index + 1] as never) : undefined;
      const dropout = dropoutOf(layer);
      if (block) {
        const flatten = layers[index + 2];
        const following = flatten?.getClassName() === 'Flatten' ? dropoutOf(layers[index + 3]) : undefined;
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
        const values = stage.dropout ? masks?.[next++] : undefined;
        return applyBlock(this.library, stage.block, x as Tensor4D, values && core.tensor1d(values), index === 0);
      }
      if (stage.layer) return stage.layer.apply(x, { training: masks !== undefined }) as Tensor;
      return masks ? core.mul(x, core.tensor(masks[next++] as Float32Array, x.shape)) : x;
    }, images);
  }

  private lossSum(labels: Tensor, output: Tensor): Scalar {
    return this.library.core.sum<Scalar>(this.library.layers.metrics.categoricalCrossentropy(labels, output));
  }

  private images(sample: Sample): Tensor4D {
    return this.library.core.tensor4d(sample.pixels, [sample.labels.length, 28, 28, 1]);
  }

  private oneHot(labels: Uint8Array): Tensor {
    const classes = this.model.outputs[0]?.shape.at(-1) ?? 10;
    const values = new Float32Array(labels.length * classes);
    labels.forEach((label, row) => (values[row * classes + label] = 1));
    return this.library.core.tensor2d(values, [labels.length, classes]);
  }
}

function countCorrect(probabilities: Float32Array, labels: Uint8Array): number {
  const classes = probabilities.length / labels.length;
  let correct = 0;
  labels.forEach((label, row) => {
    let best = 0;
    for (let place = 1; place < classes; place++)
      if ((probabilities[row * classes + place] as number) > (probabilities[row * classes + best] as number)) best = place;
    if (best === label) correct++;
  });
  return correct;
}

function dropoutOf(layer: Layer | undefined): Dropout | undefined {
  if (layer?.getClassName() !== 'Dropout') return undefined;
  const rate = layer.getConfig()['rate'] as number;
  const size = (layer.outputShape as (number | null)[]).slice(1).reduce<number>((product, length) => product * (length ?? 1), 1);
  return rate > 0 ? { rate, size } : undefined;
}
