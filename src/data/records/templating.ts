import { OtherValue } from './plainValue';
import { isDict, isList, type PythonValue } from './pythonValue';
import type { TemplateContext } from './templateContext';
import { TemplateError, findExpressions, kindOf, templateText, type ParsingOptions } from './templateExpression';

/** Longer than any command or path may be. */
const MOST_TEXT = 2 ** 20;

export interface TemplateOptions extends ParsingOptions {
  /** The stage's key that is being resolved; without one, every kind of value may be inserted. */
  readonly key?: string;
}

/** A value with every `${…}` in it replaced, in keys too. Throws TemplateError. */
export function resolveTemplate(value: PythonValue, context: TemplateContext, options: TemplateOptions = {}): PythonValue {
  if (typeof value === 'string') return resolveText(value, context, options);
  if (isList(value)) return value.map((item) => resolveTemplate(item, context, options));
  if (!isDict(value)) return value;
  return new Map([...value].map(([key, item]) => [resolveTemplate(key, context, options), resolveTemplate(item, context, options)]));
}

/** A text that is nothing but one `${…}` takes over that value with its type; in a longer one its text is inserted. */
export function resolveText(text: string, context: TemplateContext, options: TemplateOptions = {}): PythonValue {
  const expressions = findExpressions(text);
  const [only] = expressions;
  if (only !== undefined && expressions.length === 1 && only.start === 0 && only.end === text.length) {
    return insertable(context.select(only.inner), options);
  }
  let result = '';
  let from = 0;
  for (const { start, end, inner } of expressions) {
    result += text.slice(from, start) + templateText(insertable(context.select(inner), options), options);
    from = end;
    if (result.length > MOST_TEXT)
      throw new TemplateError(`its \${…} make a text of more than ${MOST_TEXT.toLocaleString('en')} characters`);
  }
  return (result + text.slice(from)).replaceAll('\\${', '${');
}

function insertable(value: PythonValue, { key }: TemplateOptions): PythonValue {
  const isPlain = !isDict(value) && !isList(value) && !(value instanceof OtherValue && value.kind !== 'bytes');
  if (isPlain || key === undefined || key.includes('foreach') || (isDict(value) && key === 'cmd')) return value;
  throw new TemplateError(`${kindOf(value)} can't be inserted into “${key}”`);
}
