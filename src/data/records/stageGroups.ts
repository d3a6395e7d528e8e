import { isDict, isList, pythonText, type PythonDict, type PythonValue } from './pythonValue';
import type { TemplateContext } from './templateContext';
import { TemplateError, findExpressions, kindOf, templateText } from './templateExpression';
import { resolveTemplate } from './templating';

/** A stage to be resolved: its full name, what it is made of, and the names it may use. */
export interface StageDraft {
  readonly name: string;
  readonly definition: PythonDict;
  readonly context: TemplateContext;
}

/** A few lines of a matrix may stand for billions of stages. */
export const MOST_STAGES = 50_000;

export function tooMany(): TemplateError {
  return new TemplateError(`it makes more than ${MOST_STAGES.toLocaleString('en')} stages, and is not resolved`);
}

/** The stages that an entry of `stages` stands for: one, or one for each item of foreach or matrix. Throws TemplateError. */
export function draftsOf(name: string, definition: PythonDict, context: TemplateContext): StageDraft[] {
  const body = definition.get('do');
  if (definition.has('matrix')) return matrixDrafts(name, definition, context);
  if (definition.has('foreach') && isDict(body)) return foreachDrafts(name, definition.get('foreach') ?? null, body, context);
  return [{ name, definition, context }];
}

function foreachDrafts(name: string, data: PythonValue, definition: PythonDict, context: TemplateContext): StageDraft[] {
  const items = resolveTemplate(data, context);
  if (isDict(items)) {
    const drafts = [...items].map(([key, item]) => [templateText(key), item] as const);
    return distinct(drafts, name, definition, (key, item) => context.with({ item, key }));
  }
  if (!isList(items)) throw new TemplateError(`“foreach” takes a list or a mapping, not ${kindOf(items)}`);
  const isNested = items.some((item) => isDict(item) || isList(item));
  const texts = itemTexts(data);
  const drafts = items.map((item, i) => [isNested ? String(i) : texts(item, i), item] as const);
  return distinct(drafts, name, definition, (_, item) => context.with({ item }));
}

function matrixDrafts(name: string, definition: PythonDict, context: TemplateContext): StageDraft[] {
  const matrix = definition.get('matrix') ?? null;
  const axes = resolveTemplate(matrix, context);
  if (!isDict(axes) || !isDict(matrix)) throw new TemplateError('“matrix” takes a mapping');
  let rows: { parts: string[]; item: [PythonValue, PythonValue][] }[] = [{ parts: [], item: [] }];
  const sources = [...matrix.values()];
  for (const [n, [axis, values]] of [...axes].entries()) {
    // A text is taken apart only where it stands there itself.
    const isGiven = !isInserted(sources[n]);
    const list = isList(values)
      ? values
      : isDict(values)
        ? [...values.keys()]
        : typeof values === 'string' && isGiven
          ? Array.from(values)
          : undefined;
    if (list === undefined) throw new TemplateError(`“matrix.${pythonText(axis)}” takes a list, not ${kindOf(values)}`);
    if (rows.length * list.length > MOST_STAGES) throw tooMany();
    const texts = itemTexts(sources[n] ?? null);
    rows = rows.flatMap(({ parts, item }) =>
      list.map((value, i) => ({
        parts: [...parts, isDict(value) || isList(value) ? `${pythonText(axis)}${i}` : texts(value, i)],
        item: [...item, [axis, value] as [PythonValue, PythonValue]],
      })),
    );
  }
  const body = new Map([...definition].filter(([key]) => key !== 'matrix'));
  const drafts = rows.map(({ parts, item }) => [parts.join('-'), new Map(item)] as const);
  return distinct(drafts, name, body, (key, item) => context.with({ item, key }));
}

/** Of equal names the last one counts, at the place of the first. */
function distinct(
  drafts: readonly (readonly [string, PythonValue])[],
  name: string,
  definition: PythonDict,
  contextOf: (key: string, item: PythonValue) => TemplateContext,
): StageDraft[] {
  return [...new Map(drafts)].map(([key, item]) => ({ name: `${name}@${key}`, definition, context: contextOf(key, item) }));
}

/** Whether a value is nothing but one `${}`. */
function isInserted(value: PythonValue | undefined): boolean {
  if (typeof value !== 'string') return false;
  const [only, more] = findExpressions(value);
  return only !== undefined && more === undefined && only.start === 0 && only.end === value.length;
}

/** How items are named: DVC writes those that come out of a `${}` as Python does (`True`), others as templates do (`true`). */
function itemTexts(source: PythonValue): (item: PythonValue, i: number) => string {
  const all = isInserted(source);
  return (item, i) => (all || (isList(source) && isInserted(source[i])) ? pythonText(item) : templateText(item));
}
