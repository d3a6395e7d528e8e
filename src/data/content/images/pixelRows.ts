import { bytesOf } from '../byteStream';
import type { ContentHandle } from '../place';
import type { ProfileOptions } from '../profile';
import { CsvScanner } from '../tables/csvScanner';
import { csvDialect } from '../tables/csvTable';
import type { TableSink } from '../tables/tableSink';
import type { ImageItem } from './imageItem';
import { pictureOf } from './picture';
import { pixelTable, type PixelTable } from './pixelTable';

/** The rows of a table of pixels as images; nothing where it is none. */
export async function* pixelRows(
  handle: ContentHandle,
  path: string,
  options: ProfileOptions,
  signal?: AbortSignal,
): AsyncGenerator<ImageItem> {
  const sink = new PixelSink(options.label);
  const scanner = new CsvScanner(await csvDialect(handle, path, options), sink, path);
  for await (const piece of bytesOf(handle, path, signal)) {
    scanner.take(piece);
    yield* sink.takeItems();
    if (sink.isDone) return;
  }
  scanner.end();
  yield* sink.takeItems();
}

/** Gathers rows as pictures; is done at once where they aren't any. */
class PixelSink implements TableSink {
  isDone = false;
  private table: PixelTable | undefined;
  private pixels = new Uint8Array(0);
  private label: string | undefined;
  private isPicture = true;
  private items: ImageItem[] = [];

  constructor(private readonly told: string | number | undefined) {}

  takeItems(): ImageItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  begin(names: readonly string[]): void {
    this.table = pixelTable(names, this.told);
    this.isDone = !this.table;
    this.pixels = new Uint8Array((this.table?.side ?? 0) ** 2);
  }

  digits(column: number, value: number): void {
    this.set(column, value, String(value));
  }

  number(column: number, value: number): void {
    this.set(column, value, String(value));
  }

  missing(column: number): void {
    this.set(column, NaN, '');
  }

  text(column: number, text: string): void {
    this.set(column, Number(text), text);
  }

  value(): void {
    throw new Error('a text table has no typed cells');
  }

  problem(): void {
    // The profile tells of it.
  }

  endRow(row: number): void {
    if (this.isPicture && this.table) {
      const { pixels, table } = this;
      const picture = () => Promise.resolve(pictureOf(pixels, table.side, table.side, 1));
      this.items.push({ key: String(row), label: this.label, content: pixels, picture });
      this.pixels = new Uint8Array(pixels.length);
    }
    this.isPicture = true;
    this.label = undefined;
  }

  private set(column: number, value: number, text: string): void {
    const label = this.table?.label;
    if (column === label) this.label = text;
    else if (value >= 0 && value <= 255) this.pixels[label !== undefined && column > label ? column - 1 : column] = value;
    else this.isPicture = false;
  }
}
