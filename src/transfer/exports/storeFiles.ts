import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { invalid, messageOf } from '../../core/errors';
import { isFatal } from '../copyContext';
import type { CopyTally } from '../copyReport';
import type { Problems } from '../problems';
import type { SourceFile } from '../source';
import { foldsCase, placeUnder } from './exportPath';
import { type YamlValue, pythonYaml } from './pythonYaml';

/** Writes the files that a file store is made of; what can't be written is noted. */
export class StoreFiles {
  constructor(
    private readonly problems: Problems,
    private readonly tally: CopyTally,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async meta(place: string, values: Readonly<Record<string, YamlValue>>): Promise<void> {
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'meta.yaml'), pythonYaml(values));
  }

  /** One file for each key; keys that can't be files side by side, as `a` and `a/b`, are noted. */
  async texts(folder: string, values: Readonly<Record<string, string>>, item: string): Promise<void> {
    for (const [key, value] of Object.entries(values))
      await this.attempt(`${item} ${key}`, async () => {
        const place = placeUnder(folder, key);
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, value, { flag: 'wx' });
      });
  }

  metrics(folder: string, item: string): MetricFiles {
    return new MetricFiles(folder, (key, message) => this.problems.add(`${item}, the metric ${key}`, message));
  }

  async copy(files: AsyncIterable<SourceFile>, folder: string, item: string): Promise<void> {
    for await (const file of files)
      await this.attempt(`${item}, the file ${file.path}`, async () => {
        const place = placeUnder(folder, file.path);
        await mkdir(dirname(place), { recursive: true });
        const content = Readable.fromWeb((await file.open()) as never);
        content.on('data', (chunk: Uint8Array) => (this.tally.bytes += chunk.byteLength));
        await pipeline(content, createWriteStream(place, { flags: 'wx' }), { signal: this.signal });
        this.tally.files++;
      });
  }

  /** Notes an item that failed and goes on, unless the disk is full, the source gone, or we are told to stop. */
  async attempt<T>(item: string, action: () => Promise<T>): Promise<T | undefined> {
    this.signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (isFull(error) || isFatal(error, this.signal)) throw error;
      this.problems.add(item, messageOf(error));
      return undefined;
    }
  }
}

/** Appends lines to one file for each metric. */
export class MetricFiles {
  private readonly refused = new Set<string>();
  /** The keys that are written, in lower case where that makes them one file. */
  private readonly written = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly refuse: (key: string, message: string) => void,
    private readonly platform = process.platform,
  ) {}

  async append(lines: readonly { readonly key: string; readonly line: string }[]): Promise<void> {
    const texts = new Map<string, string[]>();
    for (const { key, line } of lines) {
      const known = texts.get(key);
      if (known) known.push(line);
      else texts.set(key, [line]);
    }
    for (const [key, text] of texts) {
      if (this.refused.has(key)) continue;
      try {
        const place = this.place(key);
        await mkdir(dirname(place), { recursive: true });
        await appendFile(place, `${text.join('\n')}\n`);
      } catch (error) {
        if (isFull(error)) throw error;
        this.refused.add(key);
        this.refuse(key, messageOf(error));
      }
    }
  }
  private place(key: string): string {
    const name = foldsCase(this.platform) ? key.toLowerCase() : key;
    const other = this.written.get(name) ?? key;
    if (other !== key) throw invalid(`The metric ${other} has the same file here.`);
    this.written.set(name, key);
    return placeUnder(this.folder, key, this.platform);
  }
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS';
}

/** A number as Python's `float` reads it. */
export function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}
