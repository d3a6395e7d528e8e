import type { FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { RequestError } from './errors';

/** Tells the framework which type a schema's value has. */
export interface TypeBox extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

type Result = { value: unknown } | { error: Error };

/** Makes the check of a route's schema; it is compiled when the route is first asked for, so that starting stays fast. */
export function validator(schema: TSchema): (value: unknown) => Result {
  let compiled: ReturnType<typeof Compile> | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    return compiled.Check(value) ? { value } : { error: refusal(compiled.Errors(value)[0], value) };
  };
}

interface Found {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** MLflow's words for the first thing that is wrong. */
function refusal(found: Found | undefined, whole: unknown): RequestError {
  const parts = (found?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const see = 'See the API docs for more information about request parameters.';
  const refuse = (message: string): RequestError => new RequestError('INVALID_PARAMETER_VALUE', `${message} ${see}`);
  if (found?.keyword === 'required') {
    const [missing = ''] = (found.params as { requiredProperties?: string[] }).requiredProperties ?? [];
    return refuse(`Missing value for required parameter '${nameOf([...parts, missing])}'.`);
  }
  const value = parts.reduce<unknown>((inside, part) => (inside as Record<string, unknown>)[part], whole);
  if (value === '') return refuse(`Missing value for required parameter '${nameOf(parts)}'.`);
  if (parts.length === 0) return refuse('Invalid request: a JSON object is expected.');
  return refuse(
    `Invalid value ${shortened(value)} for parameter '${nameOf(parts)}' supplied:  Hint: Value was of type '${typeName(value)}'.`,
  );
}

/** `metrics/0/key` as MLflow writes it: `metrics[0].key`. */
function nameOf(parts: readonly string[]): string {
  return parts.reduce((name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`), '');
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** The names that Python has for JSON's types. */
function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
}
