import { extname } from 'node:path';
import type { PythonValue } from './pythonValue';
import type { RecordSource } from './recordSource';
import { textOf } from './textFile';
import { YamlFile } from './yamlFile';

/** Reads params files, each once, and knows which were asked for. */
export class ParamsFiles {
  private readonly known = new Map<string, Promise<PythonValue | undefined>>();

  constructor(private readonly source: RecordSource) {}

  /** Every file that was asked for, there or not. */
  get asked(): string[] {
    return [...this.known.keys()];
  }

  /** A file's content, an empty dict where it has none; undefined where there is no such file. Rejects with RecordError. */
  load(path: string): Promise<PythonValue | undefined> {
    const known = this.known.get(path) ?? this.read(path);
    this.known.set(path, known);
    return known;
  }

  private async read(path: string): Promise<PythonValue | undefined> {
    const bytes = await this.source.read(path);
    return bytes && parseParams(path, textOf(bytes));
  }
}

/** A params file's content by its extension, an empty dict where it has none. Throws RecordError. */
export function parseParams(path: string, text: string): PythonValue {
  switch (extname(path).toLowerCase()) {
    default:
      return YamlFile.parse(text).value ?? new Map();
  }
}
