/** One request of the comparison; `{name}` stands for what an earlier answer has put under that name. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** JSON; a text goes as it is. */
  readonly body?: unknown;
  /** Name → where in the answer the value stands, e.g. `run.info.run_id`. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Only the status and the error code are compared: the words are ours. */
  readonly wordsDiffer?: boolean;
}

export type More = Partial<Request>;

/** The words of an error, or a generated name, are each server's own. */
export const WORDS: More = { wordsDiffer: true };

const api = '/api/2.0/mlflow';

export function post(path: string, body: unknown, more: More = {}): Request {
  return { method: 'POST', path: `${api}/${path}`, body, ...more };
}

export function patch(path: string, body: unknown, more: More = {}): Request {
  return { method: 'PATCH', path: `${api}/${path}`, body, ...more };
}

export function remove(path: string, body?: unknown, more: More = {}): Request {
  return { method: 'DELETE', path: `${api}/${path}`, body, ...more };
}

export function get(path: string, query: Readonly<Record<string, string | readonly string[]>> = {}, more: More = {}): Request {
  const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => `${key}=${encode(value)}`));
  return { method: 'GET', path: `${api}/${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`, ...more };
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/%7B(\w+)%7D/g, '{$1}');
}
