import { readRecord } from './record';
import type { RecordOptions, RecordReading } from './recordReading';
import type { RecordSource } from './recordSource';

interface Known {
  readonly signature: string;
  readonly reading: RecordReading;
}

/** What records say, read again only when a file has changed that they are made of. */
export class RecordFiles {
  private readonly known = new Map<string, Known>();

  constructor(private readonly root: string) {}

  /** As `readRecord`. The source may change from one call to the next: what a signature stands for is the same in all. */
  async read(file: string, source: RecordSource, options: RecordOptions = {}): Promise<RecordReading> {
    const known = this.known.get(file);
    const asked = `${options.bool ?? ''}|${options.list ?? ''}|${options.withoutLock ?? false}`;
    const signatureNow = async (files: readonly string[]): Promise<string> =>
      [asked, ...(await Promise.all(files.map((path) => source.signature(path))))].join('|');
    if (known !== undefined && known.signature === (await signatureNow(known.reading.madeOf))) return known.reading;
    const signed = new SignedSource(source);
    const reading = await readRecord(this.root, file, signed, options);
    const signature = await signatureNow(reading.madeOf);
    const before = [asked, ...reading.madeOf.map((path) => signed.signatures.get(path))].join('|');
    // What is written while it is read is read again the next time.
    if (signature === before) this.known.set(file, { signature, reading });
    else this.known.delete(file);
    return reading;
  }

  /** Forgets files that are not among these. */
  keepOnly(files: readonly string[]): void {
    const kept = new Set(files);
    for (const file of this.known.keys()) if (!kept.has(file)) this.known.delete(file);
  }
}

/** Notes each file's signature before it is read. */
class SignedSource implements RecordSource {
  readonly signatures = new Map<string, string | undefined>();

  constructor(private readonly source: RecordSource) {}

  async read(path: string): Promise<Buffer | undefined> {
    this.signatures.set(path, await this.source.signature(path));
    return this.source.read(path);
  }

  list(folder: string): ReturnType<RecordSource['list']> {
    return this.source.list(folder);
  }

  signature(path: string): Promise<string | undefined> {
    return this.source.signature(path);
  }
}
