/** Adam's settings under the names that tfjs's optimizer has them. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) over all weights as one flat array, as tfjs computes it. For weights as few as the
 * digit network's, one pass here takes a tenth of the seventy tensor operations it is to tfjs.
 */
export class Adam {
  private readonly first: Float32Array;
  private readonly second: Float32Array;
  private step = 0;

  constructor(
    private readonly settings: AdamSettings,
    size: number,
  ) {
    this.first = new Float32Array(size);
    this.second = new Float32Array(size);
  }

  /** Takes one step: changes `weights`, which are `size` floats as the gradients are. */
  apply(weights: Float32Array, gradients: Float32Array): void {
    const { first, second } = this;
    const { learningRate, beta1, beta2, epsilon } = this.settings;
    this.step++;
    const correction1 = 1 - beta1 ** this.step;
    const correction2 = 1 - beta2 ** this.step;
    for (let index = 0; index < weights.length; index++) {
      const gradient = gradients[index] as number;
      const mean = beta1 * (first[index] as number) + (1 - beta1) * gradient;
      const square = beta2 * (second[index] as number) + (1 - beta2) * gradient * gradient;
      first[index] = mean;
      second[index] = square;
      weights[index] = (weights[index] as number) - (learningRate * (mean / correction1)) / (Math.sqrt(square / correction2) + epsilon);
    }
  }
}
