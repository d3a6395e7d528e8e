import type { ArrayProfile, Duplicates, NumberSummary, ValueCount } from '../profile';
import { columnLimits, ColumnStats } from '../stats/columnStats';
import { summaryOfCounts } from '../stats/numberSummary';
import { mixFirst, mixSecond, RowHashes } from '../stats/rowHashes';
import { ELEMENT_BYTES, type ArrayHeader } from './arrayHeader';
import { elementReader } from './arrayReader';

/** Gathers what an array holds, all its numbers together, and which items of its first dimension are the same. */
export class ArrayStats {
  private readonly bytes: Float64Array | undefined;
  private readonly others = new ColumnStats('', 1, columnLimits(4));
  readonly hashes = new RowHashes();
  private readonly itemSize: number;
  private readonly comparable: boolean;
  private at = 0;
  private items = 0;
  private missing = 0;
  private first = 0;
  private second = 0;

  constructor(private readonly header: ArrayHeader) {
    const { shape, type, rowMajor } = header;
    this.bytes = type === 'uint8' || type === 'bool' ? new Float64Array(256) : undefined;
    this.itemSize = shape.slice(1).reduce((product, size) => product * size, 1);
    this.comparable = rowMajor && shape.length > 1 && this.itemSize > 0;
  }

  take(view: DataView): void {
    const { bytes, itemSize, comparable } = this;
    const width = ELEMENT_BYTES[this.header.type];
    const read = elementReader(this.header.type, this.header.littleEndian);
    for (let offset = 0; offset < view.byteLength; offset += width) {
      let value: number;
      if (bytes) {
        value = view.getUint8(offset);
        bytes[value]!++;
      } else {
        value = read(view, offset);
        if (Number.isNaN(value)) this.missing++;
        else this.others.number(value, 'number');
      }
      if (!comparable) continue;
      this.mix(view, offset, width, value);
      if (++this.at === itemSize) this.endItem();
    }
  }

  profile(): ArrayProfile {
    const { shape, type } = this.header;
    return { shape, type, numbers: this.numbers(), missing: this.missing };
  }

  get duplicates(): Duplicates | undefined {
    const { count, examples, exact, compared } = this.hashes;
    return this.comparable ? { count, examples, exact, compared } : undefined;
  }

  /** How often each value came; undefined where there are too many. */
  valueCounts(): ValueCount[] | undefined {
    if (!this.bytes) return this.others.valueCounts();
    return Array.from(this.bytes, (count, value) => ({ value: String(value), count })).filter(({ count }) => count > 0);
  }

  private numbers(): NumberSummary | undefined {
    return this.bytes ? summaryOfCounts(Array.from(this.bytes, (count, value) => [value, count] as const)) : this.others.profile().numbers;
  }

  private mix(view: DataView, offset: number, width: number, value: number): void {
    const bits = width === 1 ? value : width === 2 ? view.getUint16(offset) : view.getInt32(offset);
    this.first = mixFirst(this.first, bits);
    this.second = mixSecond(this.second, bits);
    if (width !== 8) return;
    this.first = mixFirst(this.first, view.getInt32(offset + 4));
    this.second = mixSecond(this.second, view.getInt32(offset + 4));
  }

  private endItem(): void {
    this.hashes.add(this.first, this.second, ++this.items);
    this.at = this.first = this.second = 0;
  }
}
