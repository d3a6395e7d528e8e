import type { MetricPoint } from '../../core/metric';
import { comparePoints } from '../pointOrder';

type Label = Pick<MetricPoint, 'modelId' | 'datasetName' | 'datasetDigest'>;

const FIRST_CAPACITY = 256;

/** The points of one metric as columns, in the order in which they came; a tenth of the memory that objects take. */
export class PointColumns {
  length = 0;
  steps = new Float64Array(FIRST_CAPACITY);
  times = new Float64Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  /** The feed's number at which each was first seen. */
  sequences = new Float64Array(FIRST_CAPACITY);
  /** Which models and data sets were measured: few, whatever the number of points. */
  private readonly labels = new Map<number, Label>();
  private ordered: Uint32Array | undefined;

  constructor(readonly key: string) {}

  push(point: MetricPoint, sequence: number): void {
    const at = this.length;
    if (at === this.steps.length) this.grow();
    this.steps[at] = point.step;
    this.times[at] = point.timestamp;
    this.values[at] = point.value;
    this.sequences[at] = sequence;
    if (point.modelId !== undefined || point.datasetName !== undefined) {
      const { modelId, datasetName, datasetDigest } = point;
      this.labels.set(at, { ...(modelId && { modelId }), ...(datasetName && { datasetName }), ...(datasetDigest && { datasetDigest }) });
    }
    this.length = at + 1;
    this.ordered = undefined;
  }

  truncate(length: number): void {
    for (let at = length; at < this.length; at++) this.labels.delete(at);
    this.length = length;
    this.ordered = undefined;
  }

  at(index: number): MetricPoint {
    const { key, steps, times, values } = this;
    return { key, value: values[index]!, timestamp: times[index]!, step: steps[index]!, ...this.labels.get(index) };
  }

  isAt(index: number, point: MetricPoint): boolean {
    return this.steps[index] === point.step && this.times[index] === point.timestamp && Object.is(this.values[index], point.value);
  }

  /** The places of the points by (step, timestamp, value). */
  get order(): Uint32Array {
    this.ordered ??= this.sort();
    return this.ordered;
  }

  private sort(): Uint32Array {
    const order = Uint32Array.from({ length: this.length }, (_, index) => index);
    let inOrder = true;
    for (let at = 1; inOrder && at < this.length; at++) inOrder = this.compare(at - 1, at) <= 0;
    return inOrder ? order : order.sort((a, b) => this.compare(a, b));
  }

  private compare(a: number, b: number): number {
    const { steps, times, values } = this;
    return comparePoints(
      { step: steps[a]!, timestamp: times[a]!, value: values[a]! },
      { step: steps[b]!, timestamp: times[b]!, value: values[b]! },
    );
  }

  private grow(): void {
    const larger = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(column.length * 2);
      grown.set(column);
      return grown;
    };
    this.steps = larger(this.steps);
    this.times = larger(this.times);
    this.values = larger(this.values);
    this.sequences = larger(this.sequences);
  }
}
