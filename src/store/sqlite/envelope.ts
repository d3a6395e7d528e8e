import { EnvelopeBuilder } from '../envelope';
import { endsOf, summaryNumbers } from './summary';

/** Gathers whole chunks, where they need not be opened, beside single points. */
export class ChunkEnvelope extends EnvelopeBuilder {
  /** Takes a chunk by its summary if it lies in one bucket; else its points are needed. */
  takeSummary(summary: Uint8Array, count: number): boolean {
    const numbers = summaryNumbers(summary);
    const at = endsOf(this.axis);
    const firstX = numbers[at]!;
    const lastX = numbers[at + 3]!;
    if (firstX < this.from || lastX > this.to) return false;
    const bucket = this.bucketOf(firstX);
    if (bucket !== this.bucketOf(lastX)) return false;
    this.takeEnd(bucket, firstX, numbers[at + 1]!, numbers[at + 2]!);
    this.takeEnd(bucket, lastX, numbers[at + 4]!, numbers[at + 5]!);
    this.takeExtremes(bucket, numbers[0]!, numbers[1]!);
    this.counts[bucket]! += count;
    return true;
  }
}
