import { ParamsFiles } from '../records/paramsFiles';
import { isDict, isList, pythonText, toPlain, type PythonValue } from '../records/pythonValue';
import { diskSource } from '../records/recordSource';
import type { PlainValue } from '../records/stage';

/** What parameters are now, each file read once for as long as one question takes. */
export class ParamsReader {
  private readonly files = new ParamsFiles(diskSource);

  /**
   * The values of dotted names, or where there are none of the top-level ones; what the file doesn't have is left out. Undefined where
   * there is no such file. Rejects where it can't be read.
   */
  async read(target: string, keys: readonly string[]): Promise<ReadonlyMap<string, PlainValue> | undefined> {
    const content = await this.files.load(target);
    if (content === undefined) return undefined;
    const values = new Map<string, PlainValue>();
    if (keys.length === 0) {
      if (isDict(content)) for (const [key, value] of content) values.set(pythonText(key), toPlain(value));
      return values;
    }
    for (const key of keys) {
      const value = valueAt(content, key.split('.'));
      if (value !== undefined) values.set(key, toPlain(value));
    }
    return values;
  }
}

function valueAt(content: PythonValue, path: readonly string[]): PythonValue | undefined {
  let value: PythonValue | undefined = content;
  for (const name of path) {
    if (isDict(value)) {
      const dict = value;
      value = dict.get(name) ?? [...dict].find(([key]) => pythonText(key) === name)?.[1];
    } else if (isList(value)) value = value[Number(name)];
    else return undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
