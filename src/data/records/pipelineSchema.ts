import { isDict, isList, pythonText, typeName, type PythonValue } from './pythonValue';
import { RecordError } from './recordError';
import type { YamlFile } from './yamlFile';

type Path = readonly (string | number)[];
/** Undefined where a value fits; otherwise what is wrong, and where below it. */
type Check = (value: PythonValue) => { readonly message: string; readonly path: Path } | undefined;

const fail = (message: string): { message: string; path: Path } => ({ message, path: [] });
const text: Check = (value) => (typeof value === 'string' ? undefined : fail(`expected a text, not ${typeName(value)}`));
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : fail(`expected true or false, not ${typeName(value)}`));
const anything: Check = () => undefined;
const dict: Check = (value) => (isDict(value) ? undefined : fail(`expected a mapping, not ${typeName(value)}`));
const list: Check = (value) => (isList(value) ? undefined : fail(`expected a list, not ${typeName(value)}`));

const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const results = checks.map((check) => check(value));
    if (results.includes(undefined)) return undefined;
    // What went wrong deepest is what was meant.
    return results.reduce((a, b) => ((b?.path.length ?? 0) > (a?.path.length ?? 0) ? b : a));
  };
const listOf =
  (check: Check): Check =>
  (value) => {
    if (!isList(value)) return list(value);
    for (const [i, item] of value.entries()) {
      const wrong = check(item);
      if (wrong) return { ...wrong, path: [i, ...wrong.path] };
    }
    return undefined;
  };
const dictOf =
  (check: Check): Check =>
  (value) => {
    if (!isDict(value)) return dict(value);
    for (const [key, item] of value) {
      if (typeof key !== 'string') return fail('a name must be a text; put it in quotes');
      const wrong = check(item);
      if (wrong) return { ...wrong, path: [key, ...wrong.path] };
    }
    return undefined;
  };
const keys =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value) => {
    if (!isDict(value)) return dict(value);
    for (const [key, item] of value) {
      const check = typeof key === 'string' ? checks[key] : undefined;
      if (check === undefined) return { message: `DVC doesn't know “${pythonText(key)}” here`, path: typeof key === 'string' ? [key] : [] };
      const wrong = check(item);
      if (wrong) return { message: wrong.message, path: [pythonText(key), ...wrong.path] };
    }
    const missing = required.find((key) => !value.has(key));
    return missing === undefined ? undefined : fail(`“${missing}” is missing`);
  };

const annotation = { desc: text, type: text, labels: listOf(text), meta: anything };
const out = { ...annotation, cache: flag, persist: flag, checkpoint: flag, remote: text, push: flag };
const plot = keys({ ...out, template: text, x: text, y: text, x_label: text, y_label: text, title: text, header: flag });
const outs = listOf(either(text, dictOf(keys(out))));
const vars = listOf(either(text, dict));
const stage = keys(
  {
    matrix: dictOf(either(text, list)),
    cmd: either(text, list),
    wdir: text,
    deps: listOf(text),
    params: listOf(either(text, dict)),
    vars,
    frozen: flag,
    meta: anything,
    desc: text,
    always_changed: flag,
    outs,
    metrics: outs,
    plots: listOf(either(text, dictOf(either(plot, listOf(plot))))),
  },
  ['cmd'],
);
const group = keys({ foreach: either(dict, list, text), do: stage }, ['foreach', 'do']);
const topPlot = keys({
  x: either(text, dictOf(text)),
  y: either(text, listOf(text), dictOf(either(text, listOf(text)))),
  x_label: text,
  y_label: text,
  title: text,
  template: text,
});
const topChecks: Readonly<Record<string, Check>> = {
  datasets: anything,
  plots: listOf(either(text, dictOf(either(topPlot, (value) => (value === null ? undefined : fail('expected a mapping')))))),
  stages: dict,
  vars,
  params: listOf(text),
  metrics: listOf(text),
  artifacts: dictOf(keys({ path: text, ...annotation }, ['path'])),
};

/** Throws RecordError where the parts of a `dvc.yaml` outside its stages are not as DVC wants them. */
export function checkPipeline(yaml: YamlFile): void {
  throwWrong(yaml, [], keys(topChecks)(yaml.value));
}

/** Throws RecordError where an entry of `stages` is not as DVC wants it. */
export function checkStage(yaml: YamlFile, name: string, definition: PythonValue): void {
  const isGroup = isDict(definition) && (definition.has('foreach') || definition.has('do'));
  throwWrong(yaml, ['stages', name], (isGroup ? group : stage)(definition));
}

function throwWrong(yaml: YamlFile, at: Path, wrong: ReturnType<Check>): void {
  if (!wrong) return;
  const path = [...at, ...wrong.path];
  throw new RecordError(path.length === 0 ? wrong.message : `${path.join('.')}: ${wrong.message}`, yaml.line(...path));
}
