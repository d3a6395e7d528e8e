import { extname } from 'node:path';
import { lookUp } from './paramLookup';
import { parseJson } from './jsonFile';
import { parsePythonFile } from './pythonFile';
import { isTruthy, toPlain, type PythonValue } from './pythonValue';
import { errorIn } from './recordError';
import type { RecordSource } from './recordSource';
import type { PlainValue } from './plainValue';
import type { StageParams } from './stage';
import { textOf } from './textFile';
import { parseTomlFile } from './tomlFile';
import { YamlFile } from './yamlFile';

/** Reads params files, each once, and knows which were asked for. */
export class ParamsFiles {
  private readonly known = new Map<string, Promise<PythonValue | undefined>>();

  constructor(private readonly source: RecordSource) {}

  /** Every file that was asked for, there or not. */
  get asked(): string[] {
    return [...this.known.keys()];
  }

  /** A file's content, an empty dict where it has none; undefined where there is no such file. Rejects with RecordError, which names it. */
  load(path: string): Promise<PythonValue | undefined> {
    const known = this.known.get(path) ?? this.read(path);
    this.known.set(path, known);
    return known;
  }

  /**
   * The values that a stage's parameters have now, by dotted name; every name of the file where the whole of it counts. What isn't there
   * is left out; undefined where there is no such file. Rejects where the file can't be read, or a name fits several values.
   */
  async values({ target, keys }: StageParams): Promise<ReadonlyMap<string, PlainValue> | undefined> {
    const content = await this.load(target);
    return content === undefined ? undefined : paramValues(toPlain(content), keys);
  }

  private async read(path: string): Promise<PythonValue | undefined> {
    try {
      const bytes = await this.source.read(path);
      return bytes && parseParams(path, textOf(bytes));
    } catch (error) {
      throw errorIn(path, error);
    }
  }
}

/** A params file's content by its extension, an empty dict where it has none. Throws RecordError. */
function parseParams(path: string, text: string): PythonValue {
  const content = parserOf(path)(text);
  return isTruthy(content) ? content : new Map();
}

function parserOf(path: string): (text: string) => PythonValue {
  switch (extname(path).toLowerCase()) {
    case '.json':
      return parseJson;
    case '.toml':
      return parseTomlFile;
    case '.py':
      return parsePythonFile;
    default:
      return (text) => YamlFile.parse(text).value;
  }
}

/** The values under dotted names; under the names at the top where none is given. */
function paramValues(content: PlainValue, keys: readonly string[]): ReadonlyMap<string, PlainValue> {
  if (keys.length === 0) return new Map(typeof content === 'object' && content !== null ? Object.entries(content) : []);
  return new Map(
    keys.flatMap((key): [string, PlainValue][] => {
      const found = lookUp(content, key);
      return found ? [[key, found.value]] : [];
    }),
  );
}
